package org.corehours.papers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecFile;
import org.corehours.spec.SpecProblem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user reads who made a mistake: place, field, value, what was expected, the nearest right spelling. */
class PaperErrorsTest {

    private static final String GOOD = """
            id: small
            title: A small paper
            citation: Nobody, 2024
            summary: One run.
            sources:
              paper: Nobody, A small paper, 2024
            assumptions:
              chip:
                question: Which TPU?
                reason: The paper says TPUv5.
                alternatives:
                  v5e: {label: TPU v5e, prior: 0.6, source: one, set: {hardware: tpu-v5e}}
                  v5p: {label: TPU v5p, prior: 0.4, source: two, set: {hardware: tpu-v5p}}
            templates:
              vit:
                provenance: reported
                source: paper
                method: {type: supervised, network: vit_small_patch16_224, loss: cross_entropy, update: {optimizer: adamw}}
                precision: bf16
                stack: xla
                input: supervised
                dataset: imagenet-1k
            runs:
              base:
                base: vit
                assumptions: [chip]
                provenance: reported
                source: paper, section 4
                global_batch: 1024
                cores: 512
                epochs: 90
            claims:
              - source: paper, section 4
                figures:
                  - {run: base, quantity: hours, value: 41, quote: 41h}
            """;

    private static List<String> problems(String text) {
        PaperReader reader = new PaperReader(new TestEnvironment());
        SpecException e = catchThrowableOfType(
                SpecException.class, () -> reader.check(reader.read(SpecFile.parse("small.yaml", text))));
        return e == null
                ? List.of()
                : e.problems().stream().map(SpecProblem::toString).toList();
    }

