package org.corehours.core.step;

/**
 * A value that the devices of a run combine in the middle of a step, and wait for, besides their gradients: the centre of
 * a teacher's outputs, or the statistics of a batch normalization over all devices.
 *
 * @param value what it is
 * @param when after which part of a micro-batch
 * @param operation how the devices combine it
 * @param bytes what one device brings along each time
 * @param times how often, one after the other
 */
public record DeviceReduction(String value, When when, Operation operation, long bytes, long times) {

    /** The part of a micro-batch that makes the value. */
    public enum When {
        /** The forward passes. */
        FORWARD,
        /** The backward computation. */
        BACKWARD,
        /** Layers of the forward passes, each of which the next one waits for. */
        FORWARD_LAYERS,
        /** Layers of the backward computation, likewise. */
        BACKWARD_LAYERS
    }

    /** How devices combine what they bring. */
    public enum Operation {
        /** Every device has the sum afterwards. */
        SUM,
        /** Every device has all of them afterwards. */
        GATHER
    }

    /** @throws IllegalArgumentException if nothing is brought or it is never combined */
    public DeviceReduction {
        if (bytes < 1 || times < 1) {
            throw new IllegalArgumentException(
                    "A reduction of " + value + " has " + bytes + " bytes " + times + " times. Both are at least 1.");
        }
    }

    /**
     * A sum over devices after the forward passes.
     *
     * @param value what it is
     * @param bytes its bytes
     * @return the reduction
     */
    public static DeviceReduction sum(String value, long bytes) {
        return new DeviceReduction(value, When.FORWARD, Operation.SUM, bytes, 1);
    }

    /**
     * Values of all devices side by side, after the forward passes.
     *
     * @param value what it is
     * @param bytes the bytes of one device
     * @param times how many such values
     * @return the reduction
     */
    public static DeviceReduction gather(String value, long bytes, long times) {
        return new DeviceReduction(value, When.FORWARD, Operation.GATHER, bytes, times);
    }
}
