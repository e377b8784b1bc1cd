package org.corehours.core.audit;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The best utilisation that anybody has published of one kind of training on one kind of device. What claims more is not
 * impossible, but would be a record.
 *
 * @param devices the beginning of the ids of its devices, such as {@code v100}
 * @param kind the kind of network that was trained
 * @param halfPrecision whether products ran in 16-bit formats, and the peak is theirs; else in fp32
 * @param mfu FLOPs of the model over the peak of the devices, from 0 to 1
 * @param source who published it, of what
 */
public record PublishedUtilisation(String devices, NetworkKind kind, boolean halfPrecision, double mfu, String source) {

    /** @throws IllegalArgumentException if the utilisation is no share, or a text is blank */
    public PublishedUtilisation {
        Texts.notBlank("a published utilisation", "devices", devices);
        Texts.notBlank("a published utilisation of " + devices, "source", source);
        if (!(mfu > 0 && mfu <= 1)) {
            throw new IllegalArgumentException(
                    "A published utilisation of " + devices + " must be above 0 and at most 1, not " + mfu + ".");
        }
    }

    /** Whether it is of a device. */
    boolean covers(String accelerator) {
        return accelerator.startsWith(devices);
    }

    /**
     * The best of any kind of network in 16-bit formats on a device.
     *
     * @param all what is published
     * @param accelerator the id of the device
     * @return the best; empty if nothing is known of that device
     */
    public static Optional<PublishedUtilisation> best(List<PublishedUtilisation> all, String accelerator) {
        return all.stream()
                .filter(each -> each.halfPrecision() && each.covers(accelerator))
                .max(Comparator.comparingDouble(PublishedUtilisation::mfu));
    }

    /**
     * The best of one kind of network on a device.
     *
     * @param all what is published
     * @param accelerator the id of the device
     * @param kind the kind of network
     * @param halfPrecision whether products run in 16-bit formats
     * @return the best; empty if nothing is known of that kind there
     */
    public static Optional<PublishedUtilisation> best(
            List<PublishedUtilisation> all, String accelerator, NetworkKind kind, boolean halfPrecision) {
        return all.stream()
                .filter(each ->
                        each.halfPrecision() == halfPrecision && each.kind() == kind && each.covers(accelerator))
                .max(Comparator.comparingDouble(PublishedUtilisation::mfu));
    }
}
