package org.corehours.core.lowering.eager;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.corehours.core.graph.Element;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.Node;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.graph.OperatorVisitor;
import org.corehours.core.graph.Parameter;
import org.corehours.core.graph.Repeat;
import org.corehours.core.graph.Section;
import org.corehours.core.graph.Shape;
import org.corehours.core.graph.Tensor;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.TensorLayout;
import org.corehours.core.lowering.eager.EagerTensor.Copies;
import org.corehours.core.lowering.eager.EagerTensor.Role;
import org.corehours.core.lowering.eager.EagerTensor.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Replays the forward passes of a graph as PyTorch runs them: autocast's casts, the layout each view and
 * copy leaves, and the record for the backward computation.
 */
final class EagerTracer implements OperatorVisitor<List<EagerTensor>> {
    private final KernelLog log;
    private final Aten aten;
    private final Tape tape;
    private final @Nullable DataType stepAutocast;
    private final boolean fusedAttention;
    private @Nullable DataType autocast;
    private final Map<Tensor, EagerTensor> values = new IdentityHashMap<>();
    private final Map<String, EagerTensor> leaves = new HashMap<>();
    private final Map<EagerTensor, EagerTensor> castWeights = new IdentityHashMap<>();
    private final Map<String, Long> parameterCopies = new HashMap<>();

    EagerTracer(Graph graph, KernelLog log, Tape tape, @Nullable DataType autocast, boolean fusedAttention) {
        this.log = log;
        this.tape = tape;
        this.aten = new Aten(log, tape);
        this.stepAutocast = autocast;
        this.autocast = autocast;
        this.fusedAttention = fusedAttention;
        for (Parameter parameter : graph.parameters()) {
            parameterCopies.put(parameter.name(), parameter.copies());
        }
    }

    Aten aten() {
        return aten;
    }

    List<EagerTensor> trainedLeaves() {
        return leaves.values().stream().filter(leaf -> leaf.requiresGradient).toList();
    }

    /** Bytes of the data fed to the step. */
    long inputBytes() {
        return values.values().stream()
                .map(value -> value.storage)
                .filter(storage -> storage.role == Role.INPUT)
                .distinct()
                .mapToLong(storage -> storage.bytes)
                .sum();
    }

    EagerTensor value(Tensor tensor) {
        EagerTensor known = values.get(tensor);
        if (known != null) {
            return known;
        }
        EagerTensor made;
        if (tensor.role() == Tensor.Role.PARAMETER) {
            String key = tensor.requiresGradient() ? tensor.name() : tensor.name() + " (no gradient)";
            made = leaves.computeIfAbsent(
                    key, k -> leaf(tensor, Role.PARAMETER, parameterCopies.getOrDefault(tensor.name(), 1L)));
        } else {
            made = leaf(tensor, Role.INPUT, 1);
        }
        values.put(tensor, made);
        return made;
    }

    private static EagerTensor leaf(Tensor tensor, Role role, long copies) {
        DataType type = dataType(tensor.type());
        long[] sizes = tensor.shape().toArray();
        Storage storage = new Storage(role, Math.multiplyExact(tensor.elements(), type.bytes()), new Copies(copies));
        return new EagerTensor(sizes, TensorLayout.rowMajor(sizes), type, storage, tensor.requiresGradient());
    }

    private static DataType dataType(Tensor.ElementType type) {
        return switch (type) {
            case REAL -> DataType.FP32;
            case INTEGER -> DataType.INT64;
            case BOOLEAN -> DataType.BOOL;
        };
    }

    // ---- passes and blocks

    void section(Section section, boolean training) {
        log.phase(section.name());
        autocast = section.fullPrecision() ? null : stepAutocast;
        aten.recording(section.gradient() && training);
        run(section.elements());
        aten.recording(false);
    }

