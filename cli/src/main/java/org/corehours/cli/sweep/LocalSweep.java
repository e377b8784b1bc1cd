package org.corehours.cli.sweep;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.corehours.sweep.Condition;
import org.corehours.sweep.PointEvaluator;
import org.corehours.sweep.PointResult;
import org.corehours.sweep.Selection;
import org.corehours.sweep.Space;
import org.corehours.sweep.Sweep;
import org.jspecify.annotations.Nullable;

/** A sweep on the cores of this machine. Its rows do not depend on how many there are. */
public final class LocalSweep {

    private static final int BLOCK = 512;

    private final Sweep sweep;
    private final RowText format;
    private final @Nullable Supplier<Selection> selections;
    private final PointEvaluator evaluator;

    /**
     * @param sweep what is swept over
     * @param format how rows are written
     * @param selections makes selections, where only the selected points are kept; null to keep all
     */
    public LocalSweep(Sweep sweep, RowText format, @Nullable Supplier<Selection> selections) {
        this.sweep = sweep;
        this.format = format;
        this.selections = selections;
        this.evaluator = new PointEvaluator(sweep);
    }

    /** What came of a block: its rows, or what is selected of them. */
    private record Block(byte[] rows, @Nullable Selection selected) {}

    /**
     * Evaluates points and writes their rows in order.
     *
     * @param from the first point
     * @param selectedBefore points selected among those before it
     * @param threads how many threads work
     * @param sink takes the rows
     * @param progress told how many points are done
     * @param stopped asked now and then whether to stop
     * @return whether all points are done
     */
    public boolean run(
            long from,
            List<Long> selectedBefore,
            int threads,
            RowSink sink,
            LongConsumer progress,
            BooleanSupplier stopped) {
        Selection selected = selections == null ? null : selections.get();
        if (selected != null) {
            Space.Walk walk = sweep.space().walk();
            selectedBefore.forEach(index -> selected.add(evaluator.evaluate(index, walk.choice(index))));
        }
        long[] done = {from};
        Blocks.run(
                from,
                sweep.space().size(),
                BLOCK,
                threads,
                this::block,
                (to, block) -> {
                    if (selected != null && block.selected() != null) {
                        selected.add(block.selected());
                    }
                    done[0] = to;
                    sink.write(block.rows(), to, selected == null ? List.of() : selected.indices());
                    progress.accept(to);
                },
                stopped);
        boolean all = done[0] == sweep.space().size();
        if (all && selected != null) {
            Space.Walk walk = sweep.space().walk();
            StringBuilder rows = new StringBuilder();
            selected.indices().forEach(index -> format.append(rows, evaluator.evaluate(index, walk.choice(index))));
            sink.write(rows.toString().getBytes(StandardCharsets.UTF_8), done[0], List.of());
        }
        return all;
    }

    /**
     * Evaluates all points and keeps what a page shows of them.
     *
     * @param view what the page shows
     * @param threads how many threads work
     * @param progress told how many points are done
     * @return what is kept
     */
    public SweepSummary summary(SweepSummary.View view, int threads, LongConsumer progress) {
        SweepSummary all = new SweepSummary(sweep.space(), view);
        Blocks.run(
                0,
                sweep.space().size(),
                BLOCK,
                threads,
                (from, to) -> {
                    SweepSummary part = new SweepSummary(sweep.space(), view);
                    Space.Walk walk = sweep.space().walk();
                    for (long index = from; index < to; index++) {
                        PointResult point = evaluator.evaluate(index, walk.choice(index));
                        if (isKept(point)) {
                            part.add(point);
                        }
                    }
                    return part;
                },
                (to, part) -> {
                    all.add(part);
                    progress.accept(to);
                },
                () -> false);
        return all;
    }

    /** {@return a point, evaluated} */
    PointResult point(long index) {
        return evaluator.evaluate(index, sweep.space().walk().choice(index));
    }

    private Block block(long from, long to) {
        Space.Walk walk = sweep.space().walk();
        StringBuilder rows = new StringBuilder();
        Selection selected = selections == null ? null : selections.get();
        for (long index = from; index < to; index++) {
            PointResult point = evaluator.evaluate(index, walk.choice(index));
            if (!isKept(point)) {
                continue;
            }
            if (selected == null) {
                format.append(rows, point);
            } else {
                selected.add(point);
            }
        }
        return new Block(rows.toString().getBytes(StandardCharsets.UTF_8), selected);
    }

    private boolean isKept(PointResult point) {
        for (Condition condition : sweep.conditions()) {
            if (!condition.isMetBy(point)) {
                return false;
            }
        }
        return true;
    }
}
