package org.corehours.core.simulate;

import java.util.Locale;

/** What a training step waits for most: the resource that shortens the step first if there is more of it. */
public enum Bottleneck {
    /** Arithmetic of matrix products and convolutions. */
    COMPUTE("the arithmetic of matrix products"),
    /** Memory traffic of kernels on the device. */
    MEMORY("the memory traffic of kernels"),
    /** Launching kernels: the host issues them no faster, or the device spends its time between them. */
    LAUNCH("launching kernels"),
    /** Exchange of gradients that the backward computation does not hide. */
    COMMUNICATION("the exchange of gradients"),
    /** Loading and augmenting the batch. */
    INPUT("loading and augmenting the input");

    private final String phrase;

    Bottleneck(String phrase) {
        this.phrase = phrase;
    }

    /** {@return the name used in JSON, in lower case} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return what it is, as a phrase that completes "The step is bound by"} */
    public String phrase() {
        return phrase;
    }
}
