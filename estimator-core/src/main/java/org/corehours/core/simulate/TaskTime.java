package org.corehours.core.simulate;

/**
 * A task of a simulated step with its times, from the start of the step.
 *
 * @param task the task
 * @param readySeconds when everything has happened that it comes after, whatever its stream does then; for kernels when
 *     the stream is free for them besides, issued or not
 * @param startSeconds when it starts: for kernels the first of them
 * @param endSeconds when it ends
 * @param cause the number of the task that it waited for last; {@link #NOTHING} if it starts with the step
 * @param heldUpSeconds for kernels that wait for the host between their start and their end, until when they do; 0 if
 *     they run back to back
 */
public record TaskTime(
        Task task, double readySeconds, double startSeconds, double endSeconds, int cause, double heldUpSeconds) {

    /** Stands for the task of another that waits for none. */
    public static final int NOTHING = -1;

    /** {@return how long it runs} */
    public double seconds() {
        return endSeconds - startSeconds;
    }
}
