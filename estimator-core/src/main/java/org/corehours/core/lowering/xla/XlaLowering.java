package org.corehours.core.lowering.xla;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corehours.core.graph.Element;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.Node;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Parameter;
import org.corehours.core.graph.Repeat;
import org.corehours.core.graph.Section;
import org.corehours.core.graph.Tensor;
import org.corehours.core.graph.Tensor.Role;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Lowering;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.Segment;
import org.corehours.core.lowering.StepMemory;
import org.corehours.core.lowering.TensorLayout;
import org.corehours.core.step.StepProgram;

/**
 * XLA, as JAX programs on TPUs use it: elementwise work, normalizations and reductions between matrix
 * products become one pass over memory, transposes are absorbed by layouts, the update is one fusion.
 *
 * <p>Products always run in bfloat16, the device's native format. Weights are kept in fp32 and converted
 * once per forward pass that uses them.
 *
 * @param activations the format activations are stored in: bfloat16, or fp32 where the model is written
 *     in fp32 and only its products are rounded
 */
public record XlaLowering(DataType activations) implements Lowering {
    /** Activations in bfloat16. */
    public static final XlaLowering BF16 = new XlaLowering(DataType.BF16);

    @Override
    public KernelProgram lower(StepProgram step) {
        return new Run(step).program();
    }

    @Override
    public String toString() {
        return "xla " + (activations == DataType.BF16 ? "bf16" : "fp32 activations, bf16 products");
    }

    /** The lowering of one step. */
    private final class Run {
        private final StepProgram step;
        private final Graph graph;
        private final List<Segment> segments = new ArrayList<>();
        private final Map<Tensor, Long> saved = new HashMap<>();
        private final Set<Tensor> inputs = new HashSet<>();
        private long largestTemporary;

        Run(StepProgram step) {
            this.step = step;
            this.graph = step.graph();
        }

        KernelProgram program() {
            Set<Tensor> consumed = consumed();
            for (Section section : graph.sections()) {
                for (Object run : runs(section.elements())) {
                    forward(run, section.name(), 1, consumed);
                }
            }
            if (step.trains()) {
                for (int i = graph.sections().size() - 1; i >= 0; i--) {
                    Section section = graph.sections().get(i);
                    if (section.gradient()) {
                        backward(section.elements(), 1);
                    }
                }
                update();
            }
            return new KernelProgram(segments, memory());
        }

        /** Tensors used beyond the run of nodes that makes them. */
        private Set<Tensor> consumed() {
            Set<Tensor> used = new HashSet<>(graph.results());
            graph.sections().forEach(section -> collect(section.elements(), used));
            return used;
        }

        private void collect(List<Element> elements, Set<Tensor> used) {
            for (Element element : elements) {
                if (element instanceof Node node) {
                    used.addAll(node.inputs());
                } else if (element instanceof Repeat repeat) {
                    used.addAll(repeat.inputs());
                    used.addAll(repeat.bodyOutputs());
                    collect(repeat.body(), used);
                }
            }
        }

        // ---- fusions, found once for both directions

        private final Map<List<Element>, List<Object>> runsByElements = new IdentityHashMap<>();
        private final Map<List<Node>, List<Unit>> unitsByRun = new IdentityHashMap<>();

        private List<Object> runs(List<Element> elements) {
            return runsByElements.computeIfAbsent(elements, FusionPlan::runs);
        }

        private List<Unit> plan(List<Node> run) {
            return unitsByRun.computeIfAbsent(run, FusionPlan::of);
        }

        // ---- forward

        @SuppressWarnings("unchecked")
        private void forward(Object run, String phase, int times, Set<Tensor> consumed) {
            if (run instanceof Repeat repeat) {
                int inner = Math.multiplyExact(times, repeat.times());
                for (Object part : runs(repeat.body())) {
                    forward(part, phase, inner, consumed);
                }
                return;
            }
            List<Kernel> kernels = new ArrayList<>();
            for (Unit unit : plan((List<Node>) run)) {
                if (!unit.isView()) {
                    emitForward(unit, times, consumed, kernels);
                }
            }
            segment(phase, times, kernels, 0);
        }

