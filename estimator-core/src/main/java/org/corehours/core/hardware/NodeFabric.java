package org.corehours.core.hardware;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The fabric inside one machine, known by what collectives among some of its devices take.
 *
 * @param kind how the devices are joined
 * @param maxDevices the devices it joins
 * @param linksByParticipants what joins some of them, by number of participants
 */
public record NodeFabric(Kind kind, int maxDevices, NavigableMap<Integer, GroupLinks> linksByParticipants)
        implements Fabric {

    /** How devices inside a machine are joined. */
    public enum Kind {
        /**
         * Eight GPUs with a few direct NVLinks each (DGX-1). What bandwidth a subset gets depends on how many rings its
         * links admit: six GPUs are slower than four.
         */
        HYBRID_CUBE_MESH(false),
        /** Every GPU has its full bandwidth to every other through switches. */
        NVSWITCH(true),
        /** A direct link between every two GPUs, so that more participants have more bandwidth. */
        FULL_MESH(false),
        /** PCI Express through the host. */
        PCIE(true);

        private final boolean uniform;

        Kind(boolean uniform) {
            this.uniform = uniform;
        }

        /** {@return whether bus bandwidth is the same for any number of participants} */
        public boolean uniform() {
            return uniform;
        }
    }

    /** @throws IllegalArgumentException if there is no curve, or one is of another number of devices than its key */
    public NodeFabric {
        if (linksByParticipants.isEmpty()) {
            throw new IllegalArgumentException("A fabric needs the links of at least one group.");
        }
        for (Map.Entry<Integer, GroupLinks> entry : linksByParticipants.entrySet()) {
            if (entry.getKey() != entry.getValue().participants() || entry.getKey() > maxDevices) {
                throw new IllegalArgumentException("A fabric of " + maxDevices + " devices has a curve of "
                        + entry.getValue().participants() + " participants under " + entry.getKey() + ".");
            }
        }
        linksByParticipants = Collections.unmodifiableNavigableMap(new TreeMap<>(linksByParticipants));
    }

    /**
     * What joins some of the devices. Where bandwidth is uniform, a number of participants that nobody
     * measured takes that of the next larger one, or else of the largest.
     *
     * @param participants how many devices take part
     * @return their links
     * @throws IllegalArgumentException if that many do not fit the fabric, or the fabric is not uniform and knows no links
     *     of theirs
     */
    public GroupLinks links(int participants) {
        if (participants < 2 || participants > maxDevices) {
            throw new IllegalArgumentException("An all-reduce inside this machine has 2 to " + maxDevices
                    + " participants, not " + participants + ".");
        }
        GroupLinks known = linksByParticipants.get(participants);
        if (known != null) {
            return known;
        }
        if (!kind.uniform()) {
            throw new IllegalArgumentException("No all-reduce among " + participants + " devices of this "
                    + kind.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " is known, only among "
                    + linksByParticipants.keySet().stream().map(String::valueOf).collect(Collectors.joining(", "))
                    + "; its bandwidth depends on which links the participants have.");
        }
        Map.Entry<Integer, GroupLinks> larger = linksByParticipants.ceilingEntry(participants);
        return (larger == null ? linksByParticipants.lastEntry() : larger)
                .getValue()
                .among(participants);
    }
}
