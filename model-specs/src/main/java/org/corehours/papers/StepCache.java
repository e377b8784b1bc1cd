package org.corehours.papers;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Lowering;
import org.corehours.core.run.SoftwareStack;
import org.corehours.core.step.StepProgram;
import org.corehours.models.TrainingMethod;

/**
 * Steps and their kernels, made once for all runs and readings that have them in common: runs that differ in their
 * length or their devices often do. Safe for use by several threads.
 */
final class StepCache {

    private record StepKey(TrainingMethod method, long microBatch) {}

    private record KernelKey(Lowering lowering, StepProgram step) {}

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