    private void run(List<Element> elements) {
        for (Element element : elements) {
            if (element instanceof Node node) {
                log.module(node.module());
                List<EagerTensor> results = node.operator().accept(this, node);
                for (int i = 0; i < results.size(); i++) {
                    values.put(node.outputs().get(i), results.get(i));
                }
            } else if (element instanceof Repeat repeat) {
                repeat(repeat);
            }
        }
    }

    /**
     * Replays a repeated block once for all applications that see operands of the same layout, so that
     * only a first application that differs costs a replay of its own.
     */
    private void repeat(Repeat repeat) {
        List<EagerTensor> carried = repeat.inputs().stream().map(this::value).toList();
        int left = repeat.times();
        int outerTimes = log.times();
        Copies outerCopies = aten.copies();
        while (left > 0) {
            if (left < repeat.times()) {
                // The casts so far are those of the first application alone.
                castWeights.clear();
            }
            int times = left;
            Copies copies = new Copies(Math.multiplyExact(outerCopies.count, times));
            List<Tape.Entry> before = tape.suspend();
            log.times(Math.multiplyExact(outerTimes, times));
            int position = log.position();
            aten.copies(copies);
            List<EagerTensor> inputs =
                    carried.stream().map(x -> handedOver(x, copies)).toList();
            for (int i = 0; i < inputs.size(); i++) {
                values.put(repeat.bodyInputs().get(i), inputs.get(i));
            }
            run(repeat.body());
            List<EagerTensor> outputs =
                    repeat.bodyOutputs().stream().map(this::value).toList();
            if (times > 1 && !steady(inputs, outputs)) {
                log.thin(position, times);
                copies.count = outerCopies.count;
                times = 1;
            }
            List<Tape.Entry> body = tape.resume(before);
            log.times(outerTimes);
            aten.copies(outerCopies);
            List<EagerTensor> results =
                    outputs.stream().map(x -> handedOver(x, outerCopies)).toList();
            if (aten.recording()) {
                tape.record(new Tape.Block(times, carried, inputs, body, outputs, results));
            }
            carried = results;
            left -= times;
        }
        for (int i = 0; i < carried.size(); i++) {
            values.put(repeat.outputs().get(i), carried.get(i));
        }
    }

    /** The same tensor as the inside or the outside of a block sees it. */
    private static EagerTensor handedOver(EagerTensor x, Copies copies) {
        return new EagerTensor(
                x.sizes, x.strides, x.type, new Storage(Role.ACTIVATION, x.storage.bytes, copies), x.requiresGradient);
    }

    private static boolean steady(List<EagerTensor> inputs, List<EagerTensor> outputs) {
        for (int i = 0; i < inputs.size(); i++) {
            if (!inputs.get(i).sameLayout(outputs.get(i))) {
                return false;
            }
        }
        return true;
    }

    // ---- autocast

    /** The operand in the type autocast runs products in; casts of weights are kept over the step. */
    private EagerTensor lower(EagerTensor x) {
        if (autocast == null || !x.type.real() || x.type == autocast) {
            return x;
        }
        if (x.storage.role == Role.PARAMETER && x.requiresGradient) {
            EagerTensor copy = castWeights.get(x);
            if (copy == null) {
                copy = aten.castWeight(x, autocast);
                castWeights.put(x, copy);
                log.keepCast(x, autocast);
            }
            return copy;
        }
        return aten.to(x, autocast);
    }

    /** The operand in single precision where autocast asks for it. */
    private EagerTensor raise(EagerTensor x) {
        return autocast == null ? x : aten.to(x, DataType.FP32);
    }

    /** The type of results that autocast keeps in single precision. */
    private DataType raised(EagerTensor x) {
        return autocast == null ? x.type : DataType.FP32;
    }

    private EagerTensor in(Node node, int index) {
        return value(node.input(index));
    }

    private static long[] sizes(Node node) {
        return node.output().shape().toArray();
    }

    // ---- products