        private void emitForward(Unit unit, int times, Set<Tensor> consumed, List<Kernel> kernels) {
            List<TensorLayout> read = layouts(unit.operands());
            Set<Tensor> written = new LinkedHashSet<>();
            Map<Tensor, Long> inside = usesInside(unit);
            for (Tensor result : unit.results()) {
                boolean leaves = usedOutside(result, inside.getOrDefault(result, 0L), consumed);
                if (leaves || (differentiates(unit) && isAnchorResult(unit, result))) {
                    written.add(result);
                }
            }
            keep(unit, times);
            Node anchor = unit.anchor();
            if (anchor != null && anchor.operator() instanceof Operator.Attention attention) {
                attentionForward(attention, anchor, times, kernels);
                if (!unit.fused().isEmpty()) {
                    kernels.add(kernel("fusion", KernelKind.ELEMENTWISE, anchor, read, layouts(written), List.of(), 0));
                }
                return;
            }
            kernels.add(kernel(
                    name(unit),
                    kind(unit),
                    anchor == null ? unit.fused().get(0) : anchor,
                    read,
                    layouts(written),
                    anchor == null ? List.of() : products(anchor, MatrixShape.Role.FORWARD),
                    unit.operations()));
        }

        private boolean isAnchorResult(Unit unit, Tensor result) {
            Node anchor = unit.anchor();
            return anchor != null && anchor.outputs().contains(result);
        }

        private static Map<Tensor, Long> usesInside(Unit unit) {
            Map<Tensor, Long> uses = new HashMap<>();
            for (Node node : unit.fused()) {
                for (Tensor input : node.inputs()) {
                    uses.merge(input, 1L, Long::sum);
                }
            }
            return uses;
        }

        private boolean usedOutside(Tensor result, long usesInside, Set<Tensor> consumed) {
            if (usesInside == 0) {
                return true;
            }
            return consumed.contains(result) && uses(result) > usesInside;
        }

        private final Map<Tensor, Long> useCounts = new HashMap<>();

        private long uses(Tensor tensor) {
            if (useCounts.isEmpty()) {
                graph.sections().forEach(section -> count(section.elements()));
            }
            return useCounts.getOrDefault(tensor, 0L);
        }

        private void count(List<Element> elements) {
            for (Element element : elements) {
                if (element instanceof Node node) {
                    node.inputs().forEach(input -> useCounts.merge(input, 1L, Long::sum));
                } else if (element instanceof Repeat repeat) {
                    repeat.inputs().forEach(input -> useCounts.merge(input, 1L, Long::sum));
                    repeat.bodyOutputs().forEach(output -> useCounts.merge(output, 1L, Long::sum));
                    count(repeat.body());
                }
            }
        }

        private void attentionForward(Operator.Attention attention, Node node, int times, List<Kernel> kernels) {
            TensorLayout scores = scores(attention, node);
            kernels.add(kernel(
                    "dot",
                    KernelKind.MATRIX_PRODUCT,
                    node,
                    layouts(List.of(node.input(0), node.input(1))),
                    List.of(scores),
                    List.of(scoreProduct(node, MatrixShape.Role.FORWARD)),
                    0));
            List<TensorLayout> read = new ArrayList<>(List.of(scores));
            if (node.inputs().size() > 3) {
                read.add(layout(node.input(3)));
            }
            kernels.add(kernel(
                    "softmax fusion",
                    KernelKind.SOFTMAX,
                    node,
                    read,
                    List.of(scores),
                    List.of(),
                    attention.elementwiseFlops(node)));
            kernels.add(kernel(
                    "dot",
                    KernelKind.MATRIX_PRODUCT,
                    node,
                    List.of(scores, layout(node.input(2))),
                    List.of(layout(node.output())),
                    List.of(valueProduct(node, MatrixShape.Role.FORWARD)),
                    0));
            if (step.trains() && graph.differentiates(node)) {
                saved.merge(node.output(), (long) times, Math::max);
                scoreBytes = Math.addExact(scoreBytes, Math.multiplyExact(scores.bytes(), (long) times));
            }
        }

