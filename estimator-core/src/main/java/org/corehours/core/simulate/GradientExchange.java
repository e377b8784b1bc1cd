package org.corehours.core.simulate;

import org.corehours.core.quantity.Sourced;

/** How the gradients of data-parallel devices are averaged. */
public sealed interface GradientExchange {

    /**
     * In buckets that leave as the backward computation fills them, on a stream of their own (PyTorch DDP).
     *
     * @param firstBucketBytes the first bucket, small so that the exchange starts early
     * @param bucketBytes the others
     * @param copiesGradients whether buckets are memory of their own beside the gradients
     */
    record Bucketed(Sourced<Long> firstBucketBytes, Sourced<Long> bucketBytes, boolean copiesGradients)
            implements GradientExchange {}

    /**
     * Combined by the compiler into few all-reduces, which the scheduler overlaps with part of the backward
     * computation (XLA).
     *
     * @param combineBytes the size up to which all-reduces are combined into one
     * @param overlap whether they overlap with the backward computation
     */
    record Combined(Sourced<Long> combineBytes, boolean overlap) implements GradientExchange {}
}
