package org.corehours.models.vision;

/**
 * One way to read what the Perceptual Group Tokenizer's paper leaves open.
 *
 * <p>What is known about each choice:
 *
 * <ul>
 *   <li><b>Tokens and widths per head.</b> The paper says "256 group tokens per layer" and "98, 192 and
 *       288 dimensions", of one head or of all six together. Its memory ratios decide it: relative to a
 *       ViT-B with 4 × 4 patches, whose largest tensor is the attention scores of 12 × 3136² elements,
 *       PGT-B needs 4.6 % with up to 256 group tokens and 16.3 % with 1024. Keys of 6 × 288 values for
 *       3136 tokens are 4.59 % of that, and bindings of 6 × 1024 groups with 3136 tokens are 16.33 %;
 *       split over heads they would be 0.8 % and 2.7 %. So both are per head.
 *   <li><b>Shared over heads.</b> Queries and GRU of one weight for all heads give 68.9 million
 *       parameters with per-head widths, near the reported 70 million; weights per head give 114.4 million.
 *   <li><b>Group MLP.</b> Slot Attention (Locatello et al., 2020) follows its GRU by an MLP; here it would
 *       bring the parameters to 73.4 million. Not confirmed.
 *   <li><b>Refinement.</b> "Group tokens are mapped back" says no more. An attention with queries, keys
 *       and values of its own would make 84.9 million parameters.
 *   <li><b>Differentiation.</b> "Implicit differentiation" as reviews describe it: the gradient passes
 *       through the last of the rounds only. Its groups must hand their gradient on to the sampled ones,
 *       or the sampling distribution would never learn.
 *   <li><b>Sampling.</b> PGT-G samples the first groups from a Gaussian, PGT-F from a normalizing flow,
 *       which must account for its additional 45 million parameters; how it is built is not reported, so its
 *       size is inferred from the number it would have to explain and explains nothing.
 * </ul>
 *
 * @param tokensPerHead whether the number of group tokens is that of one head
 * @param widthPerHead whether the width of group tokens is that of one head
 * @param sharedOverHeads whether queries and GRU have the same weights for all heads
 * @param groupMlp whether an MLP follows the GRU
 * @param refinement how group tokens reach the input tokens
 * @param differentiation which rounds of binding the backward computation passes through
 * @param sampledPerImage whether every image draws its group tokens, instead of a batch sharing them
 * @param flow the flow that shapes the noise
 */
public record GroupingReading(
        boolean tokensPerHead,
        boolean widthPerHead,
        boolean sharedOverHeads,
        boolean groupMlp,
        Refinement refinement,
        Differentiation differentiation,
        boolean sampledPerImage,
        Flow flow) {

    /** The reading that agrees with the reported memory ratios and the parameters of PGT-G-B. */
    public static final GroupingReading PER_HEAD = new GroupingReading(
            true, true, true, false, Refinement.ASSIGNMENT, Differentiation.STRAIGHT_THROUGH, true, Flow.NONE);

    /** How group tokens reach the input tokens. */
    public enum Refinement {
        /** Through the assignment that the last round of binding found. */
        ASSIGNMENT,
        /** Through an attention of its own, with queries from the input tokens. */
        CROSS_ATTENTION
    }

    /** Which rounds of binding the backward computation passes through. */
    public enum Differentiation {
        /** All of them. */
        UNROLLED,
        /** The last; the distribution of the first groups gets no gradient. */
        LAST_ITERATION,
        /** The last; the gradient of its groups is handed to the sampled ones unchanged. */
        STRAIGHT_THROUGH
    }

    /**
     * A normalizing flow of affine couplings (Dinh et al., 2017), one per layer, shared over heads.
     *
     * @param couplings how many; 0 leaves the Gaussian as it is
     * @param hiddenWidth hidden width of a coupling's network
     * @param hiddenLayers hidden layers of a coupling's network
     */
    public record Flow(int couplings, int hiddenWidth, int hiddenLayers) {
        /** No flow: a Gaussian (PGT-G). */
        public static final Flow NONE = new Flow(0, 0, 0);
    }

    /** This reading with the group tokens sampled through a flow (PGT-F). */
    public GroupingReading withFlow(Flow other) {
        return new GroupingReading(
                tokensPerHead,
                widthPerHead,
                sharedOverHeads,
                groupMlp,
                refinement,
                differentiation,
                sampledPerImage,
                other);
    }
}
