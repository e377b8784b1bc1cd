package org.corehours.spark;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.function.Function;
import org.corehours.cli.sweep.SweepBlocks;
import org.corehours.cli.sweep.SweepTask;

/** Does blocks in an executor, which opens a sweep once and keeps what its points have in common. */
final class BlockWorker implements Function<BlockOfPoints, DoneBlock> {

    private static final long serialVersionUID = 1;
    private static final Map<SweepTask, SweepBlocks> OPEN = new ConcurrentHashMap<>();

    private final SweepTask task;

    BlockWorker(SweepTask task) {
        this.task = task;
    }

    @Override
    public DoneBlock call(BlockOfPoints points) {
        SweepBlocks blocks = OPEN.computeIfAbsent(task, SweepTask::open);
        SweepBlocks.Block block = blocks.block(points.from(), points.to());
        List<Long> selected =
                block.selected() == null ? List.of() : block.selected().indices();
        return new DoneBlock(points.to(), block.rows(), selected);
    }

    /** Lets go of a sweep in this process. */
    static void close(SweepTask task) {
        OPEN.remove(task);
    }
}
