package org.corehours.core.simulate;

import java.util.List;
import org.corehours.core.hardware.Collective;

/**
 * A piece of a step on one stream. It starts once its stream is free and everything has happened that it comes after.
 *
 * @param number its place among the step's tasks, from 0; it comes after tasks of lower numbers only
 * @param stream where it runs
 * @param work what it does
 * @param after what it waits for besides the task before it on its stream
 */
public record Task(int number, Stream stream, Work work, List<Dependency> after) {

    /** Copies its list. */
    public Task {
        after = List.copyOf(after);
    }

    /** What a task does. */
    public sealed interface Work {}

    /**
     * The kernels of a segment of the program, one after the other, all of it several times over. Its kernels start no
     * earlier than they are issued.
     *
     * @param segment the segment's index in the program
     * @param phase its phase
     * @param microBatch the micro-batch it belongs to, from 0
     * @param runs how often the segment runs
     */
    public record Kernels(int segment, String phase, int microBatch, int runs) implements Work {}

    /**
     * The host issues the kernels of the next task, as soon as the launch queue has room.
     *
     * @param segment the segment's index in the program
     * @param phase its phase
     * @param microBatch the micro-batch it belongs to, from 0
     * @param runs how often the segment runs
     */
    public record Issue(int segment, String phase, int microBatch, int runs) implements Work {}

    /**
     * The host waits for what the device has done, and issues nothing.
     *
     * @param beforeUpdate whether it reads there whether a gradient overflowed, else a result of the kernels before
     */
    public record HostWait(boolean beforeUpdate) implements Work {}

    /**
     * A collective among all devices.
     *
     * @param collective the operation
     * @param bytes gradients or parameters exchanged, in bytes of fp32
     * @param seconds what it takes under the laws as they are
     */
    public record Exchange(Collective collective, long bytes, double seconds) implements Work {}

    /**
     * A copy of a batch to the device.
     *
     * @param microBatch the micro-batch it brings; {@link #NEXT} for the batch of the next step
     * @param seconds what it takes
     */
    public record Copy(int microBatch, double seconds) implements Work {
        /** Stands for the batch of the next step. */
        public static final int NEXT = -1;
    }

    /** The batch of a later step is loaded and augmented. */
    public record Load() implements Work {}

    /** The next step starts. It takes no time. */
    public record NextStep() implements Work {}

    /**
     * Something that has to happen before a task starts.
     *
     * @param task the number of the task in which it happens
     * @param runs how many runs of its kernels have to end; {@link #START} if it only has to have its turn
     */
    public record Dependency(int task, int runs) {

        /** Its stream is free for it, and what it comes after has happened. */
        public static final int START = 0;

        /** All of it has ended. */
        public static final int END = Integer.MAX_VALUE;

        /** {@return the end of a task} */
        static Dependency end(int task) {
            return new Dependency(task, END);
        }

        /** {@return the start of a task} */
        static Dependency start(int task) {
            return new Dependency(task, START);
        }
    }
}