    @Test
    void theFileTheseMistakesAreMadeInIsRight() {
        assertThat(problems(GOOD)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            title: A small paper | titel: A small paper | small.yaml:1:1: title: is missing
            title: A small paper | titel: A small paper | small.yaml:2:1: titel: is not a field here; did you mean title?
            id: small | id: small\\nid: large | small.yaml:2:1: id: is given twice, first on line 1; keep one
            epochs: 90 | epoch: 90 | small.yaml:31:12: runs.base.epoch: epoch is not a field here; did you mean epochs?
            epochs: 90 | epochs: ninety | small.yaml:31:13: runs.base.epochs: found ninety, expected a number
            epochs: 90 | epochs: 90\\n    steps: 5 | small.yaml:25:5: runs.base: needs exactly one of epochs and steps
            cores: 512 | cores: 511 | small.yaml:25:5: runs.base: The cores (511) must fill whole devices of 2 cores each. Maybe the count is of devices already.
            cores: 512 | cores: 512\\n    chips: 512 | small.yaml:25:5: runs.base: needs exactly one of devices, cores and chips
            global_batch: 1024 | global_batch: 1000 | `small.yaml:25:5: runs.base: The global batch (1000) must be divisible by the devices (512) times the accumulation steps (1). Maybe use a global batch of 1024.`
            prior: 0.4 | prior: 0.5 | small.yaml:9:5: assumptions.chip: The priors of chip must sum to 1, not 1.1.
            prior: 0.4 | prior: 40 % | small.yaml:13:36: assumptions.chip.alternatives.v5p.prior: found 40 %, expected a number from 0 to 1
            assumptions: [chip] | assumptions: [] | small.yaml:9:5: assumptions.chip: no run names this assumption; add it to the assumptions of the runs it is about, or take it out
            assumptions: [chip] | assumptions: [chips] | small.yaml:26:19: runs.base.assumptions[0]: found chips, expected one of chip. Did you mean chip?
            set: {hardware: tpu-v5p} | set: {} | small.yaml:13:59: assumptions.chip.alternatives.v5p.set: found a mapping, expected the fields of a run that this alternative sets
            set: {hardware: tpu-v5p} | set: {hardwear: tpu-v5p} | small.yaml:13:70: assumptions.chip.alternatives.v5p.set.hardwear: hardwear is not a field here; did you mean hardware?
            network: vit_small_patch16_224 | network: vit_smal_patch16_224 | `small.yaml:18:41: templates.vit.method.network: There is no model "vit_smal_patch16_224". Maybe one of: vit_small_patch16_224`
            type: supervised | type: superwised | `small.yaml:18:20: templates.vit.method.type: found superwised, expected one of supervised`
            loss: cross_entropy | los: cross_entropy | small.yaml:18:69: templates.vit.method.los: los is not a field here; did you mean loss?
            dataset: imagenet-1k | dataset: imagenet1k | `small.yaml:22:14: templates.vit.dataset: There is no data set imagenet1k. Did you mean imagenet-1k`
            base: vit | base: vits | small.yaml:25:11: runs.base.base: found vits, expected one of vit, base. Did you mean vit?
            base: vit | base: base | small.yaml:25:5: runs.base: is based on itself, through runs.base
            source: paper, section 4\\n    global | source: papers, section 4\\n    global | `small.yaml:28:13: runs.base.source: found papers, section 4, expected one of this file's sources, then a comma and the place in it: paper. Did you mean paper?`
            run: base, quantity | run: bass, quantity | small.yaml:35:15: claims[0].figures[0].run: found bass, expected one of base. Did you mean base?
            quantity: hours | quantity: hour | `small.yaml:35:31: claims[0].figures[0].quantity: found hour, expected one of`
            value: 41 | value: forty-one | small.yaml:35:45: claims[0].figures[0].value: found forty-one, expected a number
            value: 41 | low: 41 | small.yaml:35:38: claims[0].figures[0].low: needs the other end of the range beside it
            """)
    void aMistakeIsNamedWithItsPlace(String right, String wrong, String expected) {
        String changed = GOOD.replaceFirst(
                java.util.regex.Pattern.quote(right.replace("\\n", "\n")),
                java.util.regex.Matcher.quoteReplacement(wrong.replace("\\n", "\n")));
        assertThat(changed).isNotEqualTo(GOOD);
        assertThat(problems(changed)).anySatisfy(problem -> assertThat(problem).startsWith(expected));
    }

    @Test
    void severalMistakesAreReportedTogether() {
        assertThat(problems(GOOD.replace("epochs: 90", "epochs: ninety").replace("loss: cross_entropy", "loss: l2")))
                .hasSize(2);
    }

    @Test
    void whatIsOpenCannotBeKnownToo() {
        assertThat(problems(GOOD.replace("cores: 512", "cores: 512\n    hardware: tpu-v5e")))
                .containsExactly("small.yaml:25:5: runs.base: hardware is set by the run itself and by the assumption"
                        + " chip; keep one");
    }

    @Test
    void aValueNobodyVouchesForIsRefused() {
        assertThat(problems(GOOD.replace(
                        "    provenance: reported\n    source: paper, section 4\n    global", "    global")))
                .anySatisfy(problem -> assertThat(problem)
                        .contains("runs.base.global_batch: found 1024, expected {value: ..., provenance: ..., source:"
                                + " ...}, or a provenance and a source for the whole section"));
    }

    @Test
    void phasesThatDoNotFitTogetherAreRefused() {
        assertThat(problems(GOOD.replace("epochs: 90", "phases: {a: {epochs: 1, precision: fp32}}")))
                .anySatisfy(problem -> assertThat(problem).contains("phases.a.precision: cannot change in a phase"));
        assertThat(problems(GOOD.replace("epochs: 90", "phases: {a: {global_batch: 512}}")))
                .anySatisfy(problem -> assertThat(problem).contains("phases.a: needs a length"));
        assertThat(problems(GOOD.replace("epochs: 90", "epochs: 90\n    phases: {a: {share: 0.5}}")))
                .anySatisfy(problem -> assertThat(problem).contains("add up to 0.5"));
        assertThat(problems(GOOD.replace("epochs: 90", "phases: 3")))
                .anySatisfy(problem -> assertThat(problem).contains("expected phases by their names"));
    }
}
