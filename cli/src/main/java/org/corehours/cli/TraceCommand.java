package org.corehours.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corehours.cli.report.StepTrace;
import org.corehours.core.audit.Assignment;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunEstimator;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Variation;
import org.corehours.papers.Paper;
import org.corehours.papers.RunTemplate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the timeline of a step. */
@Command(
        name = "trace",
        description = {
            "Write the simulated step of a paper's run as a Chrome trace.",
            "Open it at ui.perfetto.dev or chrome://tracing. The step is that of the likeliest reading."
        },
        footer = {"", "Examples:", "  corehours trace ibot ibot-s-10x96-800 -o trace.json"})
final class TraceCommand extends BaseCommand {

    @Parameters(index = "0", paramLabel = "PAPER", description = "The paper: an id of 'corehours papers', or a file.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String paper;

    @Parameters(index = "1", paramLabel = "RUN", description = "One of the paper's runs.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String run;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write to a file, whole or not at all; to standard output if not given.")
    private @Nullable Path file;

    TraceCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        OutputFile.check(file, List.of(paper));
        Paper read = Lookups.paper(paper);
        RunTemplate template = Lookups.run(read, run);
        RunPlan plan = template.plan(Assignment.likeliest(template.assumptions()));
        RunEstimate estimate = new RunEstimator().estimate(plan, Variation.NOMINAL);
        KernelProgram program = plan.stack().lowering().lower(plan.step());
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("paper", read.id());
        labels.put("run", run);
        String text = StepTrace.of(plan, estimate.timeline(), program, labels);
        if (file == null) {
            print(text);
        } else {
            OutputFile.write(file, text);
            say("Wrote " + file + ".");
        }
        return ExitCode.DONE;
    }
}
