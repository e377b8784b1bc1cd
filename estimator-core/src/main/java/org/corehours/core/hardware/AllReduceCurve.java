package org.corehours.core.hardware;

import java.util.List;
import org.corehours.core.quantity.Provenance;

/**
 * How long an all-reduce among some devices of one fabric takes, by message size: linear between knots, and beyond the
 * last knot along the last segment. The first knot is at zero bytes and holds the latency. A curve of two knots is the
 * usual {@code latency + wire bytes / bus bandwidth}; measured fabrics have more, because the library changes protocol
 * with size.
 *
 * @param participants how many devices take part
 * @param knots message size and time, sizes increasing from zero, times never decreasing
 * @param provenance how the curve is known
 * @param source the id of its citation
 */
public record AllReduceCurve(int participants, List<Knot> knots, Provenance provenance, String source)
        implements GroupLinks {

    private static final long GIB = 1L << 30;

    /**
     * A point of the curve.
     *
     * @param bytes the size of the buffer that is reduced
     * @param seconds the time its all-reduce takes
     */
    public record Knot(long bytes, double seconds) {}

    /** @throws IllegalArgumentException if fewer than two devices take part or the knots are not as described */
    public AllReduceCurve {
        if (participants < 2) {
            throw new IllegalArgumentException(
                    "An all-reduce needs at least 2 participants, not " + participants + ".");
        }
        Checks.notBlank("an all-reduce curve", "source", source);
        knots = List.copyOf(knots);
        if (knots.size() < 2 || knots.get(0).bytes() != 0) {
            throw new IllegalArgumentException("An all-reduce curve has at least two knots, the first at zero bytes.");
        }
        if (!(knots.get(0).seconds() >= 0)) {
            throw new IllegalArgumentException(
                    "The latency of an all-reduce cannot be " + knots.get(0).seconds() + " s.");
        }
        for (int i = 1; i < knots.size(); i++) {
            Knot before = knots.get(i - 1);
            Knot knot = knots.get(i);
            boolean last = i == knots.size() - 1;
            boolean rises = last ? knot.seconds() > before.seconds() : knot.seconds() >= before.seconds();
            if (knot.bytes() <= before.bytes() || !rises || Double.isInfinite(knot.seconds())) {
                throw new IllegalArgumentException("An all-reduce of more bytes takes no less time, and the last"
                        + " segment rises; but " + before.bytes() + " bytes take " + before.seconds() + " s and "
                        + knot.bytes() + " bytes " + knot.seconds() + " s.");
            }
        }
    }

    /**
     * The curve of two constants.
     *
     * @param participants how many devices take part
     * @param latencySeconds the time of an empty message
     * @param busBandwidthBytesPerSecond the bus bandwidth of large ones, as nccl-tests defines it
     * @param provenance how the constants are known
     * @param source the id of their citation
     * @return the curve
     */
    public static AllReduceCurve of(
            int participants,
            double latencySeconds,
            double busBandwidthBytesPerSecond,
            Provenance provenance,
            String source) {
        Checks.positive("an all-reduce", "bus bandwidth", busBandwidthBytesPerSecond);
        double transferSeconds = GIB * Collective.ALL_REDUCE.wireFactor(participants) / busBandwidthBytesPerSecond;
        return new AllReduceCurve(
                participants,
                List.of(new Knot(0, latencySeconds), new Knot(GIB, latencySeconds + transferSeconds)),
                provenance,
                source);
    }

    /** An all-reduce is a reduce-scatter and an all-gather; other collectives take their share of its wire bytes. */
    @Override
    public double seconds(Collective collective, double bytes) {
        double share = collective.wireFactor(participants) / Collective.ALL_REDUCE.wireFactor(participants);
        return collective == Collective.BROADCAST
                ? allReduceSeconds(0) / 2 + share * (allReduceSeconds(bytes) - allReduceSeconds(0))
                : share * allReduceSeconds(bytes);
    }

    private double allReduceSeconds(double bytes) {
        int next = 1;
        while (next < knots.size() - 1 && bytes > knots.get(next).bytes()) {
            next++;
        }
        Knot from = knots.get(next - 1);
        Knot to = knots.get(next);
        return from.seconds() + (bytes - from.bytes()) * (to.seconds() - from.seconds()) / (to.bytes() - from.bytes());
    }

    /** Nothing: how much of the latency is start is not known, and steps take all of it. */
    @Override
    public double startSeconds() {
        return 0;
    }

    @Override
    public double stepSeconds(Protocol protocol) {
        return knots.get(0).seconds() / Collective.ALL_REDUCE.ringSteps(participants);
    }

    @Override
    public double busBytesPerSecond() {
        Knot from = knots.get(knots.size() - 2);
        Knot to = knots.get(knots.size() - 1);
        return Collective.ALL_REDUCE.wireFactor(participants)
                * (to.bytes() - from.bytes())
                / (to.seconds() - from.seconds());
    }

    /** The same time for the same bytes on the wire. */
    @Override
    public AllReduceCurve among(int others) {
        double ratio = Collective.ALL_REDUCE.wireFactor(participants) / Collective.ALL_REDUCE.wireFactor(others);
        return new AllReduceCurve(
                others,
                knots.stream()
                        .map(knot -> new Knot(Math.round(knot.bytes() * ratio), knot.seconds()))
                        .toList(),
                provenance,
                source);
    }
}