        private long scoreBytes;

        private TensorLayout scores(Operator.Attention attention, Node node) {
            return TensorLayout.contiguous(activations, attention.scoreElements(node));
        }

        /** Notes what the backward computation of a unit reads again. */
        private void keep(Unit unit, int times) {
            if (!step.trains() || !differentiates(unit)) {
                return;
            }
            for (Tensor operand : unit.operands()) {
                if (operand.role() == Role.RESULT && !isLinear(unit)) {
                    saved.merge(operand, (long) times, Math::max);
                }
            }
            Node anchor = unit.anchor();
            if (anchor != null && !unit.fused().isEmpty()) {
                saved.merge(anchor.output(), (long) times, Math::max);
            }
        }

        /** Whether the unit's gradient does not need its operands: sums, copies, scalings. */
        private boolean isLinear(Unit unit) {
            return unit.anchor() == null
                    && !unit.contains(Operator.Unary.class)
                    && !unit.contains(Operator.Normalization.class)
                    && !unit.contains(Operator.Softmax.class)
                    && !unit.contains(Operator.UnitLength.class)
                    && !unit.contains(Operator.CrossEntropy.class)
                    && unit.fused().stream()
                            .noneMatch(node -> node.operator() instanceof Operator.Binary binary
                                    && (binary.arithmetic() == Operator.Arithmetic.MULTIPLY
                                            || binary.arithmetic() == Operator.Arithmetic.DIVIDE));
        }

        private boolean differentiates(Unit unit) {
            Node anchor = unit.anchor();
            return (anchor != null && graph.differentiates(anchor))
                    || unit.fused().stream().anyMatch(graph::differentiates);
        }

        // ---- backward

        @SuppressWarnings("unchecked")
        private void backward(List<Element> elements, int times) {
            List<Object> runs = runs(elements);
            for (int i = runs.size() - 1; i >= 0; i--) {
                if (runs.get(i) instanceof Repeat repeat) {
                    backward(repeat.body(), Math.multiplyExact(times, repeat.times()));
                } else {
                    List<Kernel> kernels = new ArrayList<>();
                    List<Unit> units = plan((List<Node>) runs.get(i));
                    Set<Tensor> completed = new HashSet<>();
                    for (int j = units.size() - 1; j >= 0; j--) {
                        Unit unit = units.get(j);
                        if (differentiates(unit)) {
                            if (!unit.isView()) {
                                emitBackward(unit, kernels);
                            }
                            unit.operands().stream()
                                    .filter(t -> t.role() == Role.PARAMETER && t.requiresGradient())
                                    .forEach(completed::add);
                        }
                    }
                    long gradients = completed.stream()
                            .filter(booked::add)
                            .mapToLong(t -> t.elements() * DataType.FP32.bytes())
                            .sum();
                    segment(KernelProgram.BACKWARD, times, kernels, gradients);
                }
            }
        }

        private final Set<Tensor> booked = new HashSet<>();

