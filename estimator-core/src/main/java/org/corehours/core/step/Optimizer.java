package org.corehours.core.step;

/** The rule that turns gradients into new weights, and the state it keeps. */
public enum Optimizer {
    /** No update: inference. */
    NONE(0),
    /** Stochastic gradient descent without state. */
    SGD(0),
    /** With a momentum buffer. */
    SGD_MOMENTUM(1),
    /** First and second moments. */
    ADAM(2),
    /** First and second moments, decay apart from the gradient. */
    ADAMW(2);

    private final int stateTensors;

    Optimizer(int stateTensors) {
        this.stateTensors = stateTensors;
    }

    /** State tensors of a parameter's size. */
    public int stateTensors() {
        return stateTensors;
    }
}
