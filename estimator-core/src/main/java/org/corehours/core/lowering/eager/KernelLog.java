package org.corehours.core.lowering.eager;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.Segment;
import org.corehours.core.lowering.TensorLayout;
import org.corehours.core.lowering.eager.EagerTensor.Role;
import org.corehours.core.lowering.eager.EagerTensor.Storage;

/** Collects the kernels in launch order, and the storages kept for the backward computation. */
final class KernelLog {
    private final List<Segment> segments = new ArrayList<>();
    private final Set<Storage> saved = new HashSet<>();
    private final Set<Storage> castWeights = new HashSet<>();
    private long castBytes;
    private List<Kernel> kernels = new ArrayList<>();
    private String phase = "forward";
    private String module = "";
    private int times = 1;
    private long largestTemporary;

    void phase(String name) {
        close();
        phase = name;
    }

    void module(String path) {
        module = path;
    }

    String module() {
        return module;
    }

    /** How often the kernels now emitted run. */
    int times() {
        return times;
    }

    /** From now on each kernel stands for {@code count} runs. */
    void times(int count) {
        close();
        times = count;
    }

    private void close() {
        if (!kernels.isEmpty()) {
            segments.add(new Segment(phase, times, kernels, 0));
            kernels = new ArrayList<>();
        }
    }

    /** The index of the segment that the next kernel belongs to. */
    int position() {
        return segments.size();
    }

    /** Lets the kernels from a position on stand for {@code divisor} times fewer runs. */
    void thin(int position, int divisor) {
        close();
        for (int i = position; i < segments.size(); i++) {
            Segment old = segments.get(i);
            segments.set(i, new Segment(old.phase(), old.times() / divisor, old.kernels(), old.gradientBytes()));
        }
    }

    /** Books the gradient of one copy of a parameter to each run of the segment that completes it. */
    void bookGradient(int position, Storage parameter) {
        close();
        Segment old = segments.get(Math.min(position, segments.size() - 1));
        long bytes = Math.multiplyExact(parameter.bytes, parameter.copies.count) / old.times();
        segments.set(
                Math.min(position, segments.size() - 1),
                new Segment(old.phase(), old.times(), old.kernels(), old.gradientBytes() + bytes));
    }

    List<Segment> segments() {
        close();
        return segments;
    }

    Kernel emit(
            String operator,
            KernelKind kind,
            List<EagerTensor> inputs,
            List<EagerTensor> outputs,
            List<MatrixShape> products,
            long operations,
            int launches) {
        List<TensorLayout> in = inputs.stream().map(EagerTensor::layout).toList();
        List<TensorLayout> out = outputs.stream().map(EagerTensor::layout).toList();
        long read = in.stream().mapToLong(TensorLayout::bytes).reduce(0, Math::addExact);
        long written = out.stream().mapToLong(TensorLayout::bytes).reduce(0, Math::addExact);
        DataType type = in.isEmpty() ? out.get(0).type() : in.get(0).type();
        largestTemporary = Math.max(largestTemporary, written);
        Kernel kernel =
                new Kernel(operator, kind, module, in, out, products, type, read, written, operations, launches);
        kernels.add(kernel);
        return kernel;
    }

    void emit(Kernel kernel) {
        kernels.add(kernel);
    }

    /** Marks a tensor as kept for the backward computation. */
    void save(EagerTensor tensor) {
        if (tensor.storage.role == Role.ACTIVATION) {
            saved.add(tensor.storage);
        }
    }

    /** Notes that the weight's copy in another type stays over the step. */
    void keepCast(EagerTensor weight, DataType type) {
        if (castWeights.add(weight.storage)) {
            castBytes = Math.addExact(
                    castBytes,
                    Math.multiplyExact(
                            weight.storage.bytes / weight.type.bytes() * type.bytes(), weight.storage.copies.count));
        }
    }

    long savedBytes() {
        return saved.stream()
                .mapToLong(storage -> Math.multiplyExact(storage.bytes, storage.copies.count))
                .reduce(0, Math::addExact);
    }

    long castBytes() {
        return castBytes;
    }

    long largestTemporary() {
        return largestTemporary;
    }
}