        private void emitBackward(Unit unit, List<Kernel> kernels) {
            Node anchor = unit.anchor();
            if (anchor == null || !unit.fused().isEmpty()) {
                fusionBackward(unit, kernels);
            }
            if (anchor == null) {
                return;
            }
            if (anchor.operator() instanceof Operator.Attention attention) {
                attentionBackward(attention, anchor, kernels);
                return;
            }
            List<TensorLayout> gradient = layouts(anchor.outputs());
            if (anchor.operator().flops(anchor) == 0) {
                kernels.add(kernel(
                        "fusion", kind(unit), anchor, gradient, gradients(List.of(anchor.input(0))), List.of(), 0));
                return;
            }
            for (int i = 0; i < 2; i++) {
                Tensor operand = anchor.input(i);
                if (operand.requiresGradient()) {
                    List<TensorLayout> read = new ArrayList<>(gradient);
                    read.add(layout(anchor.input(1 - i)));
                    kernels.add(kernel(
                            name(new Unit(anchor)),
                            kind(new Unit(anchor)),
                            anchor,
                            read,
                            gradients(List.of(operand)),
                            products(
                                    anchor,
                                    i == 0 ? MatrixShape.Role.INPUT_GRADIENT : MatrixShape.Role.WEIGHT_GRADIENT),
                            0));
                }
            }
        }

        private void fusionBackward(Unit unit, List<Kernel> kernels) {
            Set<Tensor> inside = new HashSet<>();
            unit.fused().forEach(node -> inside.addAll(node.inputs()));
            List<TensorLayout> read = new ArrayList<>();
            Set<Tensor> results = unit.results();
            for (Tensor result : results) {
                if (!inside.contains(result)) {
                    read.add(layout(result));
                }
            }
            Set<Tensor> operands = new LinkedHashSet<>();
            Node anchor = unit.anchor();
            if (anchor != null) {
                operands.addAll(anchor.outputs());
            }
            for (Node node : unit.fused()) {
                for (Tensor input : node.inputs()) {
                    if (!results.contains(input)) {
                        operands.add(input);
                    }
                }
            }
            if (!isLinear(unit)) {
                operands.stream().filter(t -> t.role() != Role.PARAMETER).forEach(t -> read.add(layout(t)));
            }
            List<TensorLayout> written =
                    gradients(operands.stream().filter(Tensor::requiresGradient).toList());
            if (!written.isEmpty()) {
                Node first = unit.fused().get(0);
                kernels.add(kernel("fusion", kind(unit), first, read, written, List.of(), 2 * unit.operations()));
            }
        }

        private void attentionBackward(Operator.Attention attention, Node node, List<Kernel> kernels) {
            TensorLayout scores = scores(attention, node);
            TensorLayout out = layout(node.output());
            TensorLayout q = layout(node.input(0));
            TensorLayout k = layout(node.input(1));
            TensorLayout v = layout(node.input(2));
            MatrixShape score = scoreProduct(node, MatrixShape.Role.FORWARD);
            MatrixShape value = valueProduct(node, MatrixShape.Role.FORWARD);
            kernels.add(dot(node, scores, out, v, flipped(value)));
            kernels.add(dot(node, out, v, scores, inner(value)));
            List<TensorLayout> written = new ArrayList<>(List.of(scores));
            if (node.inputs().size() > 3 && node.input(3).requiresGradient()) {
                written.add(layout(node.input(3)));
            }
            kernels.add(kernel(
                    "softmax fusion",
                    KernelKind.SOFTMAX,
                    node,
                    List.of(scores, scores),
                    written,
                    List.of(),
                    attention.elementwiseFlops(node)));
            kernels.add(dot(node, scores, k, q, inner(score)));
            kernels.add(dot(node, scores, q, k, flipped(score)));
        }

        private Kernel dot(Node node, TensorLayout a, TensorLayout b, TensorLayout out, MatrixShape product) {
            return kernel("dot", KernelKind.MATRIX_PRODUCT, node, List.of(a, b), List.of(out), List.of(product), 0);
        }

        private MatrixShape inner(MatrixShape forward) {
            return new MatrixShape(
                    MatrixShape.Role.INPUT_GRADIENT,
                    forward.batch(),
                    forward.m(),
                    forward.k(),
                    forward.n(),
                    false,
                    true);
        }

