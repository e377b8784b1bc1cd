package org.corehours.papers;

import org.corehours.core.quantity.Sourced;

/**
 * A set of images that models are trained or run on.
 *
 * @param id the id, such as {@code imagenet-1k}
 * @param name the name in a sentence
 * @param samples images of one epoch
 */
public record Dataset(String id, String name, Sourced<Long> samples) {

    /** @throws IllegalArgumentException if there are no images */
    public Dataset {
        if (samples.value() < 1) {
            throw new IllegalArgumentException(
                    "The data set " + id + " needs at least one image, not " + samples.value() + ".");
        }
    }
}
