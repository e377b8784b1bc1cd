package org.corehours.core.simulate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corehours.core.hardware.Collective;
import org.corehours.core.lowering.KernelKind;

/**
 * One optimizer step of one device, as simulated, and its explanation. The compute stream is always in one of the
 * states below, so that
 *
 * <pre>stepSeconds = matrixSeconds + memorySeconds + launchSeconds + inputCopySeconds
 *             + hostStallSeconds + exposedCommunicationSeconds + inputStallSeconds</pre>
 *
 * @param stepSeconds the step, from the first kernel to the start of the next step's first kernel
 * @param boundBy what the step waits for most
 * @param matrixSeconds kernels that are held up by the arithmetic of products
 * @param memorySeconds kernels that are held up by memory traffic
 * @param launchSeconds fixed costs of kernels on the device
 * @param inputCopySeconds the batch is copied to the device on the compute stream
 * @param hostStallSeconds the device waits for the host to issue kernels
 * @param barrierSeconds the part of that which follows the host's own wait for the device before the update
 * @param exposedCommunicationSeconds the device waits for gradients or parameters of other devices
 * @param inputStallSeconds the device waits for the batch
 * @param hostSeconds what the host takes to issue all kernels, hidden or not
 * @param communicationSeconds what the exchange takes, hidden or not
 * @param inputSeconds what loading and augmenting the step's samples takes, hidden or not
 * @param secondsByKind kernel time by kind; kinds without any are absent
 * @param secondsByPhase kernel time by phase, in order of first use
 * @param tasks what runs on all streams, in the order it is issued, but for micro-batches left out
 * @param leftOut the micro-batches that are not among the tasks; in all sums they are
 */
public record Timeline(
        double stepSeconds,
        Bottleneck boundBy,
        double matrixSeconds,
        double memorySeconds,
        double launchSeconds,
        double inputCopySeconds,
        double hostStallSeconds,
        double barrierSeconds,
        double exposedCommunicationSeconds,
        double inputStallSeconds,
        double hostSeconds,
        double communicationSeconds,
        double inputSeconds,
        Map<KernelKind, Double> secondsByKind,
        Map<String, Double> secondsByPhase,
        List<TaskTime> tasks,
        LeftOut leftOut) {

    /**
     * A segment of the kernel program on the compute stream.
     *
     * @param segment its index in the program
     * @param microBatch the micro-batch it belongs to, from 0
     * @param phase its phase
     * @param times how many runs of it this is
     * @param startSeconds when its first kernel starts, from the start of the step
     * @param endSeconds when its last kernel ends, its repetitions included
     */
    public record Span(int segment, int microBatch, String phase, int times, double startSeconds, double endSeconds) {}

    /**
     * A collective on the communication stream.
     *
     * @param collective the operation
     * @param bytes gradients or parameters exchanged, in bytes of fp32
     * @param readySeconds when it could start: its last gradient is there, or the block before it has started
     * @param startSeconds when it starts
     * @param endSeconds when it ends
     */
    public record Exchange(
            Collective collective, long bytes, double readySeconds, double startSeconds, double endSeconds) {}

    /**
     * Micro-batches that repeat the one before them. Tasks of the last micro-batch and after it have their times in the
     * whole step.
     *
     * @param microBatches how many they are
     * @param firstTask the number of the first task of the step's first micro-batch
     * @param nextTask the number of the first task after them
     * @param seconds what they take
     */
    public record LeftOut(int microBatches, int firstTask, int nextTask, double seconds) {

        /** None are. */
        public static final LeftOut NONE = new LeftOut(0, 0, 0, 0);

        /** Whether they are between two tasks, one of which waits for the other. */
        boolean between(int task, int awaited) {
            return microBatches > 0 && task >= nextTask && awaited < nextTask && awaited >= firstTask;
        }
    }

    /** Copies its collections, unless a simulation has made them. */
    public Timeline {
        if (!(secondsByKind instanceof SecondsByKey)) {
            Map<KernelKind, Double> byKind = new EnumMap<>(KernelKind.class);
            byKind.putAll(secondsByKind);
            secondsByKind = Collections.unmodifiableMap(byKind);
        }
        if (!(secondsByPhase instanceof SecondsByKey)) {
            secondsByPhase = Collections.unmodifiableMap(new LinkedHashMap<>(secondsByPhase));
        }
        tasks = tasks instanceof LazyTasks ? tasks : List.copyOf(tasks);
    }

    /** {@return the segments of kernels in the order they run} */
    public List<Span> spans() {
        List<Span> spans = new ArrayList<>();
        for (TaskTime each : tasks) {
            if (each.task().work() instanceof Task.Kernels kernels) {
                spans.add(new Span(
                        kernels.segment(),
                        kernels.microBatch(),
                        kernels.phase(),
                        kernels.runs(),
                        each.startSeconds(),
                        each.endSeconds()));
            }
        }
        return List.copyOf(spans);
    }

    /** {@return the collectives in the order they run} */
    public List<Exchange> exchanges() {
        List<Exchange> exchanges = new ArrayList<>();
        for (TaskTime each : tasks) {
            if (each.task().work() instanceof Task.Exchange exchange) {
                exchanges.add(new Exchange(
                        exchange.collective(),
                        exchange.bytes(),
                        each.readySeconds(),
                        each.startSeconds(),
                        each.endSeconds()));
            }
        }
        return List.copyOf(exchanges);
    }

    /** {@return the time the device runs kernels} */
    public double busySeconds() {
        return matrixSeconds + memorySeconds + launchSeconds;
    }

    /** {@return the share of the exchange that kernels hide, 0 to 1; 1 if there is none} */
    public double communicationOverlap() {
        return communicationSeconds == 0 ? 1 : Math.max(0, 1 - exposedCommunicationSeconds / communicationSeconds);
    }

    /** {@return the time of the exchange that kernels hide} */
    public double hiddenCommunicationSeconds() {
        return Math.max(0, communicationSeconds - exposedCommunicationSeconds);
    }

    /** {@return the seconds that the compute stream is idle, by cause; causes without any are absent} */
    public Map<IdleCause, Double> idleSeconds() {
        Map<IdleCause, Double> idle = new EnumMap<>(IdleCause.class);
        put(idle, IdleCause.HOST, hostStallSeconds - barrierSeconds);
        put(idle, IdleCause.BARRIER, barrierSeconds);
        put(idle, IdleCause.COMMUNICATION, exposedCommunicationSeconds);
        put(idle, IdleCause.INPUT, inputStallSeconds);
        put(idle, IdleCause.COPY, inputCopySeconds);
        return idle;
    }

    private static void put(Map<IdleCause, Double> idle, IdleCause cause, double seconds) {
        if (seconds > 0) {
            idle.put(cause, seconds);
        }
    }

    /** {@return the time the compute stream is idle, whatever the cause} */
    public double totalIdleSeconds() {
        return stepSeconds - busySeconds();
    }

    /**
     * The chain of tasks that decides the step's length: each piece begins when the one before it ends, from the step's
     * start to its end, and a step is shorter only if one of them is.
     *
     * @return the pieces in order
     */
    public List<CriticalPath.Piece> criticalPath() {
        return CriticalPath.of(this);
    }
}
