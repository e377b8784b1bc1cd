package org.corehours.core.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

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

    /** What a caching allocator reserves for this trace, which takes longer to find than all else of a run's memory. */
    private final Map<Replay, Long> reserved = new ConcurrentHashMap<>();

    /** The conditions of a replay. */
    private record Replay(boolean gradientsPresent, long limit) {}

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

    private record Event(int kernel, int tensor, Runs runs, int levels, boolean accumulates) {}

    /** The kernel that made a tensor or reached a peak, for readers. */
    public interface Names {
        /** The operator's name. */
        String operator(int kernel);

        /** The dotted path of the module that caused it. */
        String module(int kernel);
    }

    private final List<Sequence> phases;
    private final List<Tensor> tensors;
    private final Event[][] allocations;
    private final Event[][] frees;
    private final Names names;

    private AllocationTrace(Builder builder, int kernels) {
        phases = List.copyOf(builder.phases);
        tensors = List.copyOf(builder.tensors);
        allocations = byKernel(builder.allocations, kernels);
        frees = byKernel(builder.frees, kernels);
        names = builder.names;
    }

    private AllocationTrace(AllocationTrace other, List<Tensor> tensors) {
        phases = other.phases;
        this.tensors = List.copyOf(tensors);
        allocations = other.allocations;
        frees = other.frees;
        names = other.names;
    }

    /**
     * The same events with tensors of other sizes.
     *
     * @param bytes the new size of a tensor
     * @return the changed trace
     */
    public AllocationTrace resized(ToLongFunction<Tensor> bytes) {
        return new AllocationTrace(
                this,
                tensors.stream()
                        .map(each -> new Tensor(each.kind, bytes.applyAsLong(each), each.kernel))
                        .toList());
    }

    private static Event[][] byKernel(List<Event> events, int kernels) {
        Event[][] result = new Event[kernels][];
        events.sort(Comparator.comparingInt(Event::kernel));
        for (int i = 0; i < events.size(); ) {
            int kernel = events.get(i).kernel;
            int end = i;
            while (end < events.size() && events.get(end).kernel == kernel) {
                end++;
            }
            result[kernel] = events.subList(i, end).toArray(Event[]::new);
            i = end;
        }
        return result;
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

    /** {@return the tensors, by number} */
    public List<Tensor> tensors() {
        return tensors;
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
        return allocations.length;
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
        private final int[] alive = new int[tensors.size()];
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
            Event[] made = allocations[kernel];
            if (made != null) {
                for (Event event : made) {
                    if (happens(event, depth)) {
                        alive[event.tensor]++;
                        visitor.allocate(event.tensor);
                    }
                }
            }
            visitor.run(kernel);
            Event[] freed = frees[kernel];
            if (freed != null) {
                for (Event event : freed) {
                    int copies = alive[event.tensor];
                    if (copies == 0 || !happens(event, depth)) {
                        continue;
                    }
                    if (event.accumulates) {
                        visitor.accumulated(event.tensor);
                    } else {
                        int count = event.runs == Runs.ALL_LEFT ? copies : 1;
                        for (int i = 0; i < count; i++) {
                            visitor.free(event.tensor);
                        }
                        alive[event.tensor] = copies - count;
                    }
                }
            }
        }

        private boolean happens(Event event, int depth) {
            return switch (event.runs) {
                case EACH, ALL_LEFT -> true;
                case NOT_FIRST -> run[depth - event.levels] > 0 && every(depth, event.levels, false);
                case NOT_LAST -> {
                    int around = depth - event.levels;
                    yield run[around] < times[around] - 1 && every(depth, event.levels, false);
                }
                case FIRST -> every(depth, event.levels, true);
                case LAST -> every(depth, event.levels, false);
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
        private final List<Tensor> tensors = new ArrayList<>();
        private final List<Event> allocations = new ArrayList<>();
        private final List<Event> frees = new ArrayList<>();
        private final Names names;

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
         * @param bytes its bytes
         * @param kernel the kernel
         * @param runs in which runs
         * @param levels of how many sequences
         * @return its number
         */
        public int tensor(MemoryKind kind, long bytes, int kernel, Runs runs, int levels) {
            if (bytes < 0) {
                throw new IllegalArgumentException("A tensor cannot take " + bytes + " bytes.");
            }
            int number = tensors.size();
            tensors.add(new Tensor(kind, bytes, kernel));
            allocations.add(new Event(kernel, number, runs, levels, false));
            return number;
        }

        /** The tensor is freed after {@code kernel}. */
        public void free(int tensor, int kernel, Runs runs, int levels) {
            frees.add(new Event(kernel, tensor, runs, levels, false));
        }

        /** The gradient is freed after {@code kernel} if there was one to add it to. */
        public void accumulate(int tensor, int kernel, Runs runs, int levels) {
            frees.add(new Event(kernel, tensor, runs, levels, true));
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

    /** The bytes reserved under conditions, replayed once for each of the first few. */
    long reservedBytes(boolean gradientsPresent, long limit, LongSupplier replay) {
        Replay key = new Replay(gradientsPresent, limit);
        Long known = reserved.get(key);
        if (known == null) {
            known = replay.getAsLong();
            if (reserved.size() < MOST_REPLAYS) {
                reserved.put(key, known);
            }
        }
        return known;
    }
}
