package org.corehours.core.simulate;

import org.corehours.core.lowering.Kernel;
import org.corehours.core.timing.KernelTime;

/**
 * One call of one kernel in a simulated step.
 *
 * @param kernel the kernel
 * @param task the number of the task that it is part of
 * @param run which run of its segment within that task it is in, from 0
 * @param time its time on an idle device
 * @param issueStartSeconds when the host starts to issue it; with the end of issue 0 where no host issues kernels
 * @param issueEndSeconds when the host has issued it
 * @param startSeconds when it starts, from the start of the step
 * @param endSeconds when the next one could start
 */
public record KernelSpan(
        Kernel kernel,
        int task,
        int run,
        KernelTime time,
        double issueStartSeconds,
        double issueEndSeconds,
        double startSeconds,
        double endSeconds) {}
