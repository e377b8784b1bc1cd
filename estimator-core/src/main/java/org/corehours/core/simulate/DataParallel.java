package org.corehours.core.simulate;

import org.corehours.core.hardware.Collective;
import org.corehours.core.lowering.StepMemory;

/** Every device keeps all of the model and its training state, and gradients are averaged over all devices. */
public record DataParallel() implements Parallelism {

    /** The only one. */
    public static final DataParallel INSTANCE = new DataParallel();

    @Override
    public String id() {
        return "ddp";
    }

    @Override
    public String label() {
        return "data parallel";
    }

    @Override
    public ExchangePlan exchange(GradientExchange framework, boolean halfPrecision) {
        return ExchangePlan.of(framework, Collective.ALL_REDUCE);
    }

    @Override
    public StepMemory share(StepMemory whole, int devices) {
        return whole;
    }

    @Override
    public double updateShare(int devices) {
        return 1;
    }

    @Override
    public void check(FrameworkRuntime framework, int devices, boolean trains) {
        // A single device, and inference, are data parallel as well.
    }
}
