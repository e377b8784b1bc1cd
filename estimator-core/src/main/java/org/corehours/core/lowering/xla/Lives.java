package org.corehours.core.lowering.xla;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corehours.core.graph.Node;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Repeat;
import org.corehours.core.graph.Shape;
import org.corehours.core.graph.Tensor;
import org.corehours.core.graph.Tensor.Role;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.memory.AllocationTrace;
import org.corehours.core.memory.AllocationTrace.Runs;
import org.corehours.core.memory.MemoryKind;
import org.corehours.core.memory.Nesting;
import org.corehours.core.memory.Nesting.Region;

/**
 * When the buffers of a compiled step exist. XLA's buffer assignment gives the memory of a value to others after the
 * last kernel that reads it, and lets elementwise kernels write over an operand of the same size that nobody reads
 * again (xla/service/buffer_assignment.cc). What the backward computation reads again lives until then.
 */
final class Lives {
    private final Values values;
    private final Map<Tensor, Long> copies = new HashMap<>();
    private final List<Region> phases = new ArrayList<>();
    private final Deque<Region> regions = new ArrayDeque<>();
    private final Deque<Integer> times = new ArrayDeque<>();
    private final Map<Tensor, Life> ofValues = new LinkedHashMap<>();
    private final Map<Tensor, Life> ofGradients = new LinkedHashMap<>();
    private final Map<Node, Life> ofScores = new HashMap<>();
    private final Set<Life> all = new LinkedHashSet<>();
    private final Map<Life, List<Life>> parts = new HashMap<>();
    private final List<Carry> carries = new ArrayList<>();
    private final List<InPlace> inPlace = new ArrayList<>();
    private int position;
    private int backward = Integer.MAX_VALUE;
    private int update = Life.NEVER;

    /** What a repeated block reads, by the name it has within, and what it leaves. */
    private record Carry(Life before, Life within, int from, int end, boolean passes) {}

    private record InPlace(int kernel, List<Life> read, List<Life> written) {}

    /** @param copies how many tensors each parameter stands for */
    Lives(Values values, Map<Tensor, Long> copies) {
        this.values = values;
        this.copies.putAll(copies);
    }

    // ---- where the program is

    void phase(String name) {
        endPhase();
        Region region = Region.phase(name, position);
        phases.add(region);
        regions.push(region);
    }

    private void endPhase() {
        if (!regions.isEmpty()) {
            regions.pop().end(position);
        }
    }

    void backward() {
        phase(KernelProgram.BACKWARD);
        backward = position;
    }

    private void enter(int count) {
        regions.push(regions.element().inner(position, count));
        times.addLast(count);
    }

    private int leave() {
        Region region = regions.pop();
        region.end(position);
        times.removeLast();
        return position;
    }

    private int depth() {
        return times.size();
    }

    /** Starts a block, in which values that it carries have names of their own. */
    int enter(Repeat repeat, boolean back) {
        enter(repeat.times());
        for (int i = 0; i < repeat.inputs().size(); i++) {
            within(repeat, i, back).beName();
        }
        return position;
    }

    private Life within(Repeat repeat, int i, boolean back) {
        return back
                ? gradient(repeat.bodyOutputs().get(i))
                : known(repeat.bodyInputs().get(i), ofValues);
    }

    /** Ends a block: what its runs leave to the next, and the last to what follows. */
    void leave(Repeat repeat, int from, boolean back) {
        Map<Tensor, Life> lives = back ? ofGradients : ofValues;
        List<Life> left = new ArrayList<>();
        for (int i = 0; i < repeat.inputs().size(); i++) {
            Tensor leaves =
                    back ? repeat.bodyInputs().get(i) : repeat.bodyOutputs().get(i);
            left.add(known(leaves, lives));
        }
        int inner = depth();
        int end = leave();
        for (int i = 0; i < left.size(); i++) {
            Life before = known(back ? repeat.outputs().get(i) : repeat.inputs().get(i), lives);
            Life within = within(repeat, i, back);
            Life leaves = left.get(i);
            Tensor after = values.origin(
                    back ? repeat.inputs().get(i) : repeat.outputs().get(i));
            boolean passes = leaves == within || leaves.home < inner;
            carries.add(new Carry(before, within, from, end, passes));
            if (passes) {
                lives.putIfAbsent(after, leaves == within ? before : leaves);
            } else if (leaves.isMade() && !leaves.isHandedOn()) {
                leaves.handOn(within);
                known(after, lives).makeInLastRun(leaves.made());
            }
        }
    }

    // ---- the buffers

    /** The buffer of a value; a name without bytes for what the step is fed with. */
    Life value(Tensor tensor) {
        return known(tensor, ofValues);
    }

