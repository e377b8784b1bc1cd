package org.corehours.papers;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Lowering;
import org.corehours.core.run.SoftwareStack;
import org.corehours.core.step.StepProgram;
import org.corehours.models.TrainingMethod;
import org.jspecify.annotations.Nullable;

/**
 * Steps and their kernels, made once for all runs and readings that have them in common: runs that differ in their
 * length or their devices often do. Safe for use by several threads.
 */
final class StepCache {

    private record StepKey(TrainingMethod method, long microBatch) {}

    /** Steps come from here, each once, so that identity tells them apart without hashing what they are made of. */
    private record KernelKey(Lowering lowering, StepProgram step) {
        @Override
        @SuppressWarnings("ReferenceEquality")
        public boolean equals(@Nullable Object other) {
            return other instanceof KernelKey that && step == that.step && lowering.equals(that.lowering);
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(step);
        }
    }

    private final Map<StepKey, StepProgram> steps = new ConcurrentHashMap<>();
    private final Map<KernelKey, KernelProgram> kernels = new ConcurrentHashMap<>();

    StepProgram step(TrainingMethod method, long microBatch) {
        return steps.computeIfAbsent(new StepKey(method, microBatch), key -> method.plan(microBatch));
    }

    /** The same stack, which lowers a step that comes from here once. */
    SoftwareStack remembering(SoftwareStack stack) {
        Lowering lowering = stack.lowering();
        return new SoftwareStack(
                stack.id(),
                step -> kernels.computeIfAbsent(new KernelKey(lowering, step), key -> lowering.lower(step)),
                stack.runtime());
    }
}