    @Override
    public List<EagerTensor> linear(Operator.Linear operator, Node node) {
        EagerTensor x = lower(in(node, 0));
        EagerTensor weight = lower(in(node, 1));
        EagerTensor transposed = aten.transpose(weight);
        if (!operator.bias()) {
            return List.of(aten.matmul(x, transposed));
        }
        EagerTensor bias = lower(in(node, 2));
        if (x.rank() > 2 && !x.isContiguous()) {
            return List.of(aten.add(aten.matmul(x, transposed), bias));
        }
        EagerTensor rows = x.rank() == 2 ? x : aten.reshape(x, x.elements() / x.size(-1), x.size(-1));
        return List.of(aten.reshape(aten.addmm(bias, rows, transposed), sizes(node)));
    }

    @Override
    public List<EagerTensor> convolution(Operator.Convolution operator, Node node) {
        EagerTensor x = lower(in(node, 0));
        EagerTensor weight = lower(in(node, 1));
        EagerTensor bias = operator.bias() ? lower(in(node, 2)) : null;
        return List.of(aten.convolution(x, weight, bias, sizes(node), operator.groups(), operator.transposed()));
    }

    @Override
    public List<EagerTensor> matrixProduct(Operator.MatrixProduct operator, Node node) {
        return List.of(aten.matmul(lower(in(node, 0)), lower(in(node, 1))));
    }

    @Override
    public List<EagerTensor> attention(Operator.Attention operator, Node node) {
        EagerTensor q = in(node, 0);
        EagerTensor k = in(node, 1);
        EagerTensor v = in(node, 2);
        EagerTensor bias = node.inputs().size() > 3 ? in(node, 3) : null;
        if (fusedAttention) {
            return List.of(aten.fusedAttention(lower(q), lower(k), lower(v), bias == null ? null : lower(bias)));
        }
        if (operator.scale() == ScalePlacement.QUERY) {
            q = aten.scalar("mul", q);
        }
        EagerTensor scores = aten.matmul(lower(q), lower(aten.transpose(k)));
        if (operator.scale() == ScalePlacement.SCORES) {
            scores = aten.scalar("mul", scores);
        }
        if (bias != null) {
            scores = aten.add(scores, bias);
        }
        if (node.inputs().size() > 4) {
            // The windows of an image have masks of their own: scores and masks meet with the windows apart.
            EagerTensor mask = in(node, 4);
            long[] sizes = scores.sizes;
            long windows = mask.size(0);
            EagerTensor apart = aten.reshape(scores, sizes[0] / windows, windows, sizes[1], sizes[2], sizes[3]);
            EagerTensor masked = aten.add(apart, aten.reshape(mask, 1, windows, 1, sizes[2], sizes[3]));
            scores = aten.reshape(masked, sizes);
        }
        EagerTensor weights = aten.softmax(scores, false, raised(scores));
        return List.of(aten.matmul(lower(weights), lower(v)));
    }

    // ---- normalization and reductions

    @Override
    public List<EagerTensor> softmax(Operator.Softmax operator, Node node) {
        EagerTensor x = in(node, 0);
        return List.of(aten.softmax(x, operator.logarithm(), raised(x)));
    }

    @Override
    public List<EagerTensor> normalization(Operator.Normalization operator, Node node) {
        if (operator.statistics() == Operator.Statistics.BATCH) {
            return List.of(batchNorm(operator, node));
        }
        EagerTensor x = raise(in(node, 0));
        String name = switch (operator.statistics()) {
            case GROUP -> "native_group_norm";
            case ROOT_MEAN_SQUARE -> "_fused_rms_norm";
            default -> "native_layer_norm";
        };
        long[] statistics = x.sizes.clone();
        statistics[statistics.length - 1] = 1;
        if (operator.statistics() == Operator.Statistics.GROUP) {
            statistics = new long[] {x.sizes[0], operator.groups()};
        }
        List<EagerTensor> operands = new ArrayList<>(List.of(x));
        operands.addAll(affine(node));
        List<EagerTensor> extra = new ArrayList<>(List.of(aten.fresh(statistics, DataType.FP32, false)));
        if (operator.statistics() != Operator.Statistics.ROOT_MEAN_SQUARE) {
            extra.add(aten.fresh(statistics, DataType.FP32, false));
        }
        List<EagerTensor> kept = new ArrayList<>(List.of(x));
        kept.addAll(extra);
        kept.addAll(affine(node));
        return List.of(aten.custom(
                name,
                name + "_backward",
                KernelKind.NORMALIZATION,
                operator.elementwiseFlops(node),
                aten.fresh(x.sizes, x.type, aten.flows(operands)),
                operands,
                extra,
                kept));
    }

