/**
 * The timeline of one step on a cluster. {@link org.corehours.core.simulate.StepSimulator} makes a graph of tasks on
 * streams, with what each waits for, and goes through it event by event; it orders and overlaps kernels already timed, and
 * knows nothing of epochs or money.
 *
 * <p>How devices divide the work is a {@link org.corehours.core.simulate.Parallelism}. A way that divides the model
 * itself would change the kernels before they come here, in {@code core.lowering}: tensor parallelism, the shapes of a
 * block, with its all-reduces as {@linkplain org.corehours.core.step.DeviceReduction reductions} that the next kernels
 * wait for, among {@linkplain org.corehours.core.simulate.Collectives#seconds(org.corehours.core.hardware.Collective,
 * double, int) part of the devices}; pipeline parallelism, which segments a device has, with sends and receives as one
 * more kind of {@link org.corehours.core.simulate.Task.Work}, on a stream of their own.
 */
@NullMarked
package org.corehours.core.simulate;

import org.jspecify.annotations.NullMarked;
