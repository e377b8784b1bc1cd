package org.corehours.core.hardware;

import java.util.Locale;

/**
 * An operation in which a group of devices exchanges a buffer. The size of a collective is that of the whole buffer:
 * what every device holds before a reduction or an all-to-all, and after a gather or a broadcast.
 */
public enum Collective {
    /** Every device has a buffer, and ends with the sum of all. */
    ALL_REDUCE,
    /** Every device has a buffer, and ends with its part of the sum of all. */
    REDUCE_SCATTER,
    /** Every device has a part, and ends with all parts. */
    ALL_GATHER,
    /** Every device has a part for each of the others, and ends with a part from each. */
    ALL_TO_ALL,
    /** One device has a buffer, and all end with it. */
    BROADCAST;

    /** {@return its name, such as {@code all-reduce}} */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The bytes each device sends per byte of the buffer on a ring. Bus bandwidth is defined with it, so that it
     * compares with the speed of a link whatever the operation.
     *
     * @param participants how many devices take part
     * @return bytes sent per byte of the buffer
     */
    public double wireFactor(int participants) {
        double others = participants - 1;
        return switch (this) {
            case ALL_REDUCE -> 2 * others / participants;
            case REDUCE_SCATTER, ALL_GATHER, ALL_TO_ALL -> others / participants;
            case BROADCAST -> 1;
        };
    }

    /**
     * The steps of the ring algorithm, each of which waits for the one before.
     *
     * @param participants how many devices take part
     * @return how many there are
     */
    public int ringSteps(int participants) {
        return switch (this) {
            case ALL_REDUCE -> 2 * (participants - 1);
            case REDUCE_SCATTER, ALL_GATHER, BROADCAST -> participants - 1;
            case ALL_TO_ALL -> 1;
        };
    }
}
