package org.corehours.cli.report;

import java.util.ArrayList;
import java.util.List;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.StepMemory;
import org.corehours.core.memory.MemoryCurve;
import org.corehours.core.run.RunPlan;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.Timeline;

/**
 * The memory of a device in the course of a step: what its tensors take as each span of the timeline starts, at its
 * highest, and as it ends.
 *
 * @param samples the course, from left to right; empty if it is not known kernel by kernel
 * @param peaks the most of each phase, in order, beyond what is there when the step starts
 * @param startBytes what is there when the step starts
 */
public record MemoryTrack(List<Sample> samples, List<MemoryCurve.Peak> peaks, long startBytes) {

    /** Copies the lists. */
    public MemoryTrack {
        samples = List.copyOf(samples);
        peaks = List.copyOf(peaks);
    }

    /**
     * Bytes alive at a time.
     *
     * @param seconds the time from the start of the step
     * @param bytes the bytes
     */
    public record Sample(double seconds, long bytes) {}

    /**
     * The course of a simulated step.
     *
     * @param plan what is run
     * @param timeline its step
     * @param program the kernels of the step
     * @return the course
     */
    public static MemoryTrack of(RunPlan plan, Timeline timeline, KernelProgram program) {
        StepMemory memory =
                plan.parallelism().share(program.memory(), plan.cluster().devices());
        boolean gradientsPresent = memory.keepsGradients() || plan.accumulationSteps() > 1;
        long start = memory.atStart(gradientsPresent);
        boolean half = plan.precision() != Precision.FP32 && plan.precision() != Precision.TF32;
        long gathered = MemoryUse.gatheredBytes(
                program,
                plan.parallelism().exchange(plan.stack().runtime().exchange(), half),
                plan.cluster().devices());
        MemoryCurve curve = memory.curve(gradientsPresent);
        List<MemoryCurve.Range> ranges = curve.ranges();
        int[] firsts = new int[program.segments().size() + 1];
        for (int i = 1; i < firsts.length; i++) {
            firsts[i] = firsts[i - 1] + program.segments().get(i - 1).kernels().size();
        }
        List<Sample> samples = new ArrayList<>();
        // A compiled stack's curve has no point for each kernel, and so no course.
        List<Timeline.Span> spans = byKernel(program, ranges.size()) ? timeline.spans() : List.of();
        for (Timeline.Span span : spans) {
            int segment = span.segment();
            if (segment >= program.segments().size() || firsts[segment + 1] > ranges.size()) {
                continue;
            }
            List<MemoryCurve.Range> own = ranges.subList(firsts[segment], firsts[segment + 1]);
            if (own.isEmpty()) {
                continue;
            }
            long most = own.stream().mapToLong(MemoryCurve.Range::most).max().orElse(0);
            long base = start + (span.phase().equals(KernelProgram.OPTIMIZER) ? 0 : gathered);
            double middle = (span.startSeconds() + span.endSeconds()) / 2;
            samples.add(new Sample(span.startSeconds(), base + own.get(0).first()));
            samples.add(new Sample(middle, base + most));
            samples.add(
                    new Sample(span.endSeconds(), base + own.get(own.size() - 1).last()));
        }
        return new MemoryTrack(samples, curve.phases(), start);
    }

    private static boolean byKernel(KernelProgram program, int points) {
        int kernels = program.segments().stream()
                .filter(segment -> !segment.phase().equals(KernelProgram.OPTIMIZER))
                .mapToInt(segment -> segment.kernels().size())
                .sum();
        return kernels <= points;
    }
}
