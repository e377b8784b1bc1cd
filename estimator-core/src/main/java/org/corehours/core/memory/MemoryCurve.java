package org.corehours.core.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corehours.core.memory.AllocationTrace.Tensor;

/**
 * Bytes of the tensors that a step makes and that are alive while it runs: how many at most, when, and what they are.
 * What stays from step to step stands apart.
 *
 * <p>Bytes are counted while a kernel runs, its results among them.
 */
public final class MemoryCurve {

    /**
     * The most bytes of a phase.
     *
     * @param phase its name
     * @param operator the operator that runs then
     * @param module the module that caused it
     * @param bytes bytes alive
     * @param bytesByKind what they are
     */
    public record Peak(String phase, String operator, String module, long bytes, Map<MemoryKind, Long> bytesByKind) {
        public Peak {
            bytesByKind = Collections.unmodifiableMap(new EnumMap<>(bytesByKind));
        }

        /** {@return bytes of one kind} */
        public long bytes(MemoryKind kind) {
            return bytesByKind.getOrDefault(kind, 0L);
        }
    }

    /**
     * Tensors of one operator of one module.
     *
     * @param kind what they are for
     * @param module the module
     * @param operator the operator that made them
     * @param bytes bytes of all their copies
     */
    public record Holder(MemoryKind kind, String module, String operator, long bytes) {}

    private final AllocationTrace trace;
    private final boolean gradientsPresent;
    private final List<Peak> phases;
    private final Peak peak;
    private final int peakPosition;

    MemoryCurve(AllocationTrace trace, boolean gradientsPresent) {
        this.trace = trace;
        this.gradientsPresent = gradientsPresent;
        Peaks found = new Peaks();
        trace.walk(found);
        found.end();
        phases = List.copyOf(found.peaks);
        Peak most = null;
        int position = 0;
        for (int i = 0; i < phases.size(); i++) {
            if (most == null || phases.get(i).bytes > most.bytes) {
                most = phases.get(i);
                position = found.positions.get(i);
            }
        }
        peak = most == null ? new Peak("", "", "", 0, new EnumMap<>(MemoryKind.class)) : most;
        peakPosition = position;
    }

    /**
     * The curve of a step.
     *
     * @param trace allocations and frees
     * @param gradientsPresent whether gradients exist before the step, so that new ones are added to them and dropped:
     *     with accumulation, or where they are zeroed instead of freed
     * @return the curve
     */
    public static MemoryCurve of(AllocationTrace trace, boolean gradientsPresent) {
        return trace.curve(gradientsPresent);
    }

    /** {@return the most bytes of each phase, in order} */
    public List<Peak> phases() {
        return phases;
    }

    /** {@return the most bytes of the step} */
    public Peak peak() {
        return peak;
    }

    /** {@return what it was computed from} */
    public AllocationTrace trace() {
        return trace;
    }

    /** {@return bytes alive while each kernel runs, every run of it, in order} */
    public long[] points() {
        Points points = new Points();
        trace.walk(points);
        return Arrays.copyOf(points.values, points.count);
    }

    /**
     * Bytes alive while one kernel runs.
     *
     * @param first in its first run
     * @param most in the run in which most are
     * @param last in its last run
     */
    public record Range(long first, long most, long last) {}

    /** {@return bytes alive while each kernel of the trace runs, by its number} */
    public List<Range> ranges() {
        Range[] ranges = new Range[trace.kernels()];
        Arrays.fill(ranges, new Range(-1, 0, 0));
        Points live = new Points();
        trace.walk(new AllocationTrace.Visitor() {
            @Override
            public void allocate(int tensor) {
                live.allocate(tensor);
            }

            @Override
            public void free(int tensor) {
                live.free(tensor);
            }

            @Override
            public void accumulated(int tensor) {
                live.accumulated(tensor);
            }

            @Override
            public void run(int kernel) {
                Range known = ranges[kernel];
                long first = known.first < 0 ? live.live : known.first;
                ranges[kernel] = new Range(first, Math.max(known.most, live.live), live.live);
            }
        });
        return List.of(ranges);
    }