        private MatrixShape flipped(MatrixShape forward) {
            return new MatrixShape(
                    MatrixShape.Role.WEIGHT_GRADIENT,
                    forward.batch(),
                    forward.k(),
                    forward.n(),
                    forward.m(),
                    true,
                    false);
        }

        // ---- update and memory

        private void update() {
            long trained = graph.trainableParameterCount();
            TensorLayout weights = TensorLayout.contiguous(DataType.FP32, Math.max(1, trained));
            List<Kernel> kernels = new ArrayList<>();
            if (step.update().clipping() || step.update().perParameterClipping()) {
                kernels.add(optimizer("global norm fusion", List.of(weights), List.of()));
            }
            List<TensorLayout> read = new ArrayList<>(List.of(weights, weights));
            List<TensorLayout> written = new ArrayList<>(List.of(weights));
            for (int i = 0; i < step.update().optimizer().stateTensors(); i++) {
                read.add(weights);
                written.add(weights);
            }
            if (step.update().averages()) {
                read.add(weights);
                written.add(weights);
            }
            kernels.add(optimizer("update fusion", read, written));
            segment(KernelProgram.OPTIMIZER, 1, kernels, 0);
        }

        private Kernel optimizer(String name, List<TensorLayout> read, List<TensorLayout> written) {
            long elements = read.get(0).elements();
            return new Kernel(
                    name,
                    KernelKind.OPTIMIZER,
                    "",
                    read,
                    written,
                    List.of(),
                    DataType.FP32,
                    bytes(read),
                    bytes(written),
                    elements,
                    1);
        }

        private StepMemory memory() {
            long word = DataType.FP32.bytes();
            long trained = step.trains() ? graph.trainableParameterCount() * word : 0;
            long kept = scoreBytes;
            for (Map.Entry<Tensor, Long> entry : saved.entrySet()) {
                kept = Math.addExact(
                        kept, Math.multiplyExact(layout(entry.getKey()).bytes(), (long) entry.getValue()));
            }
            long copies =
                    graph.parameters().stream().mapToLong(Parameter::elements).reduce(0, Math::addExact)
                            * activations.bytes();
            return new StepMemory(
                    graph.parameterCount() * word,
                    trained,
                    trained * step.update().optimizer().stateTensors(),
                    inputs.stream().mapToLong(t -> layout(t).bytes()).sum(),
                    kept,
                    activations == DataType.FP32 ? 0 : copies,
                    largestTemporary,
                    step.trains() ? KernelProgram.BACKWARD : "forward");
        }

        // ---- kernels

        private void segment(String phase, int times, List<Kernel> kernels, long gradientBytes) {
            if (!kernels.isEmpty() || gradientBytes > 0) {
                segments.add(new Segment(phase, times, kernels, gradientBytes));
            }
        }

        private String name(Unit unit) {
            Node anchor = unit.anchor();
            if (anchor == null) {
                return "fusion";
            }
            if (anchor.operator() instanceof Operator.Convolution) {
                return "convolution";
            }
            if (anchor.operator().flops(anchor) > 0) {
                return "dot";
            }
            return "fusion";
        }

        private KernelKind kind(Unit unit) {
            Node anchor = unit.anchor();
            if (anchor != null) {
                if (anchor.operator() instanceof Operator.Convolution) {
                    return KernelKind.CONVOLUTION;
                }
                if (anchor.operator() instanceof Operator.Pool || anchor.operator() instanceof Operator.Resize) {
                    return KernelKind.POOLING;
                }
                return anchor.operator().flops(anchor) > 0 ? KernelKind.MATRIX_PRODUCT : KernelKind.INDEX;
            }
            if (unit.contains(Operator.Normalization.class)) {
                return KernelKind.NORMALIZATION;
            }
            return unit.contains(Operator.Softmax.class) ? KernelKind.SOFTMAX : KernelKind.ELEMENTWISE;
        }

