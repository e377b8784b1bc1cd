package org.corehours.core.lowering.inductor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.eager.TracedStep;
import org.corehours.core.lowering.eager.TracedStep.Call;
import org.corehours.core.lowering.eager.TracedStep.Kind;
import org.corehours.core.lowering.eager.TracedStep.Stretch;

/**
 * What the forward passes keep for the backward computation, and what that computes again instead.
 *
 * <p>The min-cut partitioner (torch/_functorch/partitioners.py) cuts the fewest bytes under heuristics: what a library
 * kernel of the backward computation reads is kept; results of library kernels and reductions are never computed again;
 * nor is an operation that follows a library kernel which came after one of its operands, such as a residual addition,
 * because all operands would have to live that long. Of the rest, a value is computed again where the operands that this
 * needs take fewer bytes than the value, beyond those that are kept anyway. Random masks are drawn again from their seed.
 */
final class Recomputation {
    private final TracedStep step;
    private final Map<Integer, List<Operand>> recomputed = new HashMap<>();
    private final Set<Integer> kept = new LinkedHashSet<>();

    Recomputation(TracedStep step) {
        this.step = step;
        List<Call> forward = new ArrayList<>();
        Set<Integer> readByLibraries = new HashSet<>();
        for (Stretch stretch : step.stretches()) {
            if (!stretch.phase().equals(KernelProgram.BACKWARD)) {
                forward.addAll(stretch.calls());
                continue;
            }
            for (Call call : stretch.calls()) {
                if (call.kernel().kind() != KernelKind.FILL) {
                    kept.addAll(call.reads());
                }
                if (isLibrary(call)) {
                    readByLibraries.addAll(call.reads());
                }
            }
        }
        Map<Integer, Integer> writers = new HashMap<>();
        Set<Integer> writtenAgain = new HashSet<>();
        int[] librariesBefore = new int[forward.size() + 1];
        for (int i = 0; i < forward.size(); i++) {
            for (int value : forward.get(i).writes()) {
                if (writers.put(value, i) != null) {
                    writtenAgain.add(value);
                }
            }
            librariesBefore[i + 1] = librariesBefore[i] + (isLibrary(forward.get(i)) ? 1 : 0);
        }
        kept.retainAll(writers.keySet());
        kept.removeIf(value -> step.values().get(value).kind() != Kind.MADE);
        for (int i = forward.size() - 1; i >= 0; i--) {
            Call call = forward.get(i);
            for (int j = 0; j < call.writes().size(); j++) {
                int value = call.writes().get(j);
                if (!kept.contains(value) || readByLibraries.contains(value) || writtenAgain.contains(value)) {
                    continue;
                }
                if (isRandom(call, j)) {
                    replace(value, List.of());
                } else if (j == 0 && isCheap(call) && near(call, i, writers, librariesBefore)) {
                    recompute(value, call);
                }
            }
        }
    }

    private static boolean isLibrary(Call call) {
        return Decomposition.of(call.kernel()).get(0).loop().isLibrary();
    }

    private static boolean isRandom(Call call, int result) {
        return switch (call.kernel().operator()) {
            case "native_dropout" -> result == 1;
            case "bernoulli_", "rand" -> true;
            default -> false;
        };
    }

    private static boolean isCheap(Call call) {
        return !isLibrary(call) && call.kernel().kind() != KernelKind.REDUCTION;
    }

    /** Whether no library kernel runs between an operand and the operation. */
    private static boolean near(Call call, int position, Map<Integer, Integer> writers, int[] librariesBefore) {
        for (int read : call.reads()) {
            Integer writer = writers.get(read);
            if (writer != null && (writer >= position || librariesBefore[position] != librariesBefore[writer + 1])) {
                return false;
            }
        }
        return true;
    }

    private void recompute(int value, Call call) {
        long further = 0;
        List<Operand> operands = new ArrayList<>();
        for (int i = 0; i < call.reads().size(); i++) {
            int read = call.reads().get(i);
            operands.add(new Operand(read, call.kernel().inputs().get(i)));
            if (step.values().get(read).kind() == Kind.MADE && !kept.contains(read)) {
                further = Math.addExact(further, step.values().get(read).bytes());
            }
        }
        if (further < step.values().get(value).bytes()) {
            replace(value, operands);
        }
    }

    private void replace(int value, List<Operand> operands) {
        kept.remove(value);
        recomputed.put(value, operands);
        for (Operand operand : operands) {
            if (step.values().get(operand.value()).kind() == Kind.MADE) {
                kept.add(operand.value());
            }
        }
    }

    /** What a kernel of the backward computation reads to have a value. */
    List<Operand> operands(Operand wanted) {
        List<Operand> from = recomputed.get(wanted.value());
        if (from == null) {
            return List.of(wanted);
        }
        List<Operand> all = new ArrayList<>();
        from.forEach(each -> all.addAll(operands(each)));
        return all;
    }

    /** The values kept for the backward computation. */
    Set<Integer> kept() {
        return kept;
    }

    /** Their bytes. */
    long keptBytes() {
        long total = 0;
        for (int value : kept) {
            total = Math.addExact(total, step.values().get(value).bytes());
        }
        return total;
    }
}