    /** The buffer of a value's gradient. */
    Life gradient(Tensor tensor) {
        return known(tensor, ofGradients);
    }

    private Life known(Tensor tensor, Map<Tensor, Life> lives) {
        Tensor origin = values.origin(tensor);
        Life life = lives.get(origin);
        if (life == null) {
            boolean parameter = origin.role() == Role.PARAMETER;
            Life value = lives == ofValues ? null : ofValues.get(origin);
            int home = value != null ? value.home : parameter ? home(origin) : depth();
            DataType type = lives == ofGradients && parameter
                    ? DataType.FP32
                    : values.layout(origin).type();
            life = add(new Life(origin.shape(), type, home, parameter && lives == ofGradients));
            if (lives == ofValues && origin.role() != Role.RESULT) {
                life.beName();
            }
            lives.put(origin, life);
        }
        return life;
    }

    private Life add(Life life) {
        all.add(life);
        return life;
    }

    /** The depth at which a parameter has as many copies as there are runs. */
    private int home(Tensor parameter) {
        long count = copies.getOrDefault(parameter, 1L);
        long runs = 1;
        int depth = 0;
        for (int each : times) {
            runs = Math.multiplyExact(runs, each);
            if (runs > count) {
                break;
            }
            depth++;
        }
        return depth;
    }

    /** The scores of attention, over which softmax writes. */
    Life scores(Node attention) {
        return ofScores.computeIfAbsent(attention, this::newScores);
    }

    /** A buffer like that of the scores: their gradient. */
    Life newScores(Node attention) {
        Shape queries = attention.input(0).shape();
        long keys = attention.input(1).shape().dimension(2);
        Shape shape = queries.with(queries.rank() - 1, keys);
        Life life = add(new Life(shape, values.layout(attention.output()).type(), depth(), false));
        life.asMatrices(shape);
        return life;
    }

    /** The parts that views show of values are cut out where they are first read. */
    void views(Unit unit) {
        for (Node node : unit.fused()) {
            node.outputs().forEach(this::value);
        }
    }

    /** The gradient of what views show is put together where it is read. */
    void gradientsOfViews(Unit unit) {
        for (Node node : unit.fused()) {
            if (showsParts(node.operator()) && node.input(0).requiresGradient()) {
                Life whole = gradient(node.input(0));
                for (Tensor output : node.outputs()) {
                    Life part = gradient(output);
                    if (part != whole) {
                        parts.computeIfAbsent(whole, absent -> new ArrayList<>())
                                .add(part);
                    }
                }
            }
        }
    }

    private static boolean showsParts(Operator operator) {
        return operator instanceof Operator.Slice
                || operator instanceof Operator.Select
                || operator instanceof Operator.Unbind
                || operator instanceof Operator.Split;
    }

    /** The gradient of a sum is that of its terms: they share a buffer. */
    void shareGradient(Tensor sum, Tensor term) {
        Tensor origin = values.origin(term);
        if (origin.role() == Role.RESULT
                && origin.shape().elements() == sum.shape().elements()) {
            ofGradients.putIfAbsent(origin, gradient(sum));
        }
    }

    // ---- kernels

    /** The next kernel runs. */
    void kernel(Collection<Life> read, Collection<Life> written, boolean elementwise) {
        List<Life> operands = new ArrayList<>();
        read.forEach(life -> collect(life, operands));
        operands.forEach(life -> life.make(position));
        written.forEach(life -> life.make(position));
        if (elementwise) {
            inPlace.add(new InPlace(position, operands, List.copyOf(written)));
        }
        position++;
    }

    private void collect(Life life, List<Life> to) {
        List<Life> cut = parts.get(life);
        if (cut == null || life.isMade()) {
            to.add(life);
        } else {
            cut.forEach(part -> collect(part, to));
        }
    }

    /** The update reads every gradient and writes over the weights and their state, whose buffers are donated to it. */
    void update() {
        update = position++;
    }

    // ---- the trace

    /** What the buffers come to. */
    record Allocations(AllocationTrace trace, long savedBytes) {}