    /** Batch norm counts its calls and moves running statistics where it has weights. */
    private EagerTensor batchNorm(Operator.Normalization operator, Node node) {
        EagerTensor x = in(node, 0);
        long[] channels = {x.sizes[1]};
        List<EagerTensor> operands = new ArrayList<>(List.of(x));
        operands.addAll(affine(node));
        List<EagerTensor> kept = new ArrayList<>(List.of(x));
        if (operator.affine()) {
            EagerTensor calls = aten.buffer(DataType.INT64);
            aten.elementwise("add_", calls, calls);
            EagerTensor mean = aten.buffer(DataType.FP32, channels);
            EagerTensor variance = aten.buffer(DataType.FP32, channels);
            operands.addAll(List.of(mean, variance));
            kept.addAll(List.of(in(node, 1), mean, variance));
        }
        List<EagerTensor> extra =
                List.of(aten.fresh(channels, DataType.FP32, false), aten.fresh(channels, DataType.FP32, false));
        kept.addAll(extra);
        return aten.custom(
                "native_batch_norm",
                "native_batch_norm_backward",
                KernelKind.NORMALIZATION,
                operator.elementwiseFlops(node),
                aten.fresh(x.sizes, x.type, aten.flows(operands)),
                operands,
                extra,
                kept);
    }

    private List<EagerTensor> affine(Node node) {
        return node.inputs().stream().skip(1).map(this::value).toList();
    }

    @Override
    public List<EagerTensor> reduce(Operator.Reduce operator, Node node) {
        EagerTensor x = in(node, 0);
        int[] axes = operator.axes().stream()
                .mapToInt(axis -> node.input(0).shape().axis(axis))
                .toArray();
        return List.of(
                switch (operator.reduction()) {
                    case SUM -> aten.sum(x, x.type.real() ? raised(x) : DataType.INT64, operator.keep(), axes);
                    case MEAN ->
                        isPooling(node.input(0).shape(), axes)
                                ? pooled(x, operator.keep())
                                : aten.mean(x, operator.keep(), axes);
                    case MAX -> aten.maximum(x, operator.keep(), axes);
                });
    }

    /** Whether the mean is that of whole maps, which image models take by adaptive pooling. */
    private static boolean isPooling(Shape shape, int... axes) {
        return shape.rank() == 4 && axes.length == 2 && axes[0] == 2 && axes[1] == 3;
    }

    private EagerTensor pooled(EagerTensor x, boolean keep) {
        EagerTensor pooled = aten.averagePooled(x);
        return keep ? pooled : aten.reshape(pooled, x.sizes[0], x.sizes[1]);
    }

    @Override
    public List<EagerTensor> unitLength(Operator.UnitLength operator, Node node) {
        EagerTensor x = in(node, 0);
        EagerTensor length = aten.clampMinimum(aten.norm(x));
        return List.of(aten.divide(x, aten.expand(length, x.sizes)));
    }

