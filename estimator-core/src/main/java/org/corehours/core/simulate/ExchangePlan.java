package org.corehours.core.simulate;

import org.corehours.core.hardware.Collective;

/**
 * What devices exchange in a step.
 *
 * @param gradients the collective that averages gradients
 * @param firstBucketBytes gradients of the first collective, in bytes of fp32
 * @param bucketBytes gradients of the others; {@link #BY_BLOCK} for one collective per run of a segment
 * @param gradientWidth bytes exchanged per byte of gradient in fp32
 * @param everyMicroBatch whether gradients are exchanged after every micro-batch, not only the last of a step
 * @param gather when parameters are gathered from the devices that keep them
 * @param parameterWidth bytes gathered per byte of parameter in fp32
 * @param blocking whether kernels wait for the gradients' collectives where these start, else only the update does
 */
public record ExchangePlan(
        Collective gradients,
        long firstBucketBytes,
        long bucketBytes,
        double gradientWidth,
        boolean everyMicroBatch,
        Gather gather,
        double parameterWidth,
        boolean blocking) {

    /** A size of buckets that stands for one collective per run of a segment that completes gradients. */
    public static final long BY_BLOCK = 0;

    /** When parameters are gathered. */
    public enum Gather {
        /** Never: every device keeps all of them. */
        NEVER,
        /** After the update, all at once. */
        AFTER_UPDATE,
        /** Before every use of a block, forward and backward, one block ahead; what is no block, once. */
        BEFORE_USE
    }

    /**
     * The plan of devices that keep everything.
     *
     * @param framework how the framework averages gradients
     * @param collective with which collective
     * @return the plan
     */
    static ExchangePlan of(GradientExchange framework, Collective collective) {
        long first = Long.MAX_VALUE;
        long others = Long.MAX_VALUE;
        if (framework instanceof GradientExchange.Bucketed bucketed) {
            first = bucketed.firstBucketBytes().value();
            others = bucketed.bucketBytes().value();
        }
        boolean blocking = false;
        if (framework instanceof GradientExchange.Combined combined) {
            first = combined.thresholdBytes().value();
            others = first;
            blocking = !combined.asynchronous();
        }
        return new ExchangePlan(collective, first, others, 1, false, Gather.NEVER, 1, blocking);
    }
}
