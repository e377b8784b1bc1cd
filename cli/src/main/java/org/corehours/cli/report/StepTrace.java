package org.corehours.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.corehours.cli.json.JsonText;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.run.RunPlan;
import org.corehours.core.simulate.CriticalPath;
import org.corehours.core.simulate.IdleCause;
import org.corehours.core.simulate.KernelSpan;
import org.corehours.core.simulate.KernelSpans;
import org.corehours.core.simulate.Stream;
import org.corehours.core.simulate.Task;
import org.corehours.core.simulate.Task.Dependency;
import org.corehours.core.simulate.TaskTime;
import org.corehours.core.simulate.TimedProgram;
import org.corehours.core.simulate.Timeline;
import org.corehours.core.timing.KernelTimer;

/**
 * A simulated step as a trace for Perfetto: every kernel on the device's tracks, what issues and feeds it on the host's,
 * arrows from what is waited for to what waits, and the memory of the device's tensors.
 */
public final class StepTrace {

    private static final int DEVICE = 1;
    private static final int HOST = 2;

    /** Kernels beyond which only the first and the last micro-batch show theirs one by one. */
    private static final long MOST_KERNELS = 40_000;

    private final RunPlan plan;
    private final Timeline timeline;
    private final KernelProgram program;
    private final List<TraceEvent> events = new ArrayList<>();
    /** For each task of kernels shown one by one, where each of its runs ends: a time within its last kernel. */
    private final Map<Integer, long[]> lastKernels = new HashMap<>();

    private final boolean expandsAll;
    private long flows;

    private StepTrace(RunPlan plan, Timeline timeline, KernelProgram program) {
        this.plan = plan;
        this.timeline = timeline;
        this.program = program;
        long kernels = 0;
        for (Timeline.Span span : timeline.spans()) {
            kernels += (long) span.times()
                    * program.segments().get(span.segment()).kernels().size();
        }
        expandsAll = kernels <= MOST_KERNELS;
    }

    /**
     * Writes a step as a trace.
     *
     * @param plan the run that the step belongs to
     * @param timeline the step under the laws as they are
     * @param program its kernels
     * @param labels what to write into the trace besides, such as the paper
     * @return the trace
     */
    public static String of(RunPlan plan, Timeline timeline, KernelProgram program, Map<String, String> labels) {
        StepTrace trace = new StepTrace(plan, timeline, program);
        trace.tracks();
        trace.kernels();
        trace.others();
        trace.leftOut();
        trace.memory();
        return trace.text(labels);
    }

    private void tracks() {
        String device = plan.cluster().accelerator().name();
        name(
                DEVICE,
                0,
                "process",
                plan.cluster().devices() == 1
                        ? device
                        : "one of " + plan.cluster().devices() + " × " + device);
        name(HOST, 0, "process", "its share of the host");
        for (Stream stream : Stream.values()) {
            TraceEvent.Track track = track(stream);
            name(
                    track.process(),
                    track.thread(),
                    "thread",
                    switch (stream) {
                        case HOST -> "issue of kernels";
                        case COMPUTE -> "compute";
                        case COMMUNICATION -> "communication";
                        case COPY -> "copy";
                        case INPUT -> "input workers";
                    });
        }
    }

    private void name(int process, int thread, String what, String name) {
        TraceEvent.Track track = new TraceEvent.Track(process, thread);
        events.add(new TraceEvent.Metadata(track, what + "_name", "name", name));
        events.add(new TraceEvent.Metadata(
                track, what + "_sort_index", "sort_index", what.equals("process") ? process : thread));
    }

    private static TraceEvent.Track track(Stream stream) {
        return switch (stream) {
            case COMPUTE, COMMUNICATION, COPY -> new TraceEvent.Track(DEVICE, 1 + stream.ordinal());
            case HOST, INPUT -> new TraceEvent.Track(HOST, 1 + stream.ordinal());
        };
    }

    private void kernels() {
        KernelTimer timer =
                KernelTimer.of(plan.cluster().accelerator(), plan.stack().library());
        boolean issued = plan.stack().runtime().issuesKernels();
        TimedProgram timed = new TimedProgram(program, timer::time, issued ? timer::issueSeconds : kernel -> 0);
        KernelSpans spans = new KernelSpans(
                timed, plan.parallelism().updateShare(plan.cluster().devices()), timeline);
        for (TaskTime each : timeline.tasks()) {
            if (each.task().work() instanceof Task.Kernels kernels) {
                if (expandsAll || kernels.microBatch() == 0 || kernels.microBatch() == plan.accumulationSteps() - 1) {
                    lastKernels.put(each.task().number(), new long[kernels.runs()]);
                    spans.ofTask(each, span -> kernel(span, kernels, issued));
                } else {
                    group(each, kernels);
                }
            }
        }
    }

