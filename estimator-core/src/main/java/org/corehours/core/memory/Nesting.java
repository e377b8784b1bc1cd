package org.corehours.core.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which phase and which repeated sequences are around each kernel of a step. */
public final class Nesting {

    /** Kernels {@code from} up to {@code end}, which run several times in a row. */
    public static final class Region {
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

        /**
         * A phase.
         *
         * @param name its name
         * @param from its first kernel
         * @return the phase, still open
         */
        public static Region phase(String name, int from) {
            return new Region(name, null, from, 1);
        }

        /**
         * A part that runs several times within each run of this.
         *
         * @param start its first kernel
         * @param count how often it runs
         * @return the part, still open
         */
        public Region inner(int start, int count) {
            Region part = new Region(phase, this, start, count);
            inner.add(part);
            return part;
        }

        /** {@return its first kernel} */
        public int from() {
            return from;
        }

        /** {@code position} is the kernel after the last. */
        public void end(int position) {
            end = position;
        }

        /** It runs {@code count} times after all. */
        public void times(int count) {
            times = count;
        }
    }

    private final List<Region> phases;
    private final Region[] innermost;

    /**
     * The nesting of a step.
     *
     * @param phases its phases, in order
     * @param kernels how many kernels it has, each sequence once
     */
    public Nesting(List<Region> phases, int kernels) {
        this.phases = phases;
        innermost = new Region[kernels];
        phases.forEach(this::fill);
    }

    private void fill(Region region) {
        Arrays.fill(innermost, region.from, region.end, region);
        region.inner.forEach(this::fill);
    }

    /** {@return how many repeated sequences are around a kernel} */
    public int depth(int kernel) {
        return innermost[kernel].depth;
    }

    /** The sequence around a kernel that has {@code depth} others around it; at depth 0 the step itself. */
    public @Nullable Object around(int kernel, int depth) {
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
    public long runs(int kernel, int depth) {
        long runs = 1;
        for (Region region = innermost[kernel]; region != null; region = region.outer) {
            if (region.depth <= depth) {
                runs = Math.multiplyExact(runs, region.times);
            }
        }
        return runs;
    }

    /** Opens the phases and sequences of a trace. */
    public void trace(AllocationTrace.Builder trace) {
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
