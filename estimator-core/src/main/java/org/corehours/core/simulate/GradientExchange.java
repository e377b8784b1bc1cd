package org.corehours.core.simulate;

import org.corehours.core.quantity.Sourced;

/** How the gradients of data-parallel devices are averaged. */
public sealed interface GradientExchange {

    /**
     * In buckets that leave as the backward computation fills them, on a stream of their own, as PyTorch's
     * DistributedDataParallel does.
     *
     * @param firstBucketBytes the first bucket, small so that the exchange starts early
     * @param bucketBytes the others
     * @param copiesGradients whether buckets are memory of their own beside the gradients
     */
    record Bucketed(Sourced<Long> firstBucketBytes, Sourced<Long> bucketBytes, boolean copiesGradients)
            implements GradientExchange {}

    /**
     * Combined by a compiler: all-reduces whose operands come one after the other become one of up to a number of bytes,
     * placed where the last of them is there, as XLA's all-reduce combiner does.
     *
     * @param thresholdBytes the most that is combined
     * @param asynchronous whether kernels run beside them, as after a latency-hiding scheduler has split each into its
     *     start and its end; else the program waits for each where it stands
     */
    record Combined(Sourced<Long> thresholdBytes, boolean asynchronous) implements GradientExchange {}

    /**
     * All at once, between the backward computation and the update: what {@code pmean} of a gradient tree compiles to
     * once the compiler has combined its all-reduces.
     */
    record AfterBackward() implements GradientExchange {}
}
