package org.corehours.core.lowering.xla;

import java.util.ArrayList;
import java.util.List;
import org.corehours.core.graph.Node;
import org.corehours.core.graph.Operator;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.Segment;
import org.corehours.core.lowering.TensorLayout;

/** Collects the kernels of a step. */
final class Kernels {
    private final DataType activations;
    private final List<Segment> segments = new ArrayList<>();
    private List<Kernel> kernels = new ArrayList<>();

    Kernels(DataType activations) {
        this.activations = activations;
    }

    /** Ends a segment of the kernels since the last one. */
    void segment(String phase, int times, long gradientBytes) {
        if (!kernels.isEmpty() || gradientBytes > 0) {
            segments.add(new Segment(phase, times, kernels, gradientBytes));
            kernels = new ArrayList<>();
        }
    }

    List<Segment> segments() {
        return segments;
    }

    void product(
            Node node,
            KernelKind kind,
            List<TensorLayout> read,
            List<TensorLayout> written,
            MatrixShape product,
            long operations) {
        String name = kind == KernelKind.CONVOLUTION ? "convolution" : "dot";
        add(name, kind, node.module(), DataType.BF16, read, written, List.of(product), operations);
    }

    void fusion(
            String name,
            Node node,
            KernelKind kind,
            List<TensorLayout> read,
            List<TensorLayout> written,
            long operations) {
        add(name, kind, node.module(), activations, read, written, List.of(), operations);
    }

    void update(String name, List<TensorLayout> read, List<TensorLayout> written) {
        add(
                name,
                KernelKind.OPTIMIZER,
                "",
                DataType.FP32,
                read,
                written,
                List.of(),
                read.get(0).elements());
    }

    private void add(
            String name,
            KernelKind kind,
            String module,
            DataType type,
            List<TensorLayout> read,
            List<TensorLayout> written,
            List<MatrixShape> products,
            long operations) {
        long readBytes = bytes(read);
        long writtenBytes = bytes(written);
        kernels.add(
                new Kernel(name, kind, module, read, written, products, type, readBytes, writtenBytes, operations, 1));
    }

    private static long bytes(List<TensorLayout> layouts) {
        long total = 0;
        for (TensorLayout layout : layouts) {
            total = Math.addExact(total, layout.bytes());
        }
        return total;
    }

    /** The kind of a unit's kernel. */
    static KernelKind kind(Unit unit) {
        Node anchor = unit.anchor();
        if (anchor == null) {
            return fusionKind(unit);
        }
        if (anchor.operator() instanceof Operator.Convolution) {
            return KernelKind.CONVOLUTION;
        }
        if (anchor.operator() instanceof Operator.Pool || anchor.operator() instanceof Operator.Resize) {
            return KernelKind.POOLING;
        }
        return unit.isProduct() ? KernelKind.MATRIX_PRODUCT : KernelKind.INDEX;
    }

    /** The kind of a unit's elementwise part. */
    static KernelKind fusionKind(Unit unit) {
        if (unit.contains(Operator.Normalization.class)) {
            return KernelKind.NORMALIZATION;
        }
        return unit.contains(Operator.Softmax.class) ? KernelKind.SOFTMAX : KernelKind.ELEMENTWISE;
    }
}
