package org.corehours.core.simulate;

import org.corehours.core.quantity.Sourced;

/**
 * How a framework runs kernels: what launching costs the host, how gradients are exchanged, and what it keeps of the
 * device's memory for itself.
 *
 * @param id its id, such as {@code pytorch-1.7}
 * @param exchange how gradients leave
 * @param issueSeconds time of the reference core to issue one kernel; zero where a compiled program runs by itself
 * @param synchronizesBeforeUpdate whether the host waits for the device before the update, as a loss scaler does
 * @param contextBytes the driver's context with the loaded kernels, or what the runtime reserves
 * @param workspaceBytes scratch memory of matrix-product libraries, counted by the framework's allocator
 * @param communicationBytes buffers of the communication library per device, if there is more than one device
 * @param slack allocator slack as a share of what is allocated
 * @param startSeconds starting processes, importing the framework and joining the process group
 * @param compileSeconds compiling the step's program, once per run; zero where nothing is compiled
 */
public record Runtime(
        String id,
        GradientExchange exchange,
        Sourced<Double> issueSeconds,
        boolean synchronizesBeforeUpdate,
        Sourced<Long> contextBytes,
        Sourced<Long> workspaceBytes,
        Sourced<Long> communicationBytes,
        Sourced<Double> slack,
        Sourced<Double> startSeconds,
        Sourced<Double> compileSeconds) {}