        private Kernel kernel(
                String operator,
                KernelKind kind,
                Node node,
                List<TensorLayout> read,
                List<TensorLayout> written,
                List<MatrixShape> products,
                long operations) {
            largestTemporary = Math.max(largestTemporary, bytes(written));
            DataType type = products.isEmpty() ? activations : DataType.BF16;
            return new Kernel(
                    operator,
                    kind,
                    node.module(),
                    read,
                    written,
                    products,
                    type,
                    bytes(read),
                    bytes(written),
                    operations,
                    1);
        }

        private long bytes(List<TensorLayout> layouts) {
            return layouts.stream().mapToLong(TensorLayout::bytes).reduce(0, Math::addExact);
        }

        private TensorLayout layout(Tensor tensor) {
            if (tensor.role() == Role.INPUT) {
                inputs.add(tensor);
            }
            DataType type = switch (tensor.type()) {
                case REAL -> activations;
                case INTEGER -> DataType.INT64;
                case BOOLEAN -> DataType.BOOL;
            };
            return TensorLayout.contiguous(type, tensor.shape());
        }

        private List<TensorLayout> layouts(Iterable<Tensor> tensors) {
            List<TensorLayout> layouts = new ArrayList<>();
            tensors.forEach(tensor -> layouts.add(layout(tensor)));
            return layouts;
        }

        /** Gradients: of activations in their format, of weights in fp32. */
        private List<TensorLayout> gradients(Iterable<Tensor> tensors) {
            List<TensorLayout> layouts = new ArrayList<>();
            for (Tensor tensor : tensors) {
                layouts.add(
                        tensor.role() == Role.PARAMETER
                                ? TensorLayout.contiguous(DataType.FP32, tensor.shape())
                                : layout(tensor));
            }
            return layouts;
        }

        private List<MatrixShape> products(Node node, MatrixShape.Role role) {
            Operator operator = node.operator();
            if (operator.flops(node) == 0) {
                return List.of();
            }
            long batch = 1;
            long m;
            long n;
            long k;
            if (operator instanceof Operator.Linear) {
                n = node.input(1).shape().dimension(0);
                k = node.input(1).shape().dimension(1);
                m = node.input(0).elements() / k;
            } else if (operator instanceof Operator.Convolution convolution) {
                batch = convolution.groups();
                Tensor map = convolution.transposed() ? node.input(0) : node.output();
                m = map.shape().dimension(0) * map.shape().elements(2, 4);
                long outer = node.input(1).shape().dimension(0) / batch;
                long inner = node.input(1).shape().elements(1, 4);
                n = convolution.transposed() ? inner : outer;
                k = convolution.transposed() ? outer : inner;
            } else {
                Tensor out = node.output();
                m = out.shape().dimension(-2);
                n = out.shape().dimension(-1);
                k = node.input(0).shape().dimension(-1);
                batch = out.elements() / (m * n);
            }
            MatrixShape forward = new MatrixShape(role, batch, m, n, k, false, false);
            return List.of(
                    switch (role) {
                        case FORWARD -> forward;
                        case INPUT_GRADIENT -> inner(forward);
                        case WEIGHT_GRADIENT -> flipped(forward);
                    });
        }

        private MatrixShape scoreProduct(Node node, MatrixShape.Role role) {
            Tensor q = node.input(0);
            return new MatrixShape(
                    role,
                    q.shape().elements(0, 2),
                    q.shape().dimension(2),
                    node.input(1).shape().dimension(2),
                    q.shape().dimension(3),
                    false,
                    true);
        }

        private MatrixShape valueProduct(Node node, MatrixShape.Role role) {
            Tensor q = node.input(0);
            Tensor v = node.input(2);
            return new MatrixShape(
                    role,
                    q.shape().elements(0, 2),
                    q.shape().dimension(2),
                    v.shape().dimension(3),
                    v.shape().dimension(2),
                    false,
                    false);
        }
    }
}
