package org.corehours.core.hardware;

/** What joins some devices of one machine: how long their collectives take. */
public sealed interface GroupLinks permits AllReduceCurve, ChannelRings, SwitchReduction {

    /** {@return how many devices take part} */
    int participants();

    /**
     * The time of a collective among them.
     *
     * @param collective the operation
     * @param bytes the size of the whole buffer
     * @return seconds
     */
    double seconds(Collective collective, double bytes);

    /** {@return the time to start and end a collective} */
    double startSeconds();

    /**
     * The latency of one step of a ring through them.
     *
     * @param protocol how bytes move
     * @return seconds
     */
    double stepSeconds(Protocol protocol);

    /** {@return the bus bandwidth of large buffers} */
    double busBytesPerSecond();

    /**
     * The same links among another number of devices of a fabric in which every device has the same bandwidth to every
     * other.
     *
     * @param others how many devices take part
     * @return their links
     */
    GroupLinks among(int others);

    /**
     * The time of an all-reduce.
     *
     * @param bytes the size of the buffer
     * @return seconds
     */
    default double seconds(double bytes) {
        return seconds(Collective.ALL_REDUCE, bytes);
    }

    /**
     * The bus bandwidth that an all-reduce reaches.
     *
     * @param bytes the size of the buffer that is reduced
     * @return bytes per second, as nccl-tests computes it
     */
    default double busBandwidthBytesPerSecond(double bytes) {
        return bytes * Collective.ALL_REDUCE.wireFactor(participants()) / seconds(bytes);
    }
}
