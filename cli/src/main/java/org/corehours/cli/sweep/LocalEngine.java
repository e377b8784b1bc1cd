package org.corehours.cli.sweep;

import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Does blocks on the cores of this machine. */
public final class LocalEngine implements SweepEngine {

    private static final int BLOCK = 512;

    private final int threads;

    /** @param threads how many blocks are worked on at a time */
    public LocalEngine(int threads) {
        this.threads = threads;
    }

    @Override
    public String id() {
        return "local";
    }

    @Override
    public void run(SweepTask task, SweepRun run, @Nullable String master) {
        Blocks.run(run.done(), run.blocks().size(), BLOCK, threads, run.blocks()::block, run::take, run::isStopped);
    }

    /**
     * Evaluates all points and keeps what a page shows of them.
     *
     * @param blocks the work
     * @param view what the page shows
     * @param threads how many threads work
     * @param progress told how many points are done
     * @return what is kept
     */
    public static SweepSummary summary(SweepBlocks blocks, SweepSummary.View view, int threads, LongConsumer progress) {
        SweepSummary all = new SweepSummary(blocks.sweep().space(), view);
        Blocks.run(
                0,
                blocks.size(),
                BLOCK,
                threads,
                (from, to) -> blocks.summary(view, from, to),
                (to, part) -> {
                    all.add(part);
                    progress.accept(to);
                },
                () -> false);
        return all;
    }
}
