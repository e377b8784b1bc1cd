package org.corehours.core.lowering.eager;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replays a tape backwards as PyTorch's engine does: gradients are cast to their operand's type, those
 * of a tensor used several times are added, and what no gradient reaches is skipped.
 */
final class BackwardPass {
    private final KernelLog log;
    private final Aten aten;
    private final Set<EagerTensor> leaves = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<EagerTensor, EagerTensor> gradients = new IdentityHashMap<>();
    private final Map<EagerTensor, Long> deliveries = new IdentityHashMap<>();
    private final Map<EagerTensor, Integer> completed = new IdentityHashMap<>();

    BackwardPass(KernelLog log, Aten aten, Collection<EagerTensor> leaves) {
        this.log = log;
        this.aten = aten;
        for (EagerTensor leaf : leaves) {
            if (leaf.requiresGradient) {
                this.leaves.add(leaf);
            }
        }
    }

    /** Replays {@code entries} for the gradients of {@code results}. */
    void run(List<Tape.Entry> entries, EagerTensor... results) {
        for (EagerTensor result : results) {
            if (result.requiresGradient) {
                gradients.put(result, aten.onesLike(result));
            }
        }
        run(entries);
    }

    /** The segment in which each leaf's gradient was completed. */
    Map<EagerTensor, Integer> completed() {
        return completed;
    }

    private void run(List<Tape.Entry> entries) {
        for (int i = entries.size() - 1; i >= 0; i--) {
            if (entries.get(i) instanceof Tape.Operation operation) {
                run(operation);
            } else if (entries.get(i) instanceof Tape.Block block) {
                run(block);
            }
        }
    }

    private void run(Tape.Operation operation) {
        @Nullable EagerTensor[] arriving = new EagerTensor[operation.results.length];
        boolean any = false;
        for (int i = 0; i < arriving.length; i++) {
            arriving[i] = gradients.remove(operation.results[i]);
            any |= arriving[i] != null;
        }
        if (!any) {
            return;
        }
        log.module(operation.module);
        int before = log.position();
        @Nullable EagerTensor[] leaving = operation.rule.apply(arriving);
        for (EagerTensor saved : operation.saved) {
            saved.storage.save(operation.operator, Math.max(before, log.position() - 1));
        }
        for (int i = 0; i < leaving.length; i++) {
            EagerTensor gradient = leaving[i];
            EagerTensor operand = operation.operands[i];
            if (gradient != null && operand.requiresGradient) {
                deliver(operand, gradient);
            }
        }
    }

    private void deliver(EagerTensor operand, EagerTensor gradient) {
        EagerTensor cast = aten.copying.to(gradient, operand.type);
        EagerTensor present = gradients.get(operand);
        if (operand.storage.role == Storage.Role.ACTIVATION) {
            gradients.put(operand, present == null ? cast : aten.pointwise.accumulate(present, cast));
            return;
        }
        // Each copy of a weight takes the first gradient that reaches it and adds the others.
        int times = log.times();
        long before = deliveries.merge(operand, (long) times, Long::sum) - times;
        int first = Math.toIntExact(Math.max(0, Math.min(times, operand.storage.copies() - before)));
        boolean leaf = leaves.contains(operand);
        EagerTensor taken = leaf ? aten.copying.asParameter(operand, cast) : cast;
        if (times > first) {
            log.times(times - first);
            taken = aten.pointwise.accumulate(present == null ? taken : present, cast);
            log.times(times);
        }
        if (leaf) {
            taken.storage.markGradient();
            completed.put(operand, log.segment());
        }
        gradients.put(operand, taken);
    }

    private void run(Tape.Block block) {
        int carried = block.outputs.length;
        @Nullable EagerTensor[] arriving = new EagerTensor[carried];
        boolean any = false;
        for (int i = 0; i < carried; i++) {
            arriving[i] = gradients.remove(block.outputs[i]);
            any |= arriving[i] != null;
        }
        if (!any) {
            return;
        }
        int left = block.times;
        while (left > 0) {
            BlockReplay replay = new BlockReplay(log, aten, left);
            EagerTensor[] read = replay.enter(arriving);
            for (int i = 0; i < carried; i++) {
                if (read[i] != null) {
                    gradients.put(block.bodyOutputs[i], read[i]);
                }
            }
            run(block.body);
            @Nullable EagerTensor[] leaving = new EagerTensor[carried];
            for (int i = 0; i < carried; i++) {
                leaving[i] = gradients.remove(block.bodyInputs[i]);
            }
            arriving = replay.leave(leaving);
            left -= replay.times();
        }
        for (int i = 0; i < carried; i++) {
            EagerTensor gradient = arriving[i];
            if (gradient != null && block.inputs[i].requiresGradient) {
                deliver(block.inputs[i], gradient);
            }
        }
    }
}
