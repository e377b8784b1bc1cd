package org.corehours.core.hardware;

/**
 * How NCCL moves the bytes of a chunk, with the latencies and bandwidths that its planner assumes on NVLink
 * and across a network.
 * Source of the constants: NCCL's {@code src/graph/tuning.cc}.
 */
public enum Protocol {
    /** Every 8 bytes are 4 of data and a flag: the least latency. */
    LL(6.6e-6, 0.6e-6, 2.7e-6, 5e-6, 0.25),
    /** Every 128 bytes are 120 of data and a flag. */
    LL128(14e-6, 1.9e-6, 4e-6, 8.5e-6, 0.92),
    /** Plain copies between barriers. */
    SIMPLE(8.4e-6, 3.4e-6, 14e-6, 14e-6, 1);

    private final double startSeconds;
    private final double stepSeconds;
    private final double networkRingStepSeconds;
    private final double networkTreeStepSeconds;
    private final double share;

    Protocol(
            double startSeconds,
            double stepSeconds,
            double networkRingStepSeconds,
            double networkTreeStepSeconds,
            double share) {
        this.startSeconds = startSeconds;
        this.stepSeconds = stepSeconds;
        this.networkRingStepSeconds = networkRingStepSeconds;
        this.networkTreeStepSeconds = networkTreeStepSeconds;
        this.share = share;
    }

    /** {@return the latency of one step of a ring inside a machine} */
    public double stepSeconds() {
        return stepSeconds;
    }

    /** {@return the latency of one step of a ring across the network} */
    public double networkRingStepSeconds() {
        return networkRingStepSeconds;
    }

    /** {@return the latency of one level of a tree across the network} */
    public double networkTreeStepSeconds() {
        return networkTreeStepSeconds;
    }

    /** {@return the share of the bus bandwidth} */
    public double share() {
        return share;
    }

    /**
     * The protocol the planner takes.
     *
     * @param steps steps of the ring
     * @param wireBytes what each device sends
     * @param busBytesPerSecond the bus bandwidth it plans with
     * @param ll128Seconds its start of LL128: releases differ
     * @return the one with the least predicted time
     */
    static Protocol planned(int steps, double wireBytes, double busBytesPerSecond, double ll128Seconds) {
        double ll = LL.startSeconds + LL.seconds(steps, wireBytes, busBytesPerSecond);
        double ll128 = ll128Seconds + LL128.seconds(steps, wireBytes, busBytesPerSecond);
        double simple = SIMPLE.startSeconds + SIMPLE.seconds(steps, wireBytes, busBytesPerSecond);
        if (ll < ll128 && ll < simple) {
            return LL;
        }
        return ll128 < simple ? LL128 : SIMPLE;
    }

    private double seconds(int steps, double wireBytes, double busBytesPerSecond) {
        return steps * stepSeconds + wireBytes / (share * busBytesPerSecond);
    }
}
