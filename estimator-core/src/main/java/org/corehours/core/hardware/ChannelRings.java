package org.corehours.core.hardware;

/**
 * Collectives of NCCL among GPUs of one machine: rings, one per channel, over which the buffer travels in chunks.
 *
 * <p>With {@code n} devices and {@code c} channels a buffer of {@code S} bytes is cut into loops of at most
 * {@code c · n} chunks of 2 MiB. A loop takes {@code 2 (n - 1)} steps for an all-reduce; in each a device receives a
 * chunk, adds its own and sends it on. A chunk that is not smaller than 128 KiB goes in two slices, so that the next
 * device starts on the first while the second is under way; then a step takes the larger of the chunk's transfer and
 * half of it plus the latency of a slice. A smaller chunk is one slice and pays its latency in full.
 *
 * <p>Small buffers travel in protocols whose lines carry a flag instead of waiting for a slice to be visible: LL (half
 * of every line is flags) and LL128 (8 of 128 bytes). NCCL takes the protocol for which its planner, with bandwidths and
 * latencies of its own, predicts the least time; so does this. What the protocols then take is the law's.
 *
 * @param participants how many devices take part
 * @param channels the rings that their links admit, as the library counts them
 * @param busBytesPerSecond the bus bandwidth of all rings for large buffers
 * @param plannedBytesPerSecond the bus bandwidth that the library's planner takes them for
 * @param law what steps cost
 */
public record ChannelRings(
        int participants, int channels, double busBytesPerSecond, double plannedBytesPerSecond, RingLaw law)
        implements GroupLinks {

    private static final double CHUNK_BYTES = 2 << 20;
    private static final double ONE_SLICE_BYTES = 128 << 10;

    /** @throws IllegalArgumentException if fewer than two devices take part or a value is not above zero */
    public ChannelRings {
        if (participants < 2) {
            throw new IllegalArgumentException("Rings need at least 2 participants, not " + participants + ".");
        }
        Checks.positive("rings", "number of channels", channels);
        Checks.positive("rings", "bus bandwidth", busBytesPerSecond);
        Checks.positive("rings", "planned bus bandwidth", plannedBytesPerSecond);
    }

    @Override
    public double seconds(Collective collective, double bytes) {
        int steps = collective.ringSteps(participants);
        double wireBytes = bytes * collective.wireFactor(participants);
        return startSeconds()
                + switch (Protocol.planned(steps, wireBytes, plannedBytesPerSecond, law.plannedLl128Seconds())) {
                    case LL ->
                        steps * Protocol.LL.stepSeconds() + wireBytes / (Protocol.LL.share() * busBytesPerSecond);
                    case LL128 ->
                        Math.max(
                                steps * law.ll128FloorSeconds(),
                                steps * law.ll128StepSeconds() + wireBytes / (law.ll128Share() * busBytesPerSecond));
                    case SIMPLE -> simpleSeconds(steps, wireBytes);
                };
    }

    @Override
    public double startSeconds() {
        return law.launchSeconds() + participants * law.deviceSeconds();
    }

    @Override
    public double stepSeconds(Protocol protocol) {
        return switch (protocol) {
            case LL -> Protocol.LL.stepSeconds();
            case LL128 -> Math.max(law.ll128FloorSeconds(), law.ll128StepSeconds());
            case SIMPLE -> law.sliceSeconds();
        };
    }

    private double simpleSeconds(int steps, double wireBytes) {
        double reduced = wireBytes / Collective.ALL_REDUCE.wireFactor(participants);
        double bytesPerStep = channels * CHUNK_BYTES;
        double fullLoops = Math.max(0, Math.ceil(wireBytes / (steps * bytesPerStep)) - 1);
        double chunk = (wireBytes / steps - fullLoops * bytesPerStep) / channels;
        double channelBytesPerSecond = busBytesPerSecond / channels;
        double transfer = chunk / channelBytesPerSecond;
        double step = chunk <= ONE_SLICE_BYTES
                ? transfer + law.sliceSeconds()
                : Math.max(transfer, transfer / 2 + law.sliceSeconds());
        return fullLoops * steps * CHUNK_BYTES / channelBytesPerSecond
                + steps * step
                + law.rampSeconds() * reduced / (reduced + law.rampBytes());
    }

    @Override
    public ChannelRings among(int others) {
        return new ChannelRings(others, channels, busBytesPerSecond, plannedBytesPerSecond, law);
    }
}
