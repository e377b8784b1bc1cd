package org.corehours.core.simulate;

import java.util.ArrayList;
import java.util.List;
import org.corehours.core.hardware.Collective;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.step.DeviceReduction;
import org.corehours.core.step.DeviceReduction.When;

/**
 * What devices combine in a micro-batch besides gradients, and where: after the forward passes, after the backward
 * computation, or within them, layer by layer. Those of layers are spread over the normalizations of the segments they
 * belong to; several in one run of a segment are taken one after the other at its end.
 */
final class Reductions {

    private final List<Segment> segments;
    private final List<Task.Exchange> afterForward = new ArrayList<>();
    private final List<Task.Exchange> afterBackward = new ArrayList<>();
    private final List<Task.Exchange> inForward = new ArrayList<>();
    private final List<Task.Exchange> inBackward = new ArrayList<>();
    /** Of each segment, the normalizations of its pass before its first run, and of each of its runs. */
    private final long[] before;

    private final long[] perRun;
    private final long[] ofPass = new long[2];

    private Reductions(List<Segment> segments) {
        this.segments = segments;
        before = new long[segments.size()];
        perRun = new long[segments.size()];
    }

    /**
     * The reductions of a step.
     *
     * @param program its kernels
     * @param reductions what devices combine
     * @param collectives how long collectives take
     * @return the reductions; none for a single device
     */
    static Reductions of(KernelProgram program, List<DeviceReduction> reductions, Collectives collectives) {
        Reductions all = new Reductions(program.segments());
        if (collectives.devices() == 1) {
            return all;
        }
        all.countNormalizations();
        for (DeviceReduction reduction : reductions) {
            Task.Exchange once = once(reduction, collectives);
            boolean forward = reduction.when() == When.FORWARD || reduction.when() == When.FORWARD_LAYERS;
            boolean layers = reduction.when() == When.FORWARD_LAYERS || reduction.when() == When.BACKWARD_LAYERS;
            if (layers && all.ofPass[forward ? 0 : 1] > 0) {
                for (long i = 0; i < reduction.times(); i++) {
                    (forward ? all.inForward : all.inBackward).add(once);
                }
            } else {
                (forward ? all.afterForward : all.afterBackward).add(several(once, reduction.times()));
            }
        }
        return all;
    }

    private static Task.Exchange once(DeviceReduction reduction, Collectives collectives) {
        boolean gathers = reduction.operation() == DeviceReduction.Operation.GATHER;
        Collective collective = gathers ? Collective.ALL_GATHER : Collective.ALL_REDUCE;
        long buffer = gathers ? Math.multiplyExact(reduction.bytes(), (long) collectives.devices()) : reduction.bytes();
        return new Task.Exchange(collective, buffer, collectives.seconds(collective, buffer));
    }

    private static Task.Exchange several(Task.Exchange each, long times) {
        return new Task.Exchange(each.collective(), Math.multiplyExact(each.bytes(), times), times * each.seconds());
    }

    private void countNormalizations() {
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (!TimedProgram.updates(segment)) {
                int pass = pass(segment);
                before[i] = ofPass[pass];
                perRun[i] = segment.kernels().stream()
                        .filter(kernel -> kernel.kind() == KernelKind.NORMALIZATION)
                        .count();
                ofPass[pass] += perRun[i] * segment.times();
            }
        }
    }

    private static int pass(Segment segment) {
        return segment.phase().equals(KernelProgram.BACKWARD) ? 1 : 0;
    }

    /** What is combined after the forward passes. */
    List<Task.Exchange> afterForward() {
        return afterForward;
    }

    /** What is combined after the backward computation. */
    List<Task.Exchange> afterBackward() {
        return afterBackward;
    }

    /** Whether anything is combined between the runs of a segment. */
    boolean within(int segment) {
        return perRun[segment] > 0 && !layers(segment).isEmpty();
    }

    private List<Task.Exchange> layers(int segment) {
        return pass(segments.get(segment)) == 0 ? inForward : inBackward;
    }

    /**
     * What is combined at the end of some runs of a segment.
     *
     * @param segment the segment's index
     * @param from the first of the runs
     * @param end the run after the last of them
     * @return the collectives, equal ones in a row as one
     */
    List<Task.Exchange> during(int segment, int from, int end) {
        if (!within(segment)) {
            return List.of();
        }
        List<Task.Exchange> all = layers(segment);
        int first = upTo(segment, from, all.size());
        int last = upTo(segment, end, all.size());
        List<Task.Exchange> now = new ArrayList<>();
        for (int i = first; i < last; ) {
            int same = i + 1;
            while (same < last && all.get(same).equals(all.get(i))) {
                same++;
            }
            now.add(several(all.get(i), same - i));
            i = same;
        }
        return now;
    }

    /** How many of the collectives of a pass are due before a run of a segment. */
    private int upTo(int segment, int run, int all) {
        long normalizations = before[segment] + run * perRun[segment];
        return Math.toIntExact(normalizations * all / ofPass[pass(segments.get(segment))]);
    }
}
