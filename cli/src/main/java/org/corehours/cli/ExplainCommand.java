package org.corehours.cli;

import java.nio.file.Path;
import java.util.List;
import org.corehours.cli.document.CsvText;
import org.corehours.cli.report.ExplanationCsv;
import org.corehours.cli.report.ExplanationJson;
import org.corehours.cli.report.ExplanationText;
import org.corehours.cli.report.KernelGroup;
import org.corehours.core.audit.Assignment;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Schedule;
import org.corehours.core.run.StepExplanation;
import org.corehours.core.simulate.InputDemand;
import org.corehours.papers.RunTemplate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Explains a step kernel by kernel. */
@Command(
        name = "explain",
        description = {
            "Show which kernels one training step launches, how long each takes and what holds it up.",
            "The kernels and the idle times add up to the step that 'estimate' predicts.",
            "With the paper of a run as MODEL and RUN behind it, the step of its likeliest reading."
        },
        footer = {
            "",
            "What holds a kernel up: arithmetic (tiles and waves included), memory, cache (faster than memory could"
                    + " be), launch (starting it on the device), or host (issuing it takes longer than running it)."
                    + " Of peak: the least time at the datasheet's rates over the predicted one.",
            "JSON: step_seconds, busy_seconds and idle_seconds (by cause); kernels[] with phase, operator, kind,"
                    + " modules[], data_type, inputs[], outputs[], products[], calls, launches, flops, bytes, seconds,"
                    + " share, limit, flops_per_second, bytes_per_second, roofline_fraction, all of one optimizer step"
                    + " on one device; groups[] the sums --by asks for.",
            "",
            "Examples:",
            "  corehours explain vit_base_patch16_224 --hardware a100-sxm4-80gb --batch 256",
            "  corehours explain resnet50 --hardware v100-sxm2-16gb --by kind",
            "  corehours explain bert-base-uncased --hardware h100-sxm5-80gb --precision bf16 --inference --top 5",
            "  corehours explain ibot ibot-s-10x96-800 --rows kernels.csv"
        })
final class ExplainCommand extends BaseCommand {

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "The model or training method: a name, or a file; or a paper.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String model;

    @Parameters(index = "1", arity = "0..1", paramLabel = "RUN", description = "One of the paper's runs.")
    private @Nullable String run;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private StepOptions step;

    @Option(names = "--inference", description = "The forward pass alone, without anything kept for gradients.")
    private boolean inference;

    @Option(
            names = "--by",
            paramLabel = "kernel|module|phase|kind",
            defaultValue = "kernel",
            description = "What makes a row; kernel if not given.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private KernelGroup.By by;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "25",
            description = "Rows of the text, those that take longest; 25 if not given.")
    private int top;

    @Option(names = "--rows", paramLabel = "out.csv", description = "Write all rows to a file.")
    private @Nullable Path rows;

    ExplainCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        if (top < 1) {
            throw new UsageException("The --top (" + top + ") must be at least 1.");
        }
        OutputFile.check(rows, List.of());
        RunPlan plan = run == null ? plan() : plan(run);
        StepExplanation explanation = Lookups.checked(() -> StepExplanation.of(plan));
        List<KernelGroup> groups = KernelGroup.of(explanation, by);
        if (rows != null) {
            CsvText csv = new CsvText().line(ExplanationCsv.header(by));
            groups.forEach(group -> csv.line(ExplanationCsv.cells(group, by, explanation)));
            OutputFile.write(rows, csv.toString());
            say("Wrote " + rows + ".");
        }
        if (json()) {
            print(ExplanationJson.of(explanation, by));
        } else {
            print(ExplanationText.of(explanation, by, top));
        }
        return ExitCode.DONE;
    }

    private RunPlan plan() {
        return step.plan(
                "explain",
                model,
                inference ? StepOptions.Purpose.INFERENCE : StepOptions.Purpose.TRAINING,
                InputDemand.NONE,
                Schedule.ofSteps(1));
    }

    private RunPlan plan(String id) {
        if (inference || step.given()) {
            throw new UsageException("The run " + id + " of " + model
                    + " says itself what it runs on. Leave the options out, or name a model instead.");
        }
        RunTemplate template = Lookups.run(Lookups.paper(model), id);
        return template.plan(Assignment.likeliest(template.assumptions()));
    }
}
