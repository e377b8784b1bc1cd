package org.corehours.core.lowering.inductor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Lowering;
import org.corehours.core.lowering.Segment;
import org.corehours.core.lowering.StepMemory;
import org.corehours.core.lowering.TensorLayout;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.lowering.eager.TracedStep;
import org.corehours.core.lowering.eager.TracedStep.Call;
import org.corehours.core.lowering.eager.TracedStep.Kind;
import org.corehours.core.lowering.eager.TracedStep.Stretch;
import org.corehours.core.step.StepProgram;

/**
 * {@code torch.compile} with its default back end and mode: the operations of the eager step, as AOTAutograd traces them,
 * in generated kernels. Products, convolutions and attention stay library kernels without epilogues; the optimizer, which
 * is not part of the compiled model, stays eager.
 *
 * <p>A repeated block is compiled once: where its runs follow each other, the end of one fuses with the start of the
 * next.
 *
 * @param eager the step that is traced
 */
public record InductorLowering(EagerLowering eager) implements Lowering {

    /** Rows of at most so many elements are held in registers (config: persistent reductions). */
    private static final long PERSISTENT_ROW = 1024;

    /** Rows from which a reduction of columns is split in two kernels, so that all multiprocessors have work. */
    private static final long SPLIT_ROWS = 1024;

    @Override
    public KernelProgram lower(StepProgram step) {
        TracedStep traced = eager.trace(step);
        Recomputation recomputation = new Recomputation(traced);
        List<Stretch> stretches = seams(traced.stretches());
        Set<Integer> outside = outside(traced, stretches, recomputation);
        List<Segment> segments = new ArrayList<>();
        long temporaries = 0;
        for (Stretch stretch : stretches) {
            List<Kernel> kernels = new ArrayList<>();
            if (stretch.phase().equals(KernelProgram.OPTIMIZER)) {
                stretch.calls().forEach(call -> kernels.add(call.kernel()));
            } else {
                boolean backward = stretch.phase().equals(KernelProgram.BACKWARD);
                Function<Operand, List<Operand>> operands =
                        backward ? recomputation::operands : operand -> List.of(operand);
                List<Work> works = Fusion.of(stretch.calls(), outside, operands);
                works.forEach(work -> kernels.add(kernel(work)));
                temporaries = Math.max(temporaries, largestWorkingSet(works));
            }
            segments.add(new Segment(
                    stretch.phase(), stretch.times(), kernels, stretch.gradientBytes(), stretch.hostReads()));
        }
        return new KernelProgram(segments, memory(traced, recomputation, temporaries, step.trains()));
    }

    /** Cuts the step between library kernels instead of between blocks, so that the seams of blocks lie inside. */
    private static List<Stretch> seams(List<Stretch> stretches) {
        List<Stretch> cut = new ArrayList<>();
        String phase = "";
        List<Call> pending = new ArrayList<>();
        long gradientBytes = 0;
        for (Stretch stretch : stretches) {
            if (stretch.hostReads() > 0) {
                flush(cut, phase, pending, gradientBytes);
                gradientBytes = 0;
                phase = stretch.phase();
                cut.add(stretch);
                continue;
            }
            List<Call> calls = stretch.calls();
            int head = 0;
            while (head < calls.size()
                    && !Decomposition.of(calls.get(head).kernel()).get(0).loop().isLibrary()) {
                head++;
            }
            boolean once = stretch.times() == 1;
            boolean rotates = stretch.loop() && !once && head < calls.size();
            if (!stretch.phase().equals(phase) || !(once || rotates)) {
                flush(cut, phase, pending, gradientBytes);
                gradientBytes = 0;
                phase = stretch.phase();
            }
            if (once) {
                pending.addAll(calls);
                gradientBytes = Math.addExact(gradientBytes, stretch.gradientBytes());
            } else if (rotates) {
                List<Call> first = calls.subList(0, head);
                List<Call> rest = calls.subList(head, calls.size());
                pending.addAll(first);
                flush(cut, phase, pending, gradientBytes);
                List<Call> between = new ArrayList<>(rest);
                between.addAll(first);
                cut.add(new Stretch(phase, stretch.times() - 1, between, stretch.gradientBytes(), false, 0));
                pending.addAll(rest);
                gradientBytes = stretch.gradientBytes();
            } else {
                cut.add(stretch);
            }
        }
        flush(cut, phase, pending, gradientBytes);
        return cut;
    }

    private static void flush(List<Stretch> cut, String phase, List<Call> pending, long gradientBytes) {
        if (!pending.isEmpty() || gradientBytes > 0) {
            cut.add(new Stretch(phase, 1, pending, gradientBytes, false, 0));
            pending.clear();
        }
    }

