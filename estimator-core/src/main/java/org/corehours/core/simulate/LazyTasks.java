package org.corehours.core.simulate;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a step with their times, found when they are first asked for: of most steps that are simulated nobody asks
 * for more than how long they take. Immutable to see.
 */
final class LazyTasks extends AbstractList<TaskTime> implements RandomAccess {

    private final int size;
    private final Supplier<TaskTime[]> finder;
    private volatile @Nullable List<TaskTime> found;

    /**
     * @param size how many there are
     * @param finder finds them; two threads may both do so
     */
    LazyTasks(int size, Supplier<TaskTime[]> finder) {
        this.size = size;
        this.finder = finder;
    }

    @Override
    public TaskTime get(int index) {
        List<TaskTime> tasks = found;
        if (tasks == null) {
            tasks = List.of(finder.get());
            found = tasks;
        }
        return tasks.get(index);
    }

    @Override
    public int size() {
        return size;
    }
}