    private void kernel(KernelSpan span, Task.Kernels kernels, boolean issued) {
        long start = TraceEvent.nanoseconds(span.startSeconds());
        long end = TraceEvent.nanoseconds(span.endSeconds());
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("phase", kernels.phase());
        if (!span.kernel().module().isEmpty()) {
            texts.put("module", span.kernel().module());
        }
        texts.put("bound", span.time().bound().name().toLowerCase(Locale.ROOT));
        Map<String, Long> numbers = new LinkedHashMap<>();
        numbers.put("flops", span.kernel().flops());
        numbers.put("bytes", span.kernel().bytes());
        numbers.put("launches", (long) span.kernel().launches());
        Segment segment = program.segments().get(kernels.segment());
        if (segment.times() > 1) {
            numbers.put("run", (long) span.run());
        }
        TraceEvent.Track compute = track(Stream.COMPUTE);
        events.add(new TraceEvent.Span(compute, span.kernel().operator(), kernels.phase(), start, end, texts, numbers));
        long[] ends = lastKernels.get(span.task());
        if (ends != null) {
            ends[span.run()] = start;
        }
        if (issued && span.issueEndSeconds() > span.issueStartSeconds()) {
            long issue = TraceEvent.nanoseconds(span.issueStartSeconds());
            TraceEvent.Track host = track(Stream.HOST);
            events.add(new TraceEvent.Span(
                    host,
                    span.kernel().operator(),
                    "issue",
                    issue,
                    TraceEvent.nanoseconds(span.issueEndSeconds()),
                    Map.of(),
                    Map.of()));
            flow("launch", host, issue, compute, start);
        }
    }

    /** Kernels that are not shown one by one, and their issue. */
    private void group(TaskTime each, Task.Kernels kernels) {
        long flops = 0;
        long bytes = 0;
        Segment segment = program.segments().get(kernels.segment());
        for (var kernel : segment.kernels()) {
            flops = Math.addExact(flops, Math.multiplyExact(kernel.flops(), (long) kernels.runs()));
            bytes = Math.addExact(bytes, Math.multiplyExact(kernel.bytes(), (long) kernels.runs()));
        }
        String name = kernels.phase() + " × " + kernels.runs();
        Map<String, Long> numbers = new LinkedHashMap<>();
        numbers.put("flops", flops);
        numbers.put("bytes", bytes);
        numbers.put("kernels", (long) segment.kernels().size() * kernels.runs());
        span(each, name, kernels.phase(), numbers);
        TaskTime before = timeline.tasks().get(each.task().number() - 1);
        if (before.task().work() instanceof Task.Issue) {
            span(before, name, "issue", Map.of());
        }
    }

    private void span(TaskTime each, String name, String category, Map<String, Long> numbers) {
        events.add(new TraceEvent.Span(
                track(each.task().stream()),
                name,
                category,
                TraceEvent.nanoseconds(each.startSeconds()),
                TraceEvent.nanoseconds(each.endSeconds()),
                Map.of(),
                numbers));
    }

    /** Collectives, copies, waits, and the arrows to and from them. */
    private void others() {
        double hostFree = 0;
        for (TaskTime each : timeline.tasks()) {
            Task.Work work = each.task().work();
            if (work instanceof Task.Exchange exchange) {
                span(each, exchange.collective().id(), "communication", Map.of("bytes", exchange.bytes()));
                arrowsTo(each);
            } else if (work instanceof Task.Copy copy) {
                String name = copy.microBatch() == Task.Copy.NEXT ? "copy of the next batch" : "copy of the batch";
                span(each, name, "copy", Map.of());
            } else if (work instanceof Task.Load && each.seconds() > 0) {
                span(each, "load a later batch", "input", Map.of());
            } else if (work instanceof Task.HostWait wait && wait.beforeUpdate() && each.endSeconds() > hostFree) {
                // Where the host reads results between kernels, the gaps between their issues show that it waits.
                events.add(new TraceEvent.Span(
                        track(Stream.HOST),
                        "wait for the device",
                        "wait",
                        TraceEvent.nanoseconds(hostFree),
                        TraceEvent.nanoseconds(each.endSeconds()),
                        Map.of(),
                        Map.of()));
            } else if (work instanceof Task.Kernels) {
                arrowsFromExchanges(each);
            }
            if (each.task().stream() == Stream.HOST) {
                hostFree = each.endSeconds();
            }
        }
    }

