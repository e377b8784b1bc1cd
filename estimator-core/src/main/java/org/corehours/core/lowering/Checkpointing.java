package org.corehours.core.lowering;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What a repeated block computes again in the backward pass instead of keeping it (activation checkpointing).
 */
public enum Checkpointing {
    /** Nothing: all activations are kept. */
    NONE,
    /** The whole block: only its input is kept (Chen et al. 2016; {@code torch.utils.checkpoint} around each block). */
    FULL,
    /** The core of attention, from its scores to its sums of values: all that grows with the square of the tokens. */
    SELECTIVE;

    /** {@return its name on the command line and in specifications} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * One by its id.
     *
     * @param id the id, such as {@code full}
     * @return it
     * @throws IllegalArgumentException if there is none
     */
    public static Checkpointing of(String id) {
        for (Checkpointing each : values()) {
            if (each.id().equals(id)) {
                return each;
            }
        }
        throw new IllegalArgumentException(
                "There is no activation checkpointing " + id + "; there are none, full, selective.");
    }

    /**
     * A stack with this checkpointing.
     *
     * @param stack the stack without it
     * @return the stack itself where nothing is computed again
     */
    public Lowering around(Lowering stack) {
        return this == NONE ? stack : new CheckpointedLowering(stack, this);
    }

    /** The kernels of a block's forward pass that run again, by number. */
    List<Integer> again(List<Kernel> block) {
        return switch (this) {
            case NONE -> List.of();
            case FULL -> IntStream.range(0, block.size()).boxed().toList();
            case SELECTIVE -> attentionCores(block);
        };
    }

    /** From each product of a batch of matrices to the next: scores, softmax and all between, sums of values. */
    private static List<Integer> attentionCores(List<Kernel> block) {
        List<Integer> cores = new ArrayList<>();
        int scores = -1;
        for (int i = 0; i < block.size(); i++) {
            if (isBatched(block.get(i))) {
                if (scores >= 0) {
                    IntStream.rangeClosed(scores, i).forEach(cores::add);
                    scores = -1;
                } else {
                    scores = i;
                }
            }
        }
        return cores;
    }

    private static boolean isBatched(Kernel kernel) {
        return kernel.kind() == KernelKind.MATRIX_PRODUCT
                && kernel.products().stream().anyMatch(product -> product.batch() > 1);
    }
}