    /** {@return bytes still alive when the step ends: gradients, and what variables of the training loop name} */
    public long bytesAtEnd() {
        Points points = new Points();
        trace.walk(points);
        return points.live;
    }

    /** {@return what is alive at the peak by module and operator, the largest first} */
    public List<Holder> holders() {
        Holders holders = new Holders();
        trace.walk(holders);
        return holders.list();
    }

    private final class Peaks implements AllocationTrace.Visitor {
        private final List<Peak> peaks = new ArrayList<>();
        private final List<Integer> positions = new ArrayList<>();
        private final MemoryKind[] kinds = MemoryKind.values();
        private final long[] alive = new long[kinds.length];
        private final long[] highest = new long[kinds.length];
        private String phase = "";
        private long live;
        private long most = -1;
        private int kernelOfMost;
        private int position;
        private int positionOfMost;

        @Override
        public void phase(String name) {
            end();
            phase = name;
        }

        void end() {
            if (most >= 0) {
                Map<MemoryKind, Long> byKind = new EnumMap<>(MemoryKind.class);
                for (MemoryKind kind : kinds) {
                    if (highest[kind.ordinal()] > 0) {
                        byKind.put(kind, highest[kind.ordinal()]);
                    }
                }
                AllocationTrace.Names names = trace.names();
                peaks.add(new Peak(phase, names.operator(kernelOfMost), names.module(kernelOfMost), most, byKind));
                positions.add(positionOfMost);
            }
            most = -1;
        }

        @Override
        public void allocate(int tensor) {
            add(tensor, 1);
        }

        @Override
        public void free(int tensor) {
            add(tensor, -1);
        }

        @Override
        public void accumulated(int tensor) {
            if (gradientsPresent) {
                free(tensor);
            }
        }

        private void add(int tensor, int sign) {
            live += sign * trace.bytes(tensor);
            alive[trace.kind(tensor).ordinal()] += sign * trace.bytes(tensor);
        }

        @Override
        public void run(int kernel) {
            if (live > most) {
                most = live;
                kernelOfMost = kernel;
                positionOfMost = position;
                System.arraycopy(alive, 0, highest, 0, alive.length);
            }
            position++;
        }
    }

    private final class Points implements AllocationTrace.Visitor {
        private static final int FIRST_SIZE = 1024;
        private long[] values = new long[FIRST_SIZE];
        private int count;
        private long live;

        @Override
        public void allocate(int tensor) {
            live += trace.bytes(tensor);
        }

        @Override
        public void free(int tensor) {
            live -= trace.bytes(tensor);
        }

        @Override
        public void accumulated(int tensor) {
            if (gradientsPresent) {
                free(tensor);
            }
        }

        @Override
        public void run(int kernel) {
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            values[count++] = live;
        }
    }

    private final class Holders implements AllocationTrace.Visitor {
        private final int[] copies = new int[trace.tensors()];
        private int position;

        @Override
        public void allocate(int tensor) {
            if (position <= peakPosition) {
                copies[tensor]++;
            }
        }

        @Override
        public void free(int tensor) {
            if (position <= peakPosition) {
                copies[tensor]--;
            }
        }

        @Override
        public void accumulated(int tensor) {
            if (gradientsPresent) {
                free(tensor);
            }
        }

        @Override
        public void run(int kernel) {
            position++;
        }

        List<Holder> list() {
            record Key(MemoryKind kind, int kernel) {}
            Map<Key, Long> sums = new LinkedHashMap<>();
            for (int i = 0; i < copies.length; i++) {
                Tensor tensor = trace.tensor(i);
                if (copies[i] > 0) {
                    sums.merge(new Key(tensor.kind(), tensor.kernel()), copies[i] * tensor.bytes(), Long::sum);
                }
            }
            AllocationTrace.Names names = trace.names();
            List<Holder> holders = new ArrayList<>();
            sums.forEach((key, bytes) ->
                    holders.add(new Holder(key.kind, names.module(key.kernel), names.operator(key.kernel), bytes)));
            holders.sort(Comparator.comparingLong(Holder::bytes).reversed());
            return holders;
        }
    }
}