    /** From the kernels that make what is exchanged. */
    private void arrowsTo(TaskTime exchange) {
        for (Dependency after : exchange.task().after()) {
            long[] runs = lastKernels.get(after.task());
            if (runs != null && after.runs() != Dependency.START) {
                flow(
                        "ready",
                        track(Stream.COMPUTE),
                        runs[Math.min(after.runs(), runs.length) - 1],
                        track(Stream.COMMUNICATION),
                        TraceEvent.nanoseconds(exchange.startSeconds()));
            }
        }
    }

    /** To the first of some kernels from the collectives that it needs. */
    private void arrowsFromExchanges(TaskTime kernels) {
        for (Dependency after : kernels.task().after()) {
            TaskTime awaited = timeline.tasks().get(after.task());
            if (awaited.task().stream() == Stream.COMMUNICATION) {
                flow(
                        "arrived",
                        track(Stream.COMMUNICATION),
                        TraceEvent.nanoseconds(awaited.startSeconds()),
                        track(Stream.COMPUTE),
                        TraceEvent.nanoseconds(kernels.startSeconds()));
            }
        }
    }

    /** Where micro-batches are left out that repeat the one before them. */
    private void leftOut() {
        Timeline.LeftOut leftOut = timeline.leftOut();
        if (leftOut.microBatches() == 0) {
            return;
        }
        double start = 0;
        for (TaskTime each : timeline.tasks().subList(leftOut.firstTask(), leftOut.nextTask())) {
            start = each.task().stream() == Stream.COMPUTE ? each.endSeconds() : start;
        }
        events.add(new TraceEvent.Span(
                track(Stream.COMPUTE),
                String.format(Locale.ROOT, "%,d micro-batches like the one before", leftOut.microBatches()),
                "left out",
                TraceEvent.nanoseconds(start),
                TraceEvent.nanoseconds(start + leftOut.seconds()),
                Map.of(),
                Map.of("micro_batches", (long) leftOut.microBatches())));
    }

    private void flow(String name, TraceEvent.Track from, long start, TraceEvent.Track to, long end) {
        long id = ++flows;
        events.add(new TraceEvent.Flow(from, id, name, true, start));
        events.add(new TraceEvent.Flow(to, id, name, false, end));
    }

    private void memory() {
        for (MemoryTrack.Sample sample : MemoryTrack.of(plan, timeline, program).samples()) {
            events.add(new TraceEvent.Counter(
                    DEVICE, "memory of tensors", TraceEvent.nanoseconds(sample.seconds()), sample.bytes()));
        }
    }

    private String text(Map<String, String> labels) {
        events.sort(Comparator.comparingLong(TraceEvent::nanoseconds));
        StringBuilder text = new StringBuilder();
        text.append("{\"schema_version\": ").append(JsonText.SCHEMA_VERSION);
        text.append(",\n\"displayTimeUnit\": \"ms\",\n\"otherData\": ").append(JsonText.compact(to -> {
            labels.forEach(to::text);
            to.number("step_seconds", timeline.stepSeconds())
                    .number("busy_seconds", timeline.busySeconds())
                    .number("idle_seconds", timeline.totalIdleSeconds())
                    .numbers("idle_seconds_by_cause", idle())
                    .number("micro_batches_left_out", timeline.leftOut().microBatches())
                    .number("communication_overlap", timeline.communicationOverlap())
                    .text("bound_by", timeline.boundBy().id())
                    .objects("critical_path", timeline.criticalPath(), StepTrace::piece);
        }));
        text.append(",\n\"traceEvents\": [\n");
        for (int i = 0; i < events.size(); i++) {
            text.append(events.get(i).json()).append(i == events.size() - 1 ? "\n" : ",\n");
        }
        return text.append("]}\n").toString();
    }

    private Map<String, Double> idle() {
        Map<String, Double> idle = new LinkedHashMap<>();
        for (Map.Entry<IdleCause, Double> each : timeline.idleSeconds().entrySet()) {
            idle.put(each.getKey().id(), each.getValue());
        }
        return idle;
    }

    /** Writes a piece of a critical path. */
    static void piece(JsonText to, CriticalPath.Piece piece) {
        to.text("stream", piece.stream().id())
                .text("name", piece.name())
                .number("start_seconds", piece.startSeconds())
                .number("end_seconds", piece.endSeconds());
    }
}
