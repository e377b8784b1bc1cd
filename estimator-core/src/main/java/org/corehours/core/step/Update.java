package org.corehours.core.step;

/**
 * What follows the backward computation of a step.
 *
 * @param optimizer the update rule
 * @param clipping whether gradients are clipped to a norm
 * @param perParameterClipping whether each parameter's norm is clipped by itself, as DINO does
 * @param averagedPrefix the name prefix of parameters that track the trained ones as a moving average
 *     (a teacher); empty for none
 */
public record Update(Optimizer optimizer, boolean clipping, boolean perParameterClipping, String averagedPrefix) {
    /** Nothing follows: inference. */
    public static final Update NONE = new Update(Optimizer.NONE, false, false, "");

    /** An optimizer alone. */
    public static Update of(Optimizer optimizer) {
        return new Update(optimizer, false, false, "");
    }

    public boolean averages() {
        return !averagedPrefix.isEmpty();
    }
}
