package org.corehours.core.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * When the tensors of one step are allocated and freed. Sequences of kernels that repeat are stored once; {@link #walk}
 * goes through every run of them.
 *
 * <p>A tensor allocated within a sequence exists once per run of it. Frees take what was allocated last, since the
 * backward computation visits the runs of a block in the reverse order.
 */
public final class AllocationTrace {

    /** Limits that a replay is remembered for: runs of one step differ in few. */
    private static final int MOST_REPLAYS = 16;

    /** What a caching allocator reserves for this trace within limits that it met. */
    private final Map<Replay, Long> reservedWithin = new ConcurrentHashMap<>();

    /** The conditions of a replay. */
    private record Replay(boolean gradientsPresent, long limit) {}

    /** What is reserved where the limit is not met, without and with gradients present. */
    private final @Nullable Long[] reserved = new Long[2];

    private final @Nullable MemoryCurve[] curves = new MemoryCurve[2];

    /** In which runs of the sequences around its kernel an event happens. */
    public enum Runs {
        /** In each. */
        EACH,
        /** In the first of the innermost {@code levels} sequences. */
        FIRST,
        /** In the last of the innermost {@code levels} sequences. */
        LAST,
        /** In all but the first of a sequence, in the last of the innermost {@code levels} within it. */
        NOT_FIRST,
        /** In all but the last of a sequence, in the last of the innermost {@code levels} within it. */
        NOT_LAST,
        /** In each; a free takes whatever copies are left. */
        ALL_LEFT
    }

    /**
     * A tensor.
     *
     * @param kind what it is for
     * @param bytes its bytes
     * @param kernel the kernel that makes it
     */
    public record Tensor(MemoryKind kind, long bytes, int kernel) {}

    /** Receives what happens in order. */
    public interface Visitor {
        /** A phase starts. */
        default void phase(String name) {}

        /** A copy of a tensor is allocated, before its kernel runs. */
        void allocate(int tensor);

        /** The latest copy of a tensor is freed, after the kernel. */
        void free(int tensor);

        /** Where gradients exist before the step, the latest copy of a gradient has been added to them and is freed. */
        default void accumulated(int tensor) {}

        /**
         * A kernel runs.
         *
         * @param kernel its number in the trace, the same in each run
         */
        void run(int kernel);
    }

    /** A sequence of kernels that runs several times. */
    private static final class Sequence {
        final String phase;
        final int from;
        final int end;
        final int times;
        final List<Sequence> inner = new ArrayList<>(4);

        Sequence(String phase, int from, int end, int times) {
            this.phase = phase;
            this.from = from;
            this.end = end;
            this.times = times;
        }
    }

    /** The kernel that made a tensor or reached a peak, for readers. */
    public interface Names {
        /** The operator's name. */
        String operator(int kernel);

        /** The dotted path of the module that caused it. */
        String module(int kernel);
    }

    private static final MemoryKind[] KINDS = MemoryKind.values();

    private final List<Sequence> phases;
    private final int tensors;
    private final byte[] kinds;
    private final long[] bytes;
    private final int[] makers;
    private final Events allocations;
    private final Events frees;
    private final Names names;

    private AllocationTrace(Builder builder, int kernels) {
        phases = List.copyOf(builder.phases);
        tensors = builder.tensors;
        kinds = Arrays.copyOf(builder.kinds, tensors);
        bytes = Arrays.copyOf(builder.bytes, tensors);
        makers = Arrays.copyOf(builder.makers, tensors);
        allocations = builder.allocations.byKernel(kernels);
        frees = builder.frees.byKernel(kernels);
        names = builder.names;
    }

    private AllocationTrace(AllocationTrace other, long[] bytes) {
        phases = other.phases;
        tensors = other.tensors;
        kinds = other.kinds;
        this.bytes = bytes;
        makers = other.makers;
        allocations = other.allocations;
        frees = other.frees;
        names = other.names;
    }

    /**
     * The same events with tensors of other sizes.
     *
     * @param size the new size of a tensor
     * @return the changed trace
     */
    public AllocationTrace resized(ToLongFunction<Tensor> size) {
        long[] resized = new long[tensors];
        Arrays.setAll(resized, i -> size.applyAsLong(tensor(i)));
        return new AllocationTrace(this, resized);
    }

    /**
     * The trace of a step of one phase in which nothing changes.
     *
     * @param phase the phase
     * @param bytes bytes by kind
     * @return the trace
     */
    public static AllocationTrace constant(String phase, Map<MemoryKind, Long> bytes) {
        Builder builder = new Builder(Unnamed.INSTANCE);
        builder.phase(phase, 0, 1);
        bytes.forEach((kind, each) -> {
            int tensor = builder.tensor(kind, each, 0, Runs.EACH, 0);
            builder.free(tensor, 0, Runs.EACH, 0);
        });
        return builder.build(1);
    }

    private enum Unnamed implements Names {
        INSTANCE;

        @Override
        public String operator(int kernel) {
            return "";
        }

        @Override
        public String module(int kernel) {
            return "";
        }
    }

    /** {@return how many tensors there are; they are numbered from 0} */
    public int tensors() {
        return tensors;
    }

    /** {@return a tensor} */
    public Tensor tensor(int number) {
        return new Tensor(kind(number), bytes[number], makers[number]);
    }

    /** {@return what a tensor is for} */
    MemoryKind kind(int tensor) {
        return KINDS[kinds[tensor]];
    }

    /** {@return the bytes of a tensor} */
    long bytes(int tensor) {
        return bytes[tensor];
    }

    /**
     * The phase that a kernel belongs to.
     *
     * @param kernel its number
     * @return the phase's name; empty if no phase covers it
     */
    public String phase(int kernel) {
        for (Sequence phase : phases) {
            if (phase.from <= kernel && kernel < phase.end) {
                return phase.phase;
            }
        }
        return "";
    }

    /** {@return the names of the kernels} */
    public Names names() {
        return names;
    }

    /** Kernels of the trace, each sequence once. */
    public int kernels() {
        return allocations.kernels();
    }

    /**
     * Goes through every run of every kernel, in order.
     *
     * @param visitor receives the events
     */
    public void walk(Visitor visitor) {
        Walk walk = new Walk(visitor);
        for (Sequence phase : phases) {
            visitor.phase(phase.phase);
            walk.run(phase, 0);
        }
    }

    private final class Walk {
        private static final int DEPTH = 16;
        private final Visitor visitor;
        private final int[] alive = new int[tensors];
        private int[] run = new int[DEPTH];
        private int[] times = new int[DEPTH];

        Walk(Visitor visitor) {
            this.visitor = visitor;
        }

        void run(Sequence sequence, int depth) {
            if (depth == run.length) {
                run = Arrays.copyOf(run, 2 * depth);
                times = Arrays.copyOf(times, 2 * depth);
            }
            times[depth] = sequence.times;
            for (int i = 0; i < sequence.times; i++) {
                run[depth] = i;
                int next = 0;
                for (int kernel = sequence.from; kernel < sequence.end; ) {
                    if (next < sequence.inner.size() && sequence.inner.get(next).from == kernel) {
                        Sequence part = sequence.inner.get(next++);
                        run(part, depth + 1);
                        kernel = part.end;
                    } else {
                        step(kernel++, depth);
                    }
                }
            }
        }

        private void step(int kernel, int depth) {
            for (int i = allocations.from(kernel); i < allocations.end(kernel); i++) {
                if (happens(allocations.runs(i), allocations.levels(i), depth)) {
                    alive[allocations.tensor(i)]++;
                    visitor.allocate(allocations.tensor(i));
                }
            }
            visitor.run(kernel);
            for (int i = frees.from(kernel); i < frees.end(kernel); i++) {
                int tensor = frees.tensor(i);
                int copies = alive[tensor];
                Runs runs = frees.runs(i);
                if (copies == 0 || !happens(runs, frees.levels(i), depth)) {
                    continue;
                }
                if (frees.accumulates(i)) {
                    visitor.accumulated(tensor);
                } else {
                    int count = runs == Runs.ALL_LEFT ? copies : 1;
                    for (int copy = 0; copy < count; copy++) {
                        visitor.free(tensor);
                    }
                    alive[tensor] = copies - count;
                }
            }
        }

        private boolean happens(Runs runs, int levels, int depth) {
            return switch (runs) {
                case EACH, ALL_LEFT -> true;
                case NOT_FIRST -> run[depth - levels] > 0 && every(depth, levels, false);
                case NOT_LAST -> {
                    int around = depth - levels;
                    yield run[around] < times[around] - 1 && every(depth, levels, false);
                }
                case FIRST -> every(depth, levels, true);
                case LAST -> every(depth, levels, false);
            };
        }

        private boolean every(int depth, int levels, boolean first) {
            for (int i = depth; i > depth - levels && i >= 0; i--) {
                if (run[i] != (first ? 0 : times[i] - 1)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Collects a trace. */
    public static final class Builder {
        private final List<Sequence> phases = new ArrayList<>();
        private final List<Sequence> open = new ArrayList<>();
        private final Events allocations = new Events();
        private final Events frees = new Events();
        private final Names names;
        private int tensors;
        private byte[] kinds = new byte[Events.MANY];
        private long[] bytes = new long[Events.MANY];
        private int[] makers = new int[Events.MANY];

        /** @param names the names of the kernels */
        public Builder(Names names) {
            this.names = names;
        }

        /** Starts a phase that covers kernels {@code from} to before {@code end}. */
        public void phase(String name, int from, int end) {
            open.clear();
            Sequence phase = new Sequence(name, from, end, 1);
            phases.add(phase);
            open.add(phase);
        }

        /**
         * Starts a sequence within what was opened last; {@link #close} ends it.
         *
         * @param from its first kernel
         * @param end the kernel after its last
         * @param times how often it runs
         */
        public void open(int from, int end, int times) {
            Sequence outer = open.get(open.size() - 1);
            Sequence sequence = new Sequence(outer.phase, from, end, times);
            if (end > from) {
                outer.inner.add(sequence);
            }
            open.add(sequence);
        }

        /** Ends the sequence opened last. */
        public void close() {
            open.remove(open.size() - 1);
        }

        /**
         * A tensor that {@code kernel} makes.
         *
         * @param kind what it is for
         * @param size its bytes
         * @param kernel the kernel
         * @param runs in which runs
         * @param levels of how many sequences
         * @return its number
         */
        public int tensor(MemoryKind kind, long size, int kernel, Runs runs, int levels) {
            if (size < 0) {
                throw new IllegalArgumentException("A tensor cannot take " + size + " bytes.");
            }
            if (tensors == kinds.length) {
                kinds = Arrays.copyOf(kinds, 2 * tensors);
                bytes = Arrays.copyOf(bytes, 2 * tensors);
                makers = Arrays.copyOf(makers, 2 * tensors);
            }
            int number = tensors++;
            kinds[number] = (byte) kind.ordinal();
            bytes[number] = size;
            makers[number] = kernel;
            allocations.add(kernel, number, runs, levels, false);
            return number;
        }

        /** The tensor is freed after {@code kernel}. */
        public void free(int tensor, int kernel, Runs runs, int levels) {
            frees.add(kernel, tensor, runs, levels, false);
        }

        /** The gradient is freed after {@code kernel} if there was one to add it to. */
        public void accumulate(int tensor, int kernel, Runs runs, int levels) {
            frees.add(kernel, tensor, runs, levels, true);
        }

        /**
         * The trace.
         *
         * @param kernels how many kernels it has, each sequence once
         * @return the trace
         */
        public AllocationTrace build(int kernels) {
            return new AllocationTrace(this, kernels);
        }
    }

    /** What is alive when, made once for each condition. */
    MemoryCurve curve(boolean gradientsPresent) {
        int index = gradientsPresent ? 1 : 0;
        MemoryCurve known = curves[index];
        if (known == null) {
            known = new MemoryCurve(this, gradientsPresent);
            curves[index] = known;
        }
        return known;
    }

    /** The bytes that a caching allocator reserves, replayed once for each of the first few conditions. */
    long reservedBytes(boolean gradientsPresent, long limit) {
        int index = gradientsPresent ? 1 : 0;
        Long free = reserved[index];
        if (free != null && free <= limit) {
            return free;
        }
        Replay key = new Replay(gradientsPresent, limit);
        Long known = reservedWithin.get(key);
        if (known == null) {
            CachingAllocator.Reserved found = CachingAllocator.replay(this, gradientsPresent, limit);
            known = found.bytes();
            if (!found.bounded()) {
                reserved[index] = known;
            } else if (reservedWithin.size() < MOST_REPLAYS) {
                reservedWithin.put(key, known);
            }
        }
        return known;
    }
}
