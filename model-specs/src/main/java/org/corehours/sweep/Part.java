package org.corehours.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a run that some of the axes decide, made once for each combination of their values. Safe for use by several
 * threads, which may make a part twice.
 */
final class Part<T> {

    /** Combinations beyond which parts are made anew for each point. */
    private static final int MOST_KEPT = 1 << 16;

    private final List<Axis> axes;
    private final int[] positions;
    private final Function<List<Change>, T> maker;
    private final @Nullable AtomicReferenceArray<Made<T>> kept;

    /**
     * A parameter at one of its values.
     *
     * @param name the parameter
     * @param value the value
     */
    record Change(String name, String value) {}

    Part(List<Axis> axes, ParameterGroup group, Function<List<Change>, T> maker) {
        this.axes = axes;
        this.maker = maker;
        List<Integer> own = new ArrayList<>();
        long combinations = 1;
        for (int i = 0; i < axes.size(); i++) {
            if (ParameterGroup.of(axes.get(i).name()) == group) {
                own.add(i);
                combinations = Math.min(
                        Integer.MAX_VALUE, combinations * axes.get(i).values().size());
            }
        }
        this.positions = own.stream().mapToInt(Integer::intValue).toArray();
        this.kept = combinations > MOST_KEPT ? null : new AtomicReferenceArray<>((int) combinations);
    }

    /** Whether no axis decides it. */
    boolean isFixed() {
        return positions.length == 0;
    }

    /** The number of a point's combination. */
    long index(int[] choice) {
        long index = 0;
        for (int position : positions) {
            index = index * axes.get(position).values().size() + choice[position];
        }
        return index;
    }

    Made<T> at(int[] choice) {
        if (kept == null) {
            return make(choice);
        }
        int index = (int) index(choice);
        Made<T> known = kept.get(index);
        if (known == null) {
            known = make(choice);
            kept.set(index, known);
        }
        return known;
    }

    private Made<T> make(int[] choice) {
        List<Change> changes = new ArrayList<>(positions.length);
        for (int position : positions) {
            Axis axis = axes.get(position);
            changes.add(new Change(axis.name(), axis.values().get(choice[position])));
        }
        return Made.of(() -> maker.apply(changes));
    }
}