    @Override
    public List<EagerTensor> weightNormalization(Operator.WeightNormalization operator, Node node) {
        EagerTensor direction = in(node, 0);
        EagerTensor length = in(node, 1);
        boolean gradient = aten.recording() && (direction.requiresGradient || length.requiresGradient);
        EagerTensor out = aten.fresh(direction.sizes, direction.type, gradient);
        EagerTensor norms = aten.fresh(length.sizes, DataType.FP32, false);
        return List.of(aten.custom(
                "_weight_norm_interface",
                "_weight_norm_interface_backward",
                KernelKind.NORMALIZATION,
                operator.elementwiseFlops(node),
                out,
                List.of(direction, length),
                List.of(norms),
                List.of(direction, length, norms)));
    }

    @Override
    public List<EagerTensor> crossEntropy(Operator.CrossEntropy operator, Node node) {
        EagerTensor logits = in(node, 0);
        EagerTensor targets = in(node, 1);
        EagerTensor logs = aten.softmax(logits, true, raised(logits));
        EagerTensor out = aten.fresh(new long[0], logs.type, logs.requiresGradient);
        EagerTensor weight = aten.fresh(new long[0], logs.type, false);
        return List.of(aten.custom(
                "nll_loss_forward",
                "nll_loss_backward",
                KernelKind.REDUCTION,
                targets.elements(),
                out,
                List.of(logs, targets),
                List.of(weight),
                List.of(logs, targets, weight)));
    }

    // ---- elementwise

    @Override
    public List<EagerTensor> unary(Operator.Unary operator, Node node) {
        EagerTensor x = in(node, 0);
        return List.of(
                switch (operator.function()) {
                    case GELU -> aten.unary("gelu", "gelu_backward", false, x);
                    case RELU ->
                        operator.inPlace()
                                ? aten.unaryInPlace("relu_", "threshold_backward", x)
                                : aten.unary("relu", "threshold_backward", true, x);
                    case SILU -> aten.unary("silu", "silu_backward", false, x);
                    case SIGMOID -> aten.unary("sigmoid", "sigmoid_backward", true, x);
                    case TANH -> aten.unary("tanh", "tanh_backward", true, x);
                    case QUICK_GELU ->
                        aten.multiply(x, aten.unary("sigmoid", "sigmoid_backward", true, aten.scalar("mul", x)));
                    case EXP -> aten.unary("exp", "mul", true, raise(x));
                    case LOG -> aten.unary("log", "div", false, raise(x));
                    case SQUARE -> aten.unary("pow", "mul", false, raise(x));
                    case SQRT -> aten.unary("sqrt", "div", true, x);
                    case NEGATE -> aten.negate(x);
                });
    }

    @Override
    public List<EagerTensor> binary(Operator.Binary operator, Node node) {
        EagerTensor a = in(node, 0);
        EagerTensor b = in(node, 1);
        return List.of(
                switch (operator.arithmetic()) {
                    case ADD -> operator.inPlace() ? aten.addInPlace(a, b) : aten.add(a, b);
                    case SUBTRACT -> aten.subtract(a, b);
                    case MULTIPLY -> aten.multiply(a, b);
                    case DIVIDE -> aten.divide(a, b);
                    case MAXIMUM -> aten.maximum(a, b);
                });
    }

    @Override
    public List<EagerTensor> scalar(Operator.Scalar operator, Node node) {
        EagerTensor x = in(node, 0);
        return List.of(
                switch (operator.arithmetic()) {
                    case ADD -> aten.scalar("add", x);
                    case SUBTRACT -> aten.scalar("sub", x);
                    case MULTIPLY -> aten.scalar("mul", x);
                    case DIVIDE -> aten.scalar("div", x);
                    case MAXIMUM -> aten.clamp(x);
                });
    }

