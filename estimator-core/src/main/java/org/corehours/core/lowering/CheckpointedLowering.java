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
import org.corehours.core.step.StepProgram;

/**
 * A stack whose repeated blocks compute part of their forward pass again just before their backward pass.
 *
 * <p>Of what the step keeps, the share that recomputed kernels wrote is taken to be the share of the bytes that all
 * kernels of differentiated passes write. In its place each run of a block keeps its input, and one block at a time has
 * its activations back.
 */
final class CheckpointedLowering implements Lowering {

    private final Lowering stack;
    private final Checkpointing checkpointing;

    CheckpointedLowering(Lowering stack, Checkpointing checkpointing) {
        this.stack = stack;
        this.checkpointing = checkpointing;
    }

    /** A block of a forward pass. */
    private record Block(int times, List<Kernel> again, long againBytes, long inputBytes) {}

    @Override
    public KernelProgram lower(StepProgram step) {
        if (!step.trains()) {
            throw new IllegalArgumentException(
                    "Inference keeps no activations for a backward pass: there is nothing to checkpoint.");
        }
        KernelProgram program = stack.lower(step);
        Map<String, Deque<Block>> blocks = new HashMap<>();
        long written = forwardBlocks(step, program, blocks);
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
                segments.add(new Segment(segment.phase(), segment.times(), kernels, segment.gradientBytes()));
            }
        }
        if (recomputed.isEmpty()) {
            throw new IllegalArgumentException(
                    checkpointing == Checkpointing.SELECTIVE
                            ? "There is nothing that selective checkpointing would compute again: no repeated block"
                                    + " with attention in several kernels. Choose none or full."
                            : "The model has no repeated block to checkpoint. Choose none.");
        }
        return new KernelProgram(segments, memory(program.memory(), recomputed, written));
    }

    /** Collects the blocks of differentiated passes and returns the bytes that all kernels of these write. */
    private long forwardBlocks(StepProgram step, KernelProgram program, Map<String, Deque<Block>> blocks) {
        Set<String> differentiated = new HashSet<>();
        for (Section section : step.graph().sections()) {
            if (section.gradient()) {
                differentiated.add(section.name());
            }
        }
        long written = 0;
        for (Segment segment : program.segments()) {
            if (!differentiated.contains(segment.phase())) {
                continue;
            }
            written = Math.addExact(written, Math.multiplyExact(written(segment.kernels()), (long) segment.times()));
            List<Kernel> again = checkpointing.again(segment.kernels());
            if (segment.times() > 1 && !segment.block().isEmpty() && !again.isEmpty()) {
                List<Kernel> kernels = segment.kernels();
                long input = checkpointing == Checkpointing.FULL
                        ? kernels.get(kernels.size() - 1).writtenBytes()
                        : 0;
                blocks.computeIfAbsent(segment.block(), absent -> new ArrayDeque<>())
                        .addLast(new Block(segment.times(), again, written(again), input));
            }
        }
        return written;
    }

    private static long written(List<Kernel> kernels) {
        long bytes = 0;
        for (Kernel kernel : kernels) {
            bytes = Math.addExact(bytes, kernel.writtenBytes());
        }
        return bytes;
    }

    private static StepMemory memory(StepMemory whole, List<Block> recomputed, long written) {
        double dropped = 0;
        double largest = 0;
        long inputs = 0;
        for (Block block : recomputed) {
            double saved = (double) whole.savedActivations() * block.againBytes() / written;
            dropped += saved * block.times();
            largest = Math.max(largest, saved);
            inputs = Math.addExact(inputs, Math.multiplyExact(block.inputBytes(), (long) block.times()));
        }
        long kept = Math.min(whole.savedActivations(), whole.savedActivations() - Math.round(dropped) + inputs);
        return new StepMemory(
                whole.parameters(),
                whole.gradients(),
                whole.optimizerState(),
                whole.inputs(),
                kept,
                whole.weightCopies(),
                Math.addExact(whole.temporaries(), Math.round(largest)),
                KernelProgram.BACKWARD);
    }
}
