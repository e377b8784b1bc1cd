package org.corehours.cli.sweep;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.corehours.sweep.Selection;
import org.jspecify.annotations.Nullable;

/**
 * A sweep under way: takes what comes of its blocks, in the order of their points, and writes it. An engine decides
 * where blocks are done and hands them over; the rest is here, so that no engine's rows differ from another's.
 */
public final class SweepRun {

    private final SweepBlocks blocks;
    private final RowSink sink;
    private final LongConsumer progress;
    private final BooleanSupplier stopped;
    private final @Nullable Selection selected;
    private long done;

    /**
     * @param blocks the work
     * @param from the first point that is not done
     * @param selectedBefore points selected among those before it
     * @param sink takes the rows
     * @param progress told how many points are done
     * @param stopped asked now and then whether to stop
     */
    public SweepRun(
            SweepBlocks blocks,
            long from,
            List<Long> selectedBefore,
            RowSink sink,
            LongConsumer progress,
            BooleanSupplier stopped) {
        this.blocks = blocks;
        this.sink = sink;
        this.progress = progress;
        this.stopped = stopped;
        this.selected = blocks.selection(selectedBefore);
        this.done = from;
    }

    /** {@return the work} */
    public SweepBlocks blocks() {
        return blocks;
    }

    /** {@return the first point that is not done} */
    public long done() {
        return done;
    }

    /** {@return whether to stop} */
    public boolean isStopped() {
        return stopped.getAsBoolean();
    }

    /**
     * Takes a block of this process.
     *
     * @param to the point after its last; its first is {@link #done}
     * @param block what came of it
     */
    public void take(long to, SweepBlocks.Block block) {
        if (selected != null && block.selected() != null) {
            selected.add(block.selected());
        }
        written(to, block.rows());
    }

    /**
     * Takes a block of another process.
     *
     * @param to the point after its last; its first is {@link #done}
     * @param rows the lines of its rows
     * @param points the points selected of it
     */
    public void take(long to, byte[] rows, List<Long> points) {
        Selection block = blocks.selection(points);
        if (selected != null && block != null) {
            selected.add(block);
        }
        written(to, rows);
    }

    private void written(long to, byte[] rows) {
        done = to;
        sink.write(rows, to, selected == null ? List.of() : selected.indices());
        progress.accept(to);
    }

    /**
     * Ends the run: where all points are done and only selected ones are kept, their rows are written now.
     *
     * @return whether all points are done
     */
    public boolean end() {
        boolean all = done == blocks.size();
        if (all && selected != null) {
            sink.write(blocks.rows(selected.indices()), done, List.of());
        }
        return all;
    }
}
