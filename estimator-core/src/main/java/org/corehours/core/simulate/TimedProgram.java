package org.corehours.core.simulate;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.timing.KernelTime;

/**
 * The kernels of one micro-batch and the update with their times on a device: what all runs share that launch the same
 * kernels on such devices, whatever their number, their schedule and what feeds them. Immutable.
 */
public final class TimedProgram {

    private final KernelProgram program;
    private final Function<Kernel, KernelTime> timer;
    private final ToDoubleFunction<Kernel> issueSeconds;
    private final List<StreamSegment> segments;

    /**
     * Times every kernel once.
     *
     * @param program the kernels of one micro-batch and the update
     * @param timer the time of each kernel on the device
     * @param issueSeconds the time the host takes to issue each kernel; 0 where nothing is issued
     */
    public TimedProgram(
            KernelProgram program, Function<Kernel, KernelTime> timer, ToDoubleFunction<Kernel> issueSeconds) {
        this.program = program;
        this.timer = timer;
        this.issueSeconds = issueSeconds;
        this.segments = program.segments().stream()
                .map(segment -> new StreamSegment(segment, timer, issueSeconds))
                .toList();
    }

    /** {@return the kernels} */
    public KernelProgram program() {
        return program;
    }

    /** The time of a kernel on a device that does a share of it. */
    KernelTime time(Kernel kernel, double share) {
        KernelTime time = timer.apply(kernel);
        return share == 1 ? time : share(time, share);
    }

    /** The time the host takes to issue a kernel. */
    double issueSeconds(Kernel kernel) {
        return issueSeconds.applyAsDouble(kernel);
    }

    /** The segments of a device that does a share of the update. */
    List<StreamSegment> segments(double updateShare) {
        if (updateShare == 1) {
            return segments;
        }
        Function<Kernel, KernelTime> update = kernel -> share(timer.apply(kernel), updateShare);
        return segments.stream()
                .map(each -> updates(each.segment) ? new StreamSegment(each.segment, update, issueSeconds) : each)
                .toList();
    }

    static boolean updates(Segment segment) {
        return segment.phase().equals(KernelProgram.OPTIMIZER);
    }

    private static KernelTime share(KernelTime time, double share) {
        return new KernelTime(
                share * time.computeSeconds(),
                share * time.memorySeconds(),
                time.launchSeconds(),
                time.launchSeconds() + share * (time.seconds() - time.launchSeconds()));
    }
}
