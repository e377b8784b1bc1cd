package org.corehours.cli.sweep;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.corehours.sweep.Condition;
import org.corehours.sweep.PointEvaluator;
import org.corehours.sweep.PointResult;
import org.corehours.sweep.Selection;
import org.corehours.sweep.Space;
import org.corehours.sweep.Sweep;
import org.jspecify.annotations.Nullable;

/**
 * The work of a sweep in blocks of points, each of which can be done by itself, anywhere and in any order. Safe for use
 * by several threads.
 */
public final class SweepBlocks {

    private final Sweep sweep;
    private final RowText format;
    private final @Nullable Supplier<Selection> selections;
    private final PointEvaluator evaluator;

    /**
     * @param sweep what is swept over
     * @param format how rows are written
     * @param selections makes selections, where only the selected points are kept; null to keep all
     */
    public SweepBlocks(Sweep sweep, RowText format, @Nullable Supplier<Selection> selections) {
        this.sweep = sweep;
        this.format = format;
        this.selections = selections;
        this.evaluator = new PointEvaluator(sweep);
    }

    /**
     * What came of a block.
     *
     * @param rows the lines of its rows; none where only selected points are kept
     * @param selected what is selected of it; null where all points are kept
     */
    @SuppressWarnings("ArrayRecordComponent") // made for each block, never compared
    public record Block(byte[] rows, @Nullable Selection selected) {}

    /** {@return how many points there are} */
    public long size() {
        return sweep.space().size();
    }

    /** {@return what the rows are of} */
    public Sweep sweep() {
        return sweep;
    }

    /** {@return how rows are written} */
    public RowText format() {
        return format;
    }

    /**
     * Does a block.
     *
     * @param from its first point
     * @param to the point after its last
     * @return what came of it
     */
    public Block block(long from, long to) {
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

    /** What a page shows of a block. */
    SweepSummary summary(SweepSummary.View view, long from, long to) {
        SweepSummary part = new SweepSummary(sweep.space(), view);
        Space.Walk walk = sweep.space().walk();
        for (long index = from; index < to; index++) {
            PointResult point = evaluator.evaluate(index, walk.choice(index));
            if (isKept(point)) {
                part.add(point);
            }
        }
        return part;
    }

    /** {@return a point, evaluated} */
    PointResult point(long index) {
        return evaluator.evaluate(index, sweep.space().walk().choice(index));
    }

    private boolean isKept(PointResult point) {
        for (Condition condition : sweep.conditions()) {
            if (!condition.isMetBy(point)) {
                return false;
            }
        }
        return true;
    }

    /** A selection of some points; null where all are kept. */
    @Nullable Selection selection(List<Long> points) {
        if (selections == null) {
            return null;
        }
        Selection selection = selections.get();
        Space.Walk walk = sweep.space().walk();
        points.forEach(index -> selection.add(evaluator.evaluate(index, walk.choice(index))));
        return selection;
    }

    /** The rows of some points. */
    byte[] rows(List<Long> points) {
        Space.Walk walk = sweep.space().walk();
        StringBuilder rows = new StringBuilder();
        points.forEach(index -> format.append(rows, evaluator.evaluate(index, walk.choice(index))));
        return rows.toString().getBytes(StandardCharsets.UTF_8);
    }
}
