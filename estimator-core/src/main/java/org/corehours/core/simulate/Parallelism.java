package org.corehours.core.simulate;

import org.corehours.core.lowering.StepMemory;

/**
 * How the devices of a run divide a training step among them: what each of them keeps, and what they exchange. Every
 * device works on samples of its own; a way that divides the model itself would also change the kernels.
 */
public interface Parallelism {

    /** {@return its name on the command line and in specifications} */
    String id();

    /** {@return what it is, for readers} */
    String label();

    /**
     * What the devices exchange in a step.
     *
     * @param framework how the framework averages gradients where every device has all of them
     * @param halfPrecision whether products run in a format of 16 bits
     * @return the plan
     */
    ExchangePlan exchange(GradientExchange framework, boolean halfPrecision);

    /**
     * What one device keeps.
     *
     * @param whole what a device keeps where nothing is divided
     * @param devices how many devices divide it
     * @return its share
     */
    StepMemory share(StepMemory whole, int devices);

    /**
     * The share of the update that one device does.
     *
     * @param devices how many devices divide it
     * @return 1 if every device does all of it
     */
    double updateShare(int devices);

    /**
     * Whether it makes sense for a run.
     *
     * @param framework how the framework runs the step
     * @param devices how many devices there are
     * @param trains whether there is a backward computation
     * @throws IllegalArgumentException if not, with the reason and a way out
     */
    void check(FrameworkRuntime framework, int devices, boolean trains);
}