    @Override
    public List<EagerTensor> dropout(Operator.Dropout operator, Node node) {
        EagerTensor x = in(node, 0);
        if (!operator.samples()) {
            boolean gradient = aten.recording() && x.requiresGradient;
            EagerTensor mask = aten.fresh(x.sizes, DataType.BOOL, false);
            return List.of(aten.custom(
                    "native_dropout",
                    "native_dropout_backward",
                    KernelKind.ELEMENTWISE,
                    2 * x.elements(),
                    aten.fresh(x.sizes, x.type, gradient),
                    List.of(x),
                    List.of(mask),
                    List.of(mask)));
        }
        long[] perSample = new long[x.rank()];
        Arrays.fill(perSample, 1);
        perSample[0] = x.sizes[0];
        if (!operator.scalesOperand()) {
            // As timm writes it since 0.5: a mask of 0 and 1 / keep.
            EagerTensor drawn = aten.fresh(perSample, x.type, false);
            aten.elementwise("bernoulli_", drawn, drawn);
            aten.elementwise("div_", drawn, drawn);
            return List.of(aten.multiply(x, drawn));
        }
        // As DINO and iBOT write it: floor(keep + rand) times x / keep.
        EagerTensor mask = aten.fill("rand", x.type, perSample);
        EagerTensor shifted = aten.scalar("add", mask);
        aten.elementwise("floor_", shifted, shifted);
        return List.of(aten.multiply(aten.scalar("div", x), shifted));
    }

    // ---- layout

    @Override
    public List<EagerTensor> reshape(Operator.Reshape operator, Node node) {
        return List.of(aten.reshape(in(node, 0), sizes(node)));
    }

    @Override
    public List<EagerTensor> contiguous(Operator.Contiguous operator, Node node) {
        return List.of(aten.contiguous(in(node, 0)));
    }

    @Override
    public List<EagerTensor> permute(Operator.Permute operator, Node node) {
        return List.of(aten.permute(
                in(node, 0),
                operator.axes().stream().mapToInt(Integer::intValue).toArray()));
    }

    @Override
    public List<EagerTensor> expand(Operator.Expand operator, Node node) {
        return List.of(aten.expand(in(node, 0), sizes(node)));
    }

    @Override
    public List<EagerTensor> slice(Operator.Slice operator, Node node) {
        int axis = node.input(0).shape().axis(operator.axis());
        return List.of(aten.slice(in(node, 0), axis, operator.end() - operator.start()));
    }

    @Override
    public List<EagerTensor> select(Operator.Select operator, Node node) {
        return List.of(aten.select(in(node, 0), node.input(0).shape().axis(operator.axis())));
    }

    @Override
    public List<EagerTensor> unbind(Operator.Unbind operator, Node node) {
        return aten.unbind(in(node, 0), node.input(0).shape().axis(operator.axis()));
    }

    @Override
    public List<EagerTensor> split(Operator.Split operator, Node node) {
        return aten.split(in(node, 0), node.input(0).shape().axis(operator.axis()), operator.parts());
    }

    @Override
    public List<EagerTensor> concatenate(Operator.Concatenate operator, Node node) {
        List<EagerTensor> parts = node.inputs().stream().map(this::value).toList();
        int axis = operator.axis() < 0 ? operator.axis() + node.output().shape().rank() : operator.axis();
        return List.of(aten.concatenate(operator.fresh() ? "stack" : "cat", axis, operator.fresh(), parts));
    }

    @Override
    public List<EagerTensor> pad(Operator.Pad operator, Node node) {
        return List.of(copied("constant_pad_nd", "constant_pad_nd", KernelKind.COPY, node));
    }

    @Override
    public List<EagerTensor> roll(Operator.Roll operator, Node node) {
        return List.of(copied("roll", "roll", KernelKind.COPY, node));
    }

    @Override
    public List<EagerTensor> resize(Operator.Resize operator, Node node) {
        String name = switch (operator.interpolation()) {
            case NEAREST -> "upsample_nearest2d";
            case BILINEAR -> "upsample_bilinear2d";
            case BICUBIC -> "upsample_bicubic2d";
        };
        EagerTensor x = in(node, 0);
        long[] sizes = sizes(node);
        boolean gradient = aten.recording() && x.requiresGradient;
        EagerTensor out = x.isChannelsLast()
                ? aten.fresh(sizes, EagerTensor.channelsLast(sizes), x.type, gradient)
                : aten.fresh(sizes, x.type, gradient);
        return List.of(aten.custom(
                name,
                name + "_backward",
                KernelKind.POOLING,
                operator.elementwiseFlops(node),
                out,
                List.of(x),
                List.of(),
                List.of()));
    }

