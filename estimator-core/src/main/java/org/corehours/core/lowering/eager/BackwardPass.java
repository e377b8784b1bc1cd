package org.corehours.core.lowering.eager;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
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
    private final Set<EagerTensor> leaves;
    private final Map<EagerTensor, EagerTensor> gradients = new IdentityHashMap<>();
    private final Map<EagerTensor, Long> deliveries = new IdentityHashMap<>();
    private final Map<EagerTensor, Integer> completed = new IdentityHashMap<>();

    BackwardPass(KernelLog log, Aten aten, Collection<EagerTensor> leaves) {
        this.log = log;
        this.aten = aten;
        this.leaves = new HashSet<>(leaves);
    }

    /** Replays {@code entries} for the gradients of {@code results}. */
    void run(List<Tape.Entry> entries, List<EagerTensor> results) {
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
        @Nullable EagerTensor[] arriving = new EagerTensor[operation.results().length];
        boolean any = false;
        for (int i = 0; i < arriving.length; i++) {
            arriving[i] = gradients.remove(operation.results()[i]);
            any |= arriving[i] != null;
        }
        if (!any) {
            return;
        }
        log.module(operation.module());
        @Nullable EagerTensor[] leaving = operation.rule().apply(arriving);
        for (int i = 0; i < leaving.length; i++) {
            EagerTensor gradient = leaving[i];
            EagerTensor operand = operation.operands()[i];
            if (gradient != null && operand.requiresGradient) {
                deliver(operand, gradient);
            }
        }
    }

    private void deliver(EagerTensor operand, EagerTensor gradient) {
        EagerTensor cast = aten.to(gradient, operand.type);
        EagerTensor present = gradients.get(operand);
        if (operand.storage.role == EagerTensor.Role.ACTIVATION) {
            gradients.put(operand, present == null ? cast : aten.accumulate(present, cast));
            return;
        }
        // Each copy of a weight takes the first gradient that reaches it and adds the others.
        int times = log.times();
        long before = deliveries.merge(operand, (long) times, Long::sum) - times;
        int first = Math.toIntExact(Math.max(0, Math.min(times, operand.storage.copies.count - before)));
        boolean leaf = leaves.contains(operand);
        EagerTensor taken = leaf ? aten.asParameter(operand, cast) : cast;
        if (times > first) {
            log.times(times - first);
            taken = aten.accumulate(present == null ? taken : present, cast);
            log.times(times);
        }
        gradients.put(operand, taken);
        if (leaf) {
            completed.put(operand, log.position());
        }
    }

    private void run(Tape.Block block) {
        List<@Nullable EagerTensor> arriving = new ArrayList<>();
        boolean any = false;
        for (EagerTensor output : block.outputs()) {
            EagerTensor gradient = gradients.remove(output);
            arriving.add(gradient);
            any |= gradient != null;
        }
        if (!any) {
            return;
        }
        int outer = log.times();
        int left = block.times();
        while (left > 0) {
            int times = left;
            log.times(Math.multiplyExact(outer, times));
            int position = log.position();
            for (int i = 0; i < arriving.size(); i++) {
                EagerTensor gradient = arriving.get(i);
                if (gradient != null) {
                    gradients.put(block.bodyOutputs().get(i), gradient);
                }
            }
            run(block.body());
            List<@Nullable EagerTensor> leaving = new ArrayList<>();
            for (EagerTensor input : block.bodyInputs()) {
                leaving.add(gradients.remove(input));
            }
            if (times > 1 && !steady(arriving, leaving)) {
                log.thin(position, times);
                times = 1;
            }
            arriving = leaving;
            left -= times;
        }
        log.times(outer);
        for (int i = 0; i < arriving.size(); i++) {
            EagerTensor gradient = arriving.get(i);
            if (gradient != null && block.inputs().get(i).requiresGradient) {
                deliver(block.inputs().get(i), gradient);
            }
        }
    }

    private static boolean steady(List<@Nullable EagerTensor> before, List<@Nullable EagerTensor> after) {
        for (int i = 0; i < before.size(); i++) {
            EagerTensor a = before.get(i);
            EagerTensor b = after.get(i);
            if (a == null || b == null) {
                if (a != b) {
                    return false;
                }
            } else if (a.type != b.type || !Arrays.equals(a.sizes, b.sizes) || !Arrays.equals(a.strides, b.strides)) {
                return false;
            }
        }
        return true;
    }
}
