package org.corehours.core.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The ways to divide a step that have a name. */
public final class Parallelisms {

    private Parallelisms() {}

    /** {@return all of them, the simplest first} */
    public static List<Parallelism> all() {
        List<Parallelism> all = new ArrayList<>();
        all.add(DataParallel.INSTANCE);
        all.addAll(List.of(ShardedDataParallel.values()));
        return List.copyOf(all);
    }

    /**
     * One by its id.
     *
     * @param id the id, such as {@code fsdp}
     * @return it
     * @throws IllegalArgumentException if there is none
     */
    public static Parallelism of(String id) {
        return all().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no parallelism " + id + "; there are "
                        + all().stream().map(Parallelism::id).collect(Collectors.joining(", ")) + "."));
    }
}
