package org.corehours.core.lowering.eager;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The most bytes alive at a time among the tensors a step makes.
 *
 * <p>Tensors live from their first kernel to their last, so a sweep over the kernels gives the curve. A block
 * that repeats is swept once: what one run leaves alive grows, or shrinks, with each run.
 *
 * @param peak the most bytes
 * @param phase the phase in which they are reached first
 */
record LiveBytes(long peak, String phase) {

    /** Kernels {@code from} up to {@code end}, which run several times in a row. */
    static final class Region {
        private final String phase;
        private final int from;
        private final List<Region> inner = new ArrayList<>(4);
        private int end;
        private int times;

        Region(String phase, int from, int times) {
            this.phase = phase;
            this.from = from;
            this.times = times;
        }

        /** A part that runs {@code count} times within each run of this. */
        Region inner(int start, int count) {
            Region part = new Region(phase, start, count);
            inner.add(part);
            return part;
        }

        void end(int position) {
            end = position;
        }

        void times(int count) {
            times = count;
        }
    }

    static LiveBytes of(List<Region> phases, List<Storage> storages, int kernels) {
        Sweep sweep = new Sweep(kernels);
        for (Region region : phases) {
            sweep.countRuns(region, 1);
        }
        for (Storage storage : storages) {
            sweep.add(storage);
        }
        long live = 0;
        long peak = 0;
        String phase = "";
        for (Region region : phases) {
            long highest = Math.addExact(live, sweep.highest(region));
            if (highest > peak) {
                peak = highest;
                phase = region.phase;
            }
            live += sweep.growth;
        }
        return new LiveBytes(peak, phase);
    }

    private static final class Sweep {
        private final int[] runs;
        private final long[] written;
        private final long[] freed;
        /** Bytes that the region swept last leaves alive, all runs together. */
        private long growth;

        Sweep(int kernels) {
            runs = new int[kernels + 1];
            written = new long[kernels + 1];
            freed = new long[kernels + 1];
            runs[kernels] = 1;
        }

        void countRuns(Region region, int outer) {
            int all = Math.multiplyExact(outer, region.times);
            Arrays.fill(runs, region.from, region.end, all);
            for (Region part : region.inner) {
                countRuns(part, all);
            }
        }

        void add(Storage storage) {
            int first = storage.firstKernel();
            int last = storage.freedAfter(runs.length - 1);
            long bytes = storage.totalBytes();
            written[first] += bytes / runs[first];
            freed[last] += bytes / runs[last];
        }

        /** The most bytes alive beyond those at the start of a region. */
        long highest(Region region) {
            long live = 0;
            long highest = 0;
            int next = 0;
            for (int i = region.from; i < region.end; ) {
                if (next < region.inner.size() && region.inner.get(next).from == i) {
                    Region part = region.inner.get(next++);
                    if (part.end > i) {
                        highest = Math.max(highest, live + highest(part));
                        live += growth;
                        i = part.end;
                    }
                    continue;
                }
                live += written[i];
                highest = Math.max(highest, live);
                live -= freed[i];
                i++;
            }
            growth = Math.multiplyExact(live, region.times);
            return highest + Math.max(0, live) * (region.times - 1);
        }
    }
}
