package org.corehours.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.corehours.cli.json.JsonText;
import org.corehours.cli.report.MemoryTrack;
import org.corehours.core.audit.Assignment;
import org.corehours.core.lowering.Kernel;
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

    private static final double MICROSECONDS = 1e6;
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
        KernelProgram program = plan.stack().lowering().lower(plan.step());
        String text = trace(read, plan, estimate.timeline(), program);
        if (file == null) {
            print(text);
        } else {
            OutputFile.write(file, text);
            say("Wrote " + file + ".");
        }
        return ExitCode.DONE;
    }

    /** An event of the trace: of a stream with its arguments, or a value of the memory counter. */
    private record Event(
            String name,
            String category,
            int stream,
            double startSeconds,
            double endSeconds,
            Map<String, Long> arguments) {}

    private String trace(Paper read, RunPlan plan, Timeline timeline, KernelProgram program) {
        List<Segment> segments = program.segments();
        Stream<Event> kernels = timeline.spans().stream()
                .map(span -> new Event(
                        name(span, segments),
                        span.phase(),
                        COMPUTE_STREAM,
                        span.startSeconds(),
                        span.endSeconds(),
                        work(span, segments)));
        Stream<Event> exchanges = IntStream.range(0, timeline.exchanges().size())
                .mapToObj(i -> {
                    Timeline.Exchange each = timeline.exchanges().get(i);
                    return new Event(
                            each.collective().id() + " " + i,
                            "communication",
                            COMMUNICATION_STREAM,
                            each.startSeconds(),
                            each.endSeconds(),
                            Map.of("bytes", each.bytes()));
                });
        List<Consumer<JsonText>> events = new ArrayList<>();
        events.add(named("process_name", 0, "device"));
        events.add(named("thread_name", COMPUTE_STREAM, "compute"));
        events.add(named("thread_name", COMMUNICATION_STREAM, "communication"));
        Stream.concat(kernels, exchanges)
                .forEach(event -> events.add(to -> to.text("name", event.name())
                        .text("cat", event.category())
                        .text("ph", "X")
                        .number("pid", 1)
                        .number("tid", event.stream())
                        .number("ts", MICROSECONDS * event.startSeconds())
                        .number("dur", MICROSECONDS * (event.endSeconds() - event.startSeconds()))
                        .numbers("args", event.arguments())));
        for (MemoryTrack.Sample sample : MemoryTrack.of(plan, timeline, program).samples()) {
            events.add(to -> to.text("name", "memory")
                    .text("ph", "C")
                    .number("pid", 1)
                    .number("ts", MICROSECONDS * sample.seconds())
                    .numbers("args", Map.of("bytes", sample.bytes())));
        }
        return JsonText.object(to -> to.text("displayTimeUnit", "ms")
                .object(
                        "otherData",
                        each -> each.text("paper", read.id())
                                .text("run", run)
                                .number("step_seconds", timeline.stepSeconds())
                                .text("bound_by", timeline.boundBy().id()))
                .objects("traceEvents", events, (each, event) -> event.accept(each)));
    }

    private static Consumer<JsonText> named(String what, int stream, String name) {
        return to -> to.text("name", what)
                .text("ph", "M")
                .number("pid", 1)
                .number("tid", stream)
                .object("args", args -> args.text("name", name));
    }

    private static Map<String, Long> work(Timeline.Span span, List<Segment> segments) {
        Map<String, Long> work = new LinkedHashMap<>();
        if (span.segment() < segments.size()) {
            Segment segment = segments.get(span.segment());
            long flops = 0;
            long bytes = 0;
            for (Kernel kernel : segment.kernels()) {
                flops = Math.addExact(flops, Math.multiplyExact(kernel.flops(), (long) segment.times()));
                bytes = Math.addExact(bytes, Math.multiplyExact(kernel.bytes(), (long) segment.times()));
            }
            work.put("flops", flops);
            work.put("bytes", bytes);
            work.put("kernels", (long) segment.kernels().size() * segment.times());
        }
        return work;
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