    /** An operation that moves values of its first operand and whose gradient moves them back. */
    private EagerTensor copied(String name, String gradientName, KernelKind kind, Node node) {
        EagerTensor x = in(node, 0);
        boolean gradient = aten.recording() && x.requiresGradient;
        return aten.custom(
                name,
                gradientName,
                kind,
                node.operator().elementwiseFlops(node),
                aten.fresh(sizes(node), x.type, gradient),
                List.of(x),
                List.of(),
                List.of());
    }

    @Override
    public List<EagerTensor> pool(Operator.Pool operator, Node node) {
        EagerTensor x = in(node, 0);
        boolean gradient = aten.recording() && x.requiresGradient;
        boolean max = operator.pooling() == Operator.Pooling.MAX;
        EagerTensor out = aten.fresh(sizes(node), x.type, gradient);
        List<EagerTensor> extra = max ? List.of(aten.fresh(sizes(node), DataType.INT64, false)) : List.of();
        List<EagerTensor> kept = new ArrayList<>(List.of(x));
        kept.addAll(extra);
        return List.of(aten.custom(
                max ? "max_pool2d_with_indices" : "avg_pool2d",
                max ? "max_pool2d_with_indices_backward" : "avg_pool2d_backward",
                KernelKind.POOLING,
                operator.elementwiseFlops(node),
                out,
                List.of(x),
                extra,
                kept));
    }

    // ---- indexing

    @Override
    public List<EagerTensor> gather(Operator.Gather operator, Node node) {
        EagerTensor table = in(node, 0);
        EagerTensor indices = in(node, 1);
        boolean gradient = aten.recording() && table.requiresGradient;
        // Token ids come in batches and go through an embedding; a list of positions indexes a table.
        if (indices.rank() == 1) {
            return List.of(aten.indexRows(table, indices, sizes(node)));
        }
        return List.of(aten.custom(
                "embedding",
                "embedding_dense_backward",
                KernelKind.INDEX,
                0,
                aten.fresh(sizes(node), table.type, gradient),
                List.of(table, indices),
                List.of(),
                List.of(indices)));
    }

    @Override
    public List<EagerTensor> maskedSelect(Operator.MaskedSelect operator, Node node) {
        EagerTensor x = in(node, 0);
        EagerTensor mask = in(node, 1);
        boolean gradient = aten.recording() && x.requiresGradient;
        return List.of(aten.custom(
                "index",
                "index_put",
                KernelKind.INDEX,
                0,
                aten.fresh(sizes(node), x.type, gradient),
                List.of(x, mask),
                List.of(),
                List.of(mask)));
    }

    @Override
    public List<EagerTensor> maskedReplace(Operator.MaskedReplace operator, Node node) {
        EagerTensor x = in(node, 0);
        EagerTensor mask = in(node, 1);
        EagerTensor value = aten.to(in(node, 2), x.type);
        return List.of(aten.replaceRows(x, mask, value));
    }

    @Override
    public List<EagerTensor> convert(Operator.Convert operator, Node node) {
        return List.of(aten.to(in(node, 0), dataType(operator.type())));
    }

    @Override
    public List<EagerTensor> detach(Operator.Detach operator, Node node) {
        return List.of(aten.detach(in(node, 0)));
    }

    @Override
    public List<EagerTensor> sort(Operator.Sort operator, Node node) {
        Shape shape = node.output().shape();
        return List.of(aten.positions(operator.greatestOnly() ? "argmax" : "sort", in(node, 0), shape.toArray()));
    }
}
