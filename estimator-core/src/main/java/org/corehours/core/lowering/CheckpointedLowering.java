package org.corehours.core.lowering;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corehours.core.graph.Section;
import org.corehours.core.memory.AllocationTrace;
import org.corehours.core.memory.MemoryKind;
import org.corehours.core.step.StepProgram;

/**
 * A stack whose repeated blocks compute part of their forward pass again just before their backward pass.
 *
 * <p>What recomputed kernels would keep is there for one run of a block at a time; the result of the last of them is
 * kept, which for a whole block is the input of the next. Where a stack does not say which kernel makes what it keeps,
 * shares of the bytes that kernels write stand in.
 */
record CheckpointedLowering(Lowering stack, Checkpointing checkpointing) implements Lowering {

    /** A block of a forward pass. */
    private record Block(int times, List<Kernel> again, Set<Integer> dropped) {}

    @Override
    public KernelProgram lower(StepProgram step) {
        if (!step.trains()) {
            throw new IllegalArgumentException(
                    "Inference keeps no activations for a backward pass: there is nothing to checkpoint.");
        }
        KernelProgram program = stack.lower(step);
        Map<String, Deque<Block>> blocks = forwardBlocks(step, program);
        List<Block> recomputed = new ArrayList<>();
        List<Segment> segments = new ArrayList<>();
        for (Segment segment : program.segments()) {
            Block block = null;
            if (segment.phase().equals(KernelProgram.BACKWARD) && segment.times() > 1) {
                Deque<Block> open = blocks.get(segment.block());
                // A block's own pass is longer than a lone sum of gradients over some of its runs.
                if (open != null && !open.isEmpty() && open.peekLast().times() == segment.times()) {
                    block = open.removeLast();
                }
            }
            if (block == null) {
                segments.add(segment);
            } else {
                recomputed.add(block);
                List<Kernel> kernels = new ArrayList<>(block.again());
                kernels.addAll(segment.kernels());
                segments.add(new Segment(
                        segment.phase(), segment.times(), kernels, segment.gradientBytes(), segment.hostReads()));
            }
        }
        if (recomputed.isEmpty()) {
            throw new IllegalArgumentException(
                    checkpointing == Checkpointing.SELECTIVE
                            ? "There is nothing that selective checkpointing would compute again: no repeated block"
                                    + " with attention in several kernels. Choose none or full."
                            : "The model has no repeated block to checkpoint. Choose none.");
        }
        return new KernelProgram(segments, memory(program, recomputed));
    }

    private Map<String, Deque<Block>> forwardBlocks(StepProgram step, KernelProgram program) {
        Set<String> differentiated = new HashSet<>();
        for (Section section : step.graph().sections()) {
            if (section.gradient()) {
                differentiated.add(section.name());
            }
        }
        Map<String, Deque<Block>> blocks = new HashMap<>();
        int first = 0;
        for (Segment segment : program.segments()) {
            List<Integer> again = checkpointing.again(segment.kernels());
            if (differentiated.contains(segment.phase())
                    && segment.times() > 1
                    && !segment.block().isEmpty()
                    && !again.isEmpty()) {
                Set<Integer> dropped = new HashSet<>();
                for (int i = 0; i < again.size(); i++) {
                    boolean endsRun = i == again.size() - 1 || again.get(i + 1) != again.get(i) + 1;
                    if (!endsRun) {
                        dropped.add(first + again.get(i));
                    }
                }
                List<Kernel> kernels =
                        again.stream().map(segment.kernels()::get).toList();
                blocks.computeIfAbsent(segment.block(), absent -> new ArrayDeque<>())
                        .addLast(new Block(segment.times(), kernels, dropped));
            }
            first += segment.kernels().size();
        }
        return blocks;
    }

    private static StepMemory memory(KernelProgram program, List<Block> recomputed) {
        StepMemory whole = program.memory();
        AllocationTrace trace = whole.allocations();
        Map<Integer, Integer> times = new HashMap<>();
        for (Block block : recomputed) {
            block.dropped().forEach(kernel -> times.put(kernel, block.times()));
        }
        boolean known = times.keySet().stream().allMatch(kernel -> kernel < trace.kernels());
        double keptShare = known ? 1 : keptShare(program, times);
        AllocationTrace kept = trace.resized(tensor -> {
            if (tensor.kind() != MemoryKind.SAVED_ACTIVATIONS) {
                return tensor.bytes();
            }
            return known
                    ? tensor.bytes() / times.getOrDefault(tensor.kernel(), 1)
                    : Math.round(keptShare * tensor.bytes());
        });
        double dropped = (1 - keptShare) * whole.savedActivations();
        for (int i = 0; known && i < trace.tensors(); i++) {
            AllocationTrace.Tensor tensor = trace.tensor(i);
            if (tensor.kind() == MemoryKind.SAVED_ACTIVATIONS && times.containsKey(tensor.kernel())) {
                dropped += (double) tensor.bytes() * (times.get(tensor.kernel()) - 1);
            }
        }
        return new StepMemory(
                whole.parameters(),
                whole.gradients(),
                whole.optimizerState(),
                whole.inputs(),
                Math.max(0, whole.savedActivations() - Math.round(dropped)),
                whole.keepsGradients(),
                kept);
    }

    /** What stays of the bytes that the forward kernels of recomputed phases write, one run of each block included. */
    private static double keptShare(KernelProgram program, Map<Integer, Integer> times) {
        double written = 0;
        double dropped = 0;
        int number = 0;
        for (Segment segment : program.segments()) {
            boolean forward = !segment.phase().equals(KernelProgram.BACKWARD)
                    && !segment.phase().equals(KernelProgram.OPTIMIZER);
            for (Kernel kernel : segment.kernels()) {
                if (forward) {
                    written += (double) kernel.writtenBytes() * segment.times();
                    if (times.containsKey(number)) {
                        dropped += (double) kernel.writtenBytes() * (segment.times() - 1);
                    }
                }
                number++;
            }
        }
        return 1 - dropped / written;
    }
}