    /** The values that a stretch reads before it writes them, and those nobody reads: the results of the step. */
    private static Set<Integer> outside(TracedStep traced, List<Stretch> stretches, Recomputation recomputation) {
        Set<Integer> outside = new HashSet<>(recomputation.kept());
        Set<Integer> everRead = new HashSet<>();
        for (Stretch stretch : stretches) {
            Set<Integer> written = new HashSet<>();
            boolean backward = stretch.phase().equals(KernelProgram.BACKWARD);
            for (Call call : stretch.calls()) {
                for (int read : call.kernel().kind() == KernelKind.FILL ? List.<Integer>of() : call.reads()) {
                    everRead.add(read);
                    boolean again = backward
                            && !recomputation.operands(operand(call, read)).contains(operand(call, read));
                    if (!written.contains(read) && !again) {
                        outside.add(read);
                    }
                }
                written.addAll(call.writes());
            }
        }
        for (Stretch stretch : stretches) {
            boolean backward = stretch.phase().equals(KernelProgram.BACKWARD);
            for (Call call : stretch.calls()) {
                for (int i = 0;
                        i
                                < (backward
                                        ? call.writes().size()
                                        : Math.min(1, call.writes().size()));
                        i++) {
                    int value = call.writes().get(i);
                    if (!everRead.contains(value) || traced.values().get(value).kind() == Kind.WEIGHT_COPY) {
                        outside.add(value);
                    }
                }
            }
        }
        return outside;
    }

    private static Operand operand(Call call, int value) {
        return new Operand(value, call.kernel().inputs().get(call.reads().indexOf(value)));
    }

    private static Kernel kernel(Work work) {
        if (work.loop.isLibrary()) {
            return work.kernel;
        }
        Collection<TensorLayout> reads = work.reads.values();
        Collection<TensorLayout> writes = work.writes.values();
        DataType type = (reads.isEmpty() ? writes : reads).iterator().next().type();
        return new Kernel(
                name(work),
                kind(work),
                work.kernel.module(),
                List.copyOf(reads),
                List.copyOf(writes),
                List.of(),
                type,
                bytes(reads),
                bytes(writes),
                work.operations,
                work.loop.kind() == Loop.Kind.COLUMNS
                                && work.loop.elements() / Math.max(1, work.loop.columns()) >= SPLIT_ROWS
                        ? 2
                        : 1);
    }

    /** As a profiler shows it: the template and the operations, but not the running number. */
    private static String name(Work work) {
        String template = switch (work.loop.kind()) {
            case ROWS -> work.loop.columns() <= PERSISTENT_ROW ? "per" : "red";
            case COLUMNS -> "red";
            case POINTWISE, LIBRARY -> "poi";
        };
        return "triton_" + template + "_fused_" + String.join("_", new TreeSet<>(work.operators));
    }

    private static KernelKind kind(Work work) {
        if (!work.loop.isPointwise()) {
            return KernelKind.REDUCTION;
        }
        return work.operators.size() == 1 ? work.kernel.kind() : KernelKind.ELEMENTWISE;
    }

    private static long bytes(Collection<TensorLayout> layouts) {
        long total = 0;
        for (TensorLayout layout : layouts) {
            total = Math.addExact(total, layout.bytes());
        }
        return total;
    }

    /** The most bytes of what a stretch makes that are alive at a time, if each is freed after its last reader. */
    private static long largestWorkingSet(List<Work> works) {
        long live = 0;
        long most = 0;
        for (int i = 0; i < works.size(); i++) {
            live = Math.addExact(live, bytes(works.get(i).writes.values()));
            most = Math.max(most, live);
            for (int j = 0; j <= i; j++) {
                for (Map.Entry<Integer, TensorLayout> made : works.get(j).writes.entrySet()) {
                    if (lastReader(works, made.getKey(), j) == i) {
                        live -= made.getValue().bytes();
                    }
                }
            }
        }
        return most;
    }

    private static int lastReader(List<Work> works, int version, int writer) {
        for (int i = works.size() - 1; i > writer; i--) {
            if (works.get(i).reads.containsKey(version)) {
                return i;
            }
        }
        return writer;
    }

    private static StepMemory memory(TracedStep traced, Recomputation recomputation, long temporaries, boolean trains) {
        StepMemory eager = traced.memory();
        long weightCopies = 0;
        for (TracedStep.Value value : traced.values()) {
            if (value.kind() == Kind.WEIGHT_COPY) {
                weightCopies = Math.addExact(weightCopies, value.bytes());
            }
        }
        return new StepMemory(
                eager.parameters(),
                eager.gradients(),
                eager.optimizerState(),
                eager.inputs(),
                recomputation.keptBytes(),
                weightCopies,
                temporaries,
                trains ? KernelProgram.BACKWARD : traced.stretches().get(0).phase());
    }

    @Override
    public String toString() {
        return "torch-compile of " + eager;
    }
}
