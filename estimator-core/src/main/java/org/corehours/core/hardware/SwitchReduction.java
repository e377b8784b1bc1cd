package org.corehours.core.hardware;

import org.corehours.core.quantity.Provenance;

/**
 * GPUs of one machine on switches that add up by themselves (NVLink SHARP, NVLS: NVSwitch from Hopper on). For an
 * all-reduce of {@code S} bytes each of {@code n} devices sends its whole buffer to the switches, which return the sum of
 * its part, and sends that part to be given to all: {@code S (1 + 1/n)} bytes in each direction, where a ring sends
 * {@code 2 S (n - 1) / n}. The library takes whichever is faster; among few devices that is the ring. Collectives without
 * a sum gain nothing and run as rings.
 *
 * @param participants how many devices take part
 * @param latencySeconds the time of an empty message
 * @param switchBytesPerSecond the bytes that a device sends per second while switches reduce
 * @param ringBytesPerSecond the bus bandwidth of rings
 * @param provenance how the constants are known
 * @param source the id of their citation
 */
public record SwitchReduction(
        int participants,
        double latencySeconds,
        double switchBytesPerSecond,
        double ringBytesPerSecond,
        Provenance provenance,
        String source)
        implements GroupLinks {

    /** @throws IllegalArgumentException if fewer than two devices take part or a value is not above zero */
    public SwitchReduction {
        if (participants < 2) {
            throw new IllegalArgumentException(
                    "A reduction in switches needs at least 2 participants, not " + participants + ".");
        }
        Checks.notBlank("a reduction in switches", "source", source);
        Checks.positive("a reduction in switches", "latency", latencySeconds);
        Checks.positive("a reduction in switches", "switch bandwidth", switchBytesPerSecond);
        Checks.positive("a reduction in switches", "ring bandwidth", ringBytesPerSecond);
    }

    /**
     * The links among which an all-reduce was measured.
     *
     * @param participants how many devices took part
     * @param latencySeconds the time of an empty message
     * @param busBytesPerSecond the bus bandwidth of all-reduces in switches, as nccl-tests defines it
     * @param ringBytesPerSecond that of rings
     * @param provenance how the constants are known
     * @param source the id of their citation
     * @return the links
     */
    public static SwitchReduction measured(
            int participants,
            double latencySeconds,
            double busBytesPerSecond,
            double ringBytesPerSecond,
            Provenance provenance,
            String source) {
        double sent = sentPerByte(participants) / Collective.ALL_REDUCE.wireFactor(participants);
        return new SwitchReduction(
                participants, latencySeconds, busBytesPerSecond * sent, ringBytesPerSecond, provenance, source);
    }

    private static double sentPerByte(int participants) {
        return 1 + 1.0 / participants;
    }

    @Override
    public double seconds(Collective collective, double bytes) {
        double ring = bytes * collective.wireFactor(participants) / ringBytesPerSecond;
        if (collective == Collective.ALL_REDUCE) {
            return latencySeconds + Math.min(ring, bytes * sentPerByte(participants) / switchBytesPerSecond);
        }
        double share = (double) collective.ringSteps(participants) / Collective.ALL_REDUCE.ringSteps(participants);
        return share * latencySeconds + ring;
    }

    /** Nothing: how much of the latency is start is not known, and steps take all of it. */
    @Override
    public double startSeconds() {
        return 0;
    }

    @Override
    public double stepSeconds(Protocol protocol) {
        return latencySeconds / Collective.ALL_REDUCE.ringSteps(participants);
    }

    /** That of rings, which is what reaches the network. */
    @Override
    public double busBytesPerSecond() {
        return ringBytesPerSecond;
    }

    @Override
    public SwitchReduction among(int others) {
        return new SwitchReduction(
                others, latencySeconds, switchBytesPerSecond, ringBytesPerSecond, provenance, source);
    }
}