    /**
     * The trace of the step.
     *
     * @param names names of the kernels
     * @param castBytes bytes of weights in the format of products, which forward and backward computation share
     * @return the trace, and the bytes that the backward computation reads again
     */
    Allocations trace(AllocationTrace.Names names, long castBytes) {
        endPhase();
        Nesting nesting = new Nesting(phases, position);
        for (Carry carry : carries) {
            int last = carry.within.last();
            if (last != Life.NEVER) {
                boolean firstRun = carry.from <= last
                        && last < carry.end
                        && !carry.passes
                        && nesting.depth(last) == carry.before.home + 1
                        && carry.before.last() < carry.from;
                if (firstRun) {
                    carry.before.touchInFirstRun(last);
                } else {
                    carry.before.touch(last);
                }
            }
        }
        inPlace.forEach(each -> writeOver(each, nesting));
        AllocationTrace.Builder trace = new AllocationTrace.Builder(names);
        nesting.trace(trace);
        if (castBytes > 0 && position > 0) {
            int casts = trace.tensor(MemoryKind.WEIGHT_COPIES, castBytes, 0, Runs.FIRST, nesting.depth(0));
            int end = (update == Life.NEVER ? position : Math.max(1, firstOfUpdate())) - 1;
            trace.free(casts, end, Runs.LAST, nesting.depth(end));
        }
        long saved = 0;
        for (Life life : all) {
            if (life.isMade() && !life.isName()) {
                saved = Math.addExact(saved, trace(life, nesting, trace));
            }
        }
        return new Allocations(trace.build(position), saved);
    }

    private int firstOfUpdate() {
        return phases.get(phases.size() - 1).from();
    }

    private static void writeOver(InPlace kernel, Nesting nesting) {
        int at = kernel.kernel;
        if (at == 0 || nesting.around(at, nesting.depth(at)) != nesting.around(at - 1, nesting.depth(at - 1))) {
            return;
        }
        for (Life written : kernel.written) {
            if (written.made() == at && !written.isName() && nesting.depth(at) == written.home) {
                for (Life read : kernel.read) {
                    if (!read.isName()
                            && !read.isHandedOn()
                            && !read.isOverwritten()
                            && read.made() < at
                            && read.last() == at
                            && read.home == written.home
                            && read.bytes() == written.bytes()) {
                        read.overwrite(at);
                        break;
                    }
                }
            }
        }
    }

    private long trace(Life life, Nesting nesting, AllocationTrace.Builder trace) {
        int made = life.made();
        boolean saved = made < backward
                && Math.max(life.last(), life.isHandedOn() ? life.next().last() : Life.NEVER) >= backward;
        MemoryKind kind =
                life.gradient ? MemoryKind.GRADIENTS : saved ? MemoryKind.SAVED_ACTIVATIONS : MemoryKind.TEMPORARIES;
        int inside = Math.max(0, nesting.depth(made) - life.home);
        long bytes = life.bytes();
        long runs = nesting.runs(made, Math.min(life.home, nesting.depth(made)));
        if (life.isHandedOn()) {
            int tensor = trace.tensor(kind, bytes, made, Runs.NOT_LAST, inside);
            handOn(life, tensor, nesting, trace);
            long block = runs / nesting.runs(made, life.home - 1);
            runs -= runs / block;
        } else {
            int tensor = trace.tensor(kind, bytes, made, life.isMadeInLastRun() ? Runs.LAST : Runs.FIRST, inside);
            if (life.gradient) {
                trace.free(tensor, update == Life.NEVER ? position - 1 : update, Runs.ALL_LEFT, 0);
            } else {
                free(life, tensor, nesting, trace);
            }
        }
        return saved ? Math.multiplyExact(bytes, runs) : 0;
    }

    private static void free(Life life, int tensor, Nesting nesting, AllocationTrace.Builder trace) {
        int end = life.end();
        int levels = nesting.depth(end) - life.home;
        if (levels < 0) {
            trace.free(tensor, end, Runs.ALL_LEFT, 0);
        } else {
            trace.free(tensor, end, life.lastInFirstRun() ? Runs.FIRST : Runs.LAST, levels);
        }
    }

    /** Freed in the run that follows; on the way back, which visits runs in reverse, in the run before or its own. */
    private static void handOn(Life life, int tensor, Nesting nesting, AllocationTrace.Builder trace) {
        Object block = nesting.around(life.made(), life.home);
        int next = life.next().last();
        int own = life.last();
        boolean ownIsBack = nesting.around(own, life.home) != block;
        boolean nextIsBack = next != Life.NEVER && nesting.around(next, life.home) != block;
        if (ownIsBack) {
            trace.free(tensor, own, Runs.NOT_FIRST, levels(own, life, nesting));
        } else if (nextIsBack) {
            trace.free(tensor, next, Runs.NOT_LAST, levels(next, life, nesting));
        } else if (next != Life.NEVER) {
            trace.free(tensor, next, Runs.NOT_FIRST, levels(next, life, nesting));
        } else {
            trace.free(tensor, own, Runs.NOT_LAST, levels(own, life, nesting));
        }
    }

    private static int levels(int kernel, Life life, Nesting nesting) {
        return Math.max(0, nesting.depth(kernel) - life.home);
    }
}
