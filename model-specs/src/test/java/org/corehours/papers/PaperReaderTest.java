package org.corehours.papers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.corehours.core.audit.Assignment;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.Comparison;
import org.corehours.core.audit.Quantity;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.run.RunPhase;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Schedule;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaperReaderTest {

    private static final String SMALL = """
            id: small
            title: A small paper
            citation: Nobody, 2024
            summary: One run.
            sources:
              paper: Nobody, A small paper, 2024
            facts:
              accuracy: {value: 76.5 %, provenance: reported, source: "paper, Table 1"}
            assumptions:
              chip:
                question: Which TPU?
                reason: The paper says TPUv5.
                alternatives:
                  v5e: {label: TPU v5e, prior: 0.6, source: one core per chip, set: {hardware: tpu-v5e}}
                  v5p: {label: TPU v5p, prior: 0.4, source: two cores per chip, set: {hardware: tpu-v5p}}
            templates:
              vit:
                provenance: reported
                source: paper
                method:
                  type: supervised
                  network: {value: vit_small_patch16_224, provenance: inferred, source: "paper, section 3"}
                  loss: cross_entropy
                  update: {optimizer: adamw}
                global_batch: 1024
                precision: bf16
                stack: xla
                input: supervised
                dataset: imagenet-1k
            runs:
              base:
                label: ViT-S/16, 90 epochs
                base: vit
                assumptions: [chip]
                provenance: reported
                source: "paper, section 4"
                cores: 512
                epochs: 90
            claims:
              - source: "paper, section 4"
                basis: whole run
                figures:
                  - {run: base, quantity: core_hours, value: 21, unit: thousand_hours, quote: 21k core hours}
                  - {run: base, quantity: hours, low: 6, high: 7, quote: 6-7h}
                  - {run: base, quantity: peak_memory_bytes, ratio_to: base, value: 4.6, unit: percent, quote: 4.6%}
            """;

    private static Paper read(String text) {
        PaperReader reader = new PaperReader(new TestEnvironment());
        Paper paper = reader.read(SpecFile.parse("small.yaml", text));
        reader.check(paper);
        return paper;
    }

    @Test
    void coresAreCountedAsTheVendorDoes() {
        RunTemplate run = read(SMALL).run("base");
        Assignment likeliest = Assignment.likeliest(run.assumptions());
        assertThat(likeliest.choice("chip")).isEqualTo("v5e");
        RunPlan v5e = run.plan(likeliest);
        assertThat(v5e.cluster().devices()).isEqualTo(512);
        assertThat(v5e.microBatch()).isEqualTo(2);
        RunPlan v5p = run.plan(likeliest.with("chip", "v5p"));
        assertThat(v5p.cluster().devices()).isEqualTo(256);
        assertThat(v5p.microBatch()).isEqualTo(4);
        assertThat(v5p.step().graph().batch()).isEqualTo(4);
    }

    @Test
    void aRunHasWhatItsTemplateHas() {
        RunPlan plan = read(SMALL).run("base").with("hardware", "tpu-v5e").plan(assignment("v5p"));
        assertThat(plan.cluster().accelerator().id()).isEqualTo("tpu-v5e");
        assertThat(plan.globalBatch()).isEqualTo(1024);
        assertThat(plan.schedule().length()).isEqualTo(new Schedule.Epochs(1_281_167, 90, true));
        assertThat(plan.parameters()).isEqualTo(22_050_664);
    }

    @Test
    void oneCountOfDevicesReplacesAnother() {
        RunPlan plan = read(SMALL)
                .run("base")
                .with("hardware", "dgx-a100")
                .with("devices", "8")
                .plan(assignment("v5e"));
        assertThat(plan.cluster().devices()).isEqualTo(8);
    }

    private static Assignment assignment(String chip) {
        return Assignment.NONE.with("chip", chip);
    }

    @Test
    void everyKnownValueIsAnInputWithItsProvenance() {
        assertThat(read(SMALL).inputs())
                .extracting(PaperInput::name, PaperInput::value, PaperInput::provenance, PaperInput::source)
                .contains(
                        tuple("accuracy", "76.5 %", Provenance.REPORTED, "paper, Table 1"),
                        tuple("method.network", "vit_small_patch16_224", Provenance.INFERRED, "paper, section 3"),
                        tuple("cores", "512", Provenance.REPORTED, "paper, section 4"));
    }

    @Test
    void aFigureIsReadAsRoundedToItsLastDigit() {
        assertThat(read(SMALL).claims())
                .containsExactly(
                        new Claim(
                                "base-core-hours",
                                "base",
                                Quantity.CORE_HOURS,
                                Comparison.ABSOLUTE,
                                null,
                                21_000,
                                20_500,
                                21_500,
                                Provenance.REPORTED,
                                "paper, section 4",
                                "21k core hours",
                                "whole run"),
                        new Claim(
                                "base-hours",
                                "base",
                                Quantity.HOURS,
                                Comparison.ABSOLUTE,
                                null,
                                6.5,
                                6,
                                7,
                                Provenance.REPORTED,
                                "paper, section 4",
                                "6-7h",
                                "whole run"),
                        new Claim(
                                "base-memory-ratio",
                                "base",
                                Quantity.PEAK_MEMORY_BYTES,
                                Comparison.RATIO,
                                "base",
                                4.6 * 0.01,
                                4.55 * 0.01,
                                4.6499999999999995 * 0.01,
                                Provenance.REPORTED,
                                "paper, section 4",
                                "4.6%",
                                "whole run"));
    }

    @Test
    void aMistakeIsReportedWithItsPlaceAndTheNearestName() {
        assertThatThrownBy(() -> read(SMALL.replace("epochs: 90", "epoch: 90")))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("epoch is not a field here; did you mean epochs?");
    }

    @Test
    void aPaperCanNameModelFilesBesideIt(@TempDir Path folder) throws IOException {
        Files.writeString(
                folder.resolve("mine.yaml"), "family: vit\npatch: 16\nblock: {width: 384, heads: 6}\ndepth: 12\n");
        Path named = Files.writeString(folder.resolve("named.yaml"), SMALL);
        Path filed =
                Files.writeString(folder.resolve("filed.yaml"), SMALL.replace("vit_small_patch16_224", "mine.yaml"));
        assertThat(parameters(filed)).isEqualTo(parameters(named));

        Path outside = Files.writeString(
                folder.resolve("outside.yaml"), SMALL.replace("vit_small_patch16_224", "../mine.yaml"));
        assertThatThrownBy(() -> new PaperReader(new TestEnvironment()).read(outside))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("within the folder of this file");
    }

    private static long parameters(Path file) {
        RunTemplate run =
                new PaperReader(new TestEnvironment()).read(file).runs().get(0);
        return run.plan(Assignment.likeliest(run.assumptions())).parameters();
    }

    /** Each phase has what the run has; one with a length of its own has only that. */
    @Test
    void aRunIsReadInPhases() {
        RunPlan plan = read(SMALL.replace("epochs: 90", """
                        evaluation_samples: 50000
                            phases:
                              low: {epochs: 80, global_batch: 2048, method.network: vit_tiny_patch16_224}
                              high: {epochs: 30, evaluation_samples: 1000}""")).run("base").plan(assignment("v5e"));
        assertThat(plan.phases()).extracting(RunPhase::name).containsExactly("low", "high");
        assertThat(plan.phases()).extracting(RunPhase::globalBatch).containsExactly(2048L, 1024L);
        assertThat(plan.phases())
                .extracting(phase -> phase.schedule().length())
                .containsExactly(new Schedule.Epochs(1_281_167, 80, true), new Schedule.Epochs(1_281_167, 30, true));
        assertThat(plan.phases())
                .extracting(phase -> phase.schedule().evaluationSamples())
                .containsExactly(0L, 1000L);
        assertThat(plan.parameters()).as("of the phase with most steps").isEqualTo(5_717_416);
    }

    /** Shares divide all that the run does. */
    @Test
    void phasesCanShareTheLengthOfTheRun() {
        RunPlan plan = read(SMALL.replace("epochs: 90", """
                        steps: 1000
                            evaluation_samples: 400
                            phases:
                              masked: {share: 0.75}
                              whole: {share: 0.25, global_batch: 512}""")).run("base").plan(assignment("v5e"));
        assertThat(plan.phases()).extracting(RunPhase::steps).containsExactly(750L, 250L);
        assertThat(plan.phases())
                .extracting(phase -> phase.schedule().evaluationSamples())
                .containsExactly(300L, 100L);
    }

    @Test
    void whatAnAssumptionSetsInAPhaseIsRead() {
        Paper paper = read(SMALL.replace("set: {hardware: tpu-v5e}", "set: {hardware: tpu-v5e, phases.all.epochs: 10}")
                .replace("set: {hardware: tpu-v5p}", "set: {hardware: tpu-v5p, phases.all.epochs: 20}")
                .replace("    epochs: 90\n", ""));
        assertThat(paper.run("base").plan(assignment("v5p")).phases())
                .extracting(phase -> phase.schedule().length())
                .containsExactly(new Schedule.Epochs(1_281_167, 20, true));
    }
}
