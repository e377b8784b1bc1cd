package org.corehours.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.corehours.cli.json.JsonText;
import org.corehours.core.audit.Assignment;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunEstimator;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Variation;
import org.corehours.core.simulate.Timeline;
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

    private static final int COMPUTE_STREAM = 1;
    private static final int COMMUNICATION_STREAM = 2;

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
        Paper read = Lookups.paper(paper);
        RunTemplate template = Lookups.run(read, run);
        RunPlan plan = template.plan(Assignment.likeliest(template.assumptions()));
        RunEstimate estimate = new RunEstimator().estimate(plan, Variation.NOMINAL);
        List<Segment> segments = plan.stack().lowering().lower(plan.step()).segments();
        String text = trace(read, estimate.timeline(), segments);
        if (file == null) {
            print(text);
        } else {
            OutputFile.write(file, text);
            say("Wrote " + file + ".");
        }
        return ExitCode.DONE;
    }

    private record Event(String name, String category, int stream, double startSeconds, double endSeconds) {}

    private String trace(Paper read, Timeline timeline, List<Segment> segments) {
        List<Event> kernels = timeline.spans().stream()
                .map(span -> new Event(
                        name(span, segments), span.phase(), COMPUTE_STREAM, span.startSeconds(), span.endSeconds()))
                .toList();
        List<Event> exchanges = IntStream.range(0, timeline.exchanges().size())
                .mapToObj(i -> {
                    Timeline.Exchange each = timeline.exchanges().get(i);
                    return new Event(
                            each.collective().id() + " " + i + ", " + each.bytes() + " bytes",
                            "communication",
                            COMMUNICATION_STREAM,
                            each.startSeconds(),
                            each.endSeconds());
                })
                .toList();
        List<Event> events = Stream.concat(kernels.stream(), exchanges.stream()).toList();
        return JsonText.object(to -> to.text("displayTimeUnit", "ms")
                .object(
                        "otherData",
                        each -> each.text("paper", read.id())
                                .text("run", run)
                                .number("step_seconds", timeline.stepSeconds())
                                .text("bound_by", timeline.boundBy().id()))
                .objects(
                        "traceEvents",
                        events,
                        (each, event) -> each.text("name", event.name())
                                .text("cat", event.category())
                                .text("ph", "X")
                                .number("pid", 1)
                                .number("tid", event.stream())
                                .number("ts", 1e6 * event.startSeconds())
                                .number("dur", 1e6 * (event.endSeconds() - event.startSeconds()))));
    }

    private static String name(Timeline.Span span, List<Segment> segments) {
        if (span.segment() >= segments.size()
                || segments.get(span.segment()).kernels().isEmpty()) {
            return span.phase();
        }
        Segment segment = segments.get(span.segment());
        String module = segment.kernels().get(0).module();
        String what = module.isEmpty() ? segment.kernels().get(0).operator() : module;
        String times = segment.times() == 1 ? "" : " × " + segment.times();
        return (span.phase().equals(KernelProgram.OPTIMIZER) ? KernelProgram.OPTIMIZER : what) + times;
    }
}
