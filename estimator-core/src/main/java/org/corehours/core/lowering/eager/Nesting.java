package org.corehours.core.lowering.eager;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.corehours.core.memory.AllocationTrace;
import org.jspecify.annotations.Nullable;

/** Which phase and which repeated sequences are around each kernel. */
final class Nesting {

    /** Kernels {@code from} up to {@code end}, which run several times in a row. */
    static final class Region {
        private final String phase;
        private final @Nullable Region outer;
        private final int depth;
        private final int from;
        private final List<Region> inner = new ArrayList<>(4);
        private int end;
        private int times;

        private Region(String phase, @Nullable Region outer, int from, int times) {
            this.phase = phase;
            this.outer = outer;
            this.depth = outer == null ? 0 : outer.depth + 1;
            this.from = from;
            this.times = times;
        }

        /** A phase. */
        static Region phase(String name, int from) {
            return new Region(name, null, from, 1);
        }

        /** A part that runs {@code count} times within each run of this. */
        Region inner(int start, int count) {
            Region part = new Region(phase, this, start, count);
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

    private final List<Region> phases;
    private final Region[] innermost;

    Nesting(List<Region> phases, int kernels) {
        this.phases = phases;
        innermost = new Region[kernels];
        phases.forEach(this::fill);
    }

    private void fill(Region region) {
        Arrays.fill(innermost, region.from, region.end, region);
        region.inner.forEach(this::fill);
    }

    /** How many repeated sequences are around a kernel. */
    int depth(int kernel) {
        return innermost[kernel].depth;
    }

    /** The sequence around a kernel that has {@code depth} others around it; at depth 0 the step itself. */
    @Nullable Object around(int kernel, int depth) {
        if (depth == 0) {
            return this;
        }
        Region region = innermost[kernel];
        while (region != null && region.depth > depth) {
            region = region.outer;
        }
        return region;
    }

    /** How often what is around a kernel at {@code depth} runs in all. */
    long runs(int kernel, int depth) {
        long runs = 1;
        for (Region region = innermost[kernel]; region != null; region = region.outer) {
            if (region.depth <= depth) {
                runs = Math.multiplyExact(runs, region.times);
            }
        }
        return runs;
    }

    void trace(AllocationTrace.Builder trace) {
        for (Region phase : phases) {
            trace.phase(phase.phase, phase.from, phase.end);
            for (Region part : phase.inner) {
                trace(part, trace);
            }
        }
    }

    private static void trace(Region region, AllocationTrace.Builder trace) {
        trace.open(region.from, region.end, region.times);
        for (Region part : region.inner) {
            trace(part, trace);
        }
        trace.close();
    }
}
