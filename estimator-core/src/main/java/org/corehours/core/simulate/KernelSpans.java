package org.corehours.core.simulate;

import java.util.List;
import java.util.function.Consumer;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.Segment;
import org.corehours.core.timing.KernelTime;

/**
 * Every single kernel of a simulated step: what the simulator takes together as runs of a segment, one by one. The host
 * issues kernel after kernel; the device starts a kernel once it is issued and the one before has ended.
 */
public final class KernelSpans {

    private final TimedProgram program;
    private final double updateShare;
    private final Timeline timeline;

    /**
     * @param program the kernels with their times, as the step was simulated
     * @param updateShare the share of the update that the device does
     * @param timeline the step under the laws as they are
     */
    public KernelSpans(TimedProgram program, double updateShare, Timeline timeline) {
        this.program = program;
        this.updateShare = updateShare;
        this.timeline = timeline;
    }

    /**
     * Goes through the kernels of a task.
     *
     * @param task a task of the timeline that runs kernels
     * @param kernels receives them in order
     */
    public void ofTask(TaskTime task, Consumer<KernelSpan> kernels) {
        Task.Kernels work = (Task.Kernels) task.task().work();
        Segment segment = program.program().segments().get(work.segment());
        int number = task.task().number();
        TaskTime issue = number == 0 ? null : timeline.tasks().get(number - 1);
        boolean issued = issue != null && issue.task().work() instanceof Task.Issue;
        double host = issue != null && issued ? issue.startSeconds() : 0;
        double device = task.readySeconds();
        List<Kernel> sequence = segment.kernels();
        for (int run = 0; run < work.runs(); run++) {
            if (segment.hostReads() > 0 && issued) {
                host = Math.max(host, device);
                device = host;
            }
            for (Kernel kernel : sequence) {
                double issueSeconds = issued ? program.issueSeconds(kernel) : 0;
                double issueEnd = host + issueSeconds;
                KernelTime time = program.time(kernel, TimedProgram.updates(segment) ? updateShare : 1);
                double start = Math.max(device, issueEnd);
                double end = start + time.seconds();
                kernels.accept(new KernelSpan(
                        kernel, number, run, time, issued ? host : 0, issued ? issueEnd : 0, start, end));
                device = end;
                // A host that reads a result back issues nothing while the device works.
                host = segment.hostReads() > 0 ? Math.max(issueEnd, end) : issueEnd;
            }
            device += issued ? segment.hostReads() * StepSimulator.HOST_READ_SECONDS.value() : 0;
        }
    }
}
