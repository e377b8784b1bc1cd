package org.corehours.core.simulate;

import org.corehours.core.hardware.Collective;
import org.corehours.core.lowering.StepMemory;

/**
 * Data parallel, with the training state divided among the devices (ZeRO; Rajbhandari et al. 2020): each updates its
 * part of the parameters. Stages divide more and more of what a device keeps.
 */
public enum ShardedDataParallel implements Parallelism {
    /** The optimizer's state. Gradients are all-reduced, and updated parameters gathered after the update. */
    ZERO1("zero1", "optimizer state sharded (ZeRO 1)", false, false),
    /** Gradients as well: each device receives the sum of its part alone. */
    ZERO2("zero2", "optimizer state and gradients sharded (ZeRO 2)", true, false),
    /** Parameters as well: gathered before each use of a block, forward and backward. */
    ZERO3("zero3", "parameters, gradients and optimizer state sharded (ZeRO 3)", true, true),
    /** What ZeRO 3 does, as PyTorch's FullyShardedDataParallel does it: block by block. */
    FSDP("fsdp", "fully sharded, block by block (FSDP)", true, true);

    /** DeepSpeed reduces gradients in buckets of {@code reduce_bucket_size} elements. */
    private static final long ZERO_BUCKET_ELEMENTS = 500_000_000L;

    private static final long FULL_BYTES = 4;

    private final String id;
    private final String label;
    private final boolean gradients;
    private final boolean parameters;

    ShardedDataParallel(String id, String label, boolean gradients, boolean parameters) {
        this.id = id;
        this.label = label;
        this.gradients = gradients;
        this.parameters = parameters;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String label() {
        return label;
    }

    /** Sharded gradients and parameters travel in the format of products; what stays sharded alone is fp32. */
    @Override
    public ExchangePlan exchange(GradientExchange framework, boolean halfPrecision) {
        if (!gradients) {
            ExchangePlan all = ExchangePlan.of(framework, Collective.ALL_REDUCE);
            return new ExchangePlan(
                    all.gradients(),
                    all.firstBucketBytes(),
                    all.bucketBytes(),
                    1,
                    false,
                    ExchangePlan.Gather.AFTER_UPDATE,
                    1,
                    all.blocking());
        }
        double width = halfPrecision ? 0.5 : 1;
        long bucketBytes = this == FSDP ? ExchangePlan.BY_BLOCK : ZERO_BUCKET_ELEMENTS * FULL_BYTES;
        ExchangePlan.Gather gather = parameters ? ExchangePlan.Gather.BEFORE_USE : ExchangePlan.Gather.AFTER_UPDATE;
        return new ExchangePlan(Collective.REDUCE_SCATTER, bucketBytes, bucketBytes, width, true, gather, width, false);
    }

    @Override
    public StepMemory share(StepMemory whole, int devices) {
        return whole.sharded(parameters ? devices : 1, gradients ? devices : 1, devices);
    }

    @Override
    public double updateShare(int devices) {
        return 1.0 / devices;
    }

    @Override
    public void check(FrameworkRuntime framework, int devices, boolean trains) {
        if (!trains) {
            throw new IllegalArgumentException(
                    "Inference has no training state that " + id + " could divide among devices. Choose ddp.");
        }
        if (devices < 2) {
            throw new IllegalArgumentException("With " + id + " devices divide the training state, and there is only "
                    + devices + ". Choose ddp, or more devices.");
        }
        // XLA's partitioner gathers a layer's parameters while the one before computes (jax-ml/scaling-book, training).
        if (!framework.issuesKernels()
                && !(this == FSDP && framework.exchange() instanceof GradientExchange.Combined)) {
            throw new IllegalArgumentException("How the runtime " + framework.id() + " would run " + id
                    + " is not known: it exchanges gradients in its compiled program. Choose ddp, or a PyTorch stack.");
        }
    }
}
