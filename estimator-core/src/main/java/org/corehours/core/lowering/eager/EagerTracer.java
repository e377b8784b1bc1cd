package org.corehours.core.lowering.eager;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.corehours.core.graph.Element;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.Node;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Operator.Attention.Masking;
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
import org.corehours.core.lowering.eager.Storage.Role;

/**
 * Replays the forward passes of a graph as PyTorch runs them: autocast's casts, the layout each view and
 * copy leaves, and the record for the backward computation.
 */
final class EagerTracer implements OperatorVisitor<List<EagerTensor>> {
    private final KernelLog log;
    private final Aten aten;
    private final Tape tape;
    private final Autocast autocast;
    private final boolean fusedAttention;
    private final Map<Tensor, EagerTensor> values = new IdentityHashMap<>(256);
    private final Map<String, EagerTensor> leaves = new HashMap<>();
    private final Map<String, Copies> parameterCopies = new HashMap<>();
    private final Map<String, Storage> inputs = new HashMap<>();
    private final List<EagerTensor> chunked = new ArrayList<>();
    private final Map<String, Storage> normalizedWeights = new HashMap<>();
    private ModuleCalls calls;
    private int sectionStart;
    private boolean training;

    EagerTracer(Graph graph, KernelLog log, Tape tape, EagerLowering stack) {
        this.log = log;
        this.tape = tape;
        this.aten = new Aten(log, tape, stack.release(), stack.channelsLast(), stack.rowMajorMaps());
        this.autocast = new Autocast(aten, stack.autocast());
        this.calls = new ModuleCalls(log);
        this.fusedAttention = stack.fusedAttention();
        for (Parameter parameter : graph.parameters()) {
            parameterCopies.put(parameter.name(), new Copies(null, parameter.copies()));
        }
    }

    Aten aten() {
        return aten;
    }

    Collection<EagerTensor> leaves() {
        return leaves.values();
    }

    /** Bytes of the data fed to the step, and of the tensors a model keeps besides its parameters. */
    long inputBytes() {
        long total = aten.bufferBytes();
        for (Storage storage : inputs.values()) {
            total = Math.addExact(total, storage.totalBytes());
        }
        return total;
    }

    EagerTensor value(Tensor tensor) {
        EagerTensor known = values.get(tensor);
        if (known != null) {
            if (!known.storage.unwritten() && known.storage.firstKernel() < sectionStart) {
                // What one pass leaves for another is named by a variable of the training loop.
                known.storage.hold();
            }
            return known;
        }
        EagerTensor made;
        if (tensor.role() == Tensor.Role.PARAMETER) {
            String key = tensor.requiresGradient() ? tensor.name() : tensor.name() + " (no gradient)";
            made = leaves.get(key);
            if (made == null) {
                Copies copies = parameterCopies.get(tensor.name());
                made = leaf(tensor, Role.PARAMETER, copies == null ? new Copies(null, 1) : copies);
                leaves.put(key, made);
            }
        } else {
            made = leaf(tensor, Role.INPUT, aten.copies());
            inputs.putIfAbsent(tensor.name(), made.storage);
        }
        values.put(tensor, made);
        return made;
    }

    private EagerTensor leaf(Tensor tensor, Role role, Copies copies) {
        DataType type = dataType(tensor.type());
        long[] sizes = tensor.shape().toArray();
        Storage storage = new Storage(role, Math.multiplyExact(tensor.elements(), type.bytes()), copies);
        boolean byPixels = role == Role.INPUT && sizes.length == EagerTensor.MAP_RANK && aten.channelsLast();
        long[] strides = byPixels ? EagerTensor.channelsLast(sizes) : TensorLayout.rowMajor(sizes);
        return new EagerTensor(sizes, strides, type, storage, tensor.requiresGradient());
    }

    private static DataType dataType(Tensor.ElementType type) {
        return switch (type) {
            case REAL -> DataType.FP32;
            case INTEGER -> DataType.INT64;
            case BOOLEAN -> DataType.BOOL;
        };
    }

    // ---- passes and blocks

    void section(Section section, boolean trains) {
        log.phase(section.name());
        training = trains;
        sectionStart = log.position();
        autocast.enabled(!section.fullPrecision());
        aten.recording(section.gradient() && trains);
        run(section.elements());
        calls.leaveAll();
        aten.recording(false);
        for (EagerTensor x : chunked) {
            x.storage.read(log.position() - 1);
        }
        chunked.clear();
    }

    private void run(List<Element> elements) {
        for (Element element : elements) {
            if (element instanceof Node node) {
                log.module(node.module());
                calls.enter(node.module());
                for (int i = 0; i < node.inputs().size(); i++) {
                    EagerTensor operand = values.get(node.input(i));
                    if (operand != null) {
                        calls.pass(operand.storage);
                    }
                }
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
        EagerTensor[] carried = values(repeat.inputs());
        int left = repeat.times();
        while (left > 0) {
            int casts = autocast.casts();
            List<Tape.Entry> before = tape.suspend();
            BlockReplay replay = new BlockReplay(log, aten, left);
            EagerTensor[] read = replay.enter(carried);
            for (int i = 0; i < read.length; i++) {
                values.put(repeat.bodyInputs().get(i), read[i]);
            }
            ModuleCalls around = calls;
            calls = new ModuleCalls(log);
            run(repeat.body());
            calls.leaveAll();
            calls = around;
            EagerTensor[] last = values(repeat.bodyOutputs());
            EagerTensor[] after = replay.leave(last);
            List<Tape.Entry> body = tape.resume(before);
            if (aten.recording()) {
                tape.record(new Tape.Block(replay.times(), carried, read, body, last, after));
            }
            carried = after;
            left -= replay.times();
            if (left > 0) {
                autocast.forget(casts);
            }
        }
        for (int i = 0; i < carried.length; i++) {
            values.put(repeat.outputs().get(i), carried[i]);
        }
    }

    private EagerTensor[] values(List<Tensor> tensors) {
        EagerTensor[] all = new EagerTensor[tensors.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = value(tensors.get(i));
        }
        return all;
    }

    private EagerTensor lower(EagerTensor x) {
        return autocast.lower(x);
    }

    private EagerTensor raise(EagerTensor x) {
        return autocast.raise(x);
    }

    private DataType raised(EagerTensor x) {
        return autocast.raised(x);
    }

    private EagerTensor in(Node node, int index) {
        return value(node.input(index));
    }

    private static long[] sizes(Node node) {
        return node.output().shape().toArray();
    }

    private static int[] ints(List<Integer> values) {
        int[] result = new int[values.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = values.get(i);
        }
        return result;
    }

    // ---- products

    @Override
    public List<EagerTensor> linear(Operator.Linear operator, Node node) {
        EagerTensor x = lower(in(node, 0));
        EagerTensor weight = lower(in(node, 1));
        EagerTensor transposed = aten.views.transpose(weight);
        if (!operator.bias()) {
            return List.of(aten.products.matmul(x, transposed));
        }
        if (x.rank() > 2 && !aten.release().fusedLinear()) {
            return List.of(aten.pointwise.addInPlace(aten.products.matmul(x, transposed), in(node, 2)));
        }
        EagerTensor bias = lower(in(node, 2));
        if (x.rank() > 2 && !x.isContiguous()) {
            return List.of(aten.pointwise.add(aten.products.matmul(x, transposed), bias));
        }
        EagerTensor rows = x.rank() == 2 ? x : aten.views.reshape(x, x.elements() / x.size(-1), x.size(-1));
        return List.of(aten.views.reshape(aten.products.addmm(bias, rows, transposed), sizes(node)));
    }

    @Override
    public List<EagerTensor> convolution(Operator.Convolution operator, Node node) {
        EagerTensor x = lower(in(node, 0));
        EagerTensor weight = lower(in(node, 1));
        EagerTensor bias = operator.bias() ? lower(in(node, 2)) : null;
        return List.of(
                aten.convolutions.convolve(x, weight, bias, sizes(node), operator.groups(), operator.transposed()));
    }

    @Override
    public List<EagerTensor> matrixProduct(Operator.MatrixProduct operator, Node node) {
        return List.of(aten.products.matmul(lower(in(node, 0)), lower(in(node, 1))));
    }

    @Override
    public List<EagerTensor> attention(Operator.Attention operator, Node node) {
        EagerTensor q = in(node, 0);
        EagerTensor k = in(node, 1);
        EagerTensor v = in(node, 2);
        EagerTensor bias = node.inputs().size() > 3 ? in(node, 3) : null;
        EagerTensor mask = node.inputs().size() > 4 ? in(node, 4) : null;
        if (fusedAttention && operator.causal()) {
            return List.of(aten.fusedAttention.attend(lower(q), lower(k), lower(v), null));
        }
        if (fusedAttention) {
            EagerTensor added = bias == null || mask == null ? bias : aten.pointwise.add(bias, perWindow(mask, q, k));
            return List.of(
                    aten.fusedAttention.attend(lower(q), lower(k), lower(v), added == null ? null : lower(added)));
        }
        if (operator.scale() == ScalePlacement.QUERY) {
            q = aten.pointwise.scalar("mul", q);
        }
        EagerTensor scores = aten.products.matmul(lower(q), lower(aten.views.transpose(k)));
        if (operator.scale() == ScalePlacement.SCORES) {
            scores = aten.pointwise.scalar("mul", scores);
        }
        if (bias != null) {
            scores = aten.pointwise.add(scores, bias);
        }
        if (mask != null) {
            // The windows of an image have masks of their own: scores and masks meet with the windows apart.
            long[] sizes = scores.sizes;
            long windows = mask.size(0);
            EagerTensor apart = aten.views.reshape(scores, sizes[0] / windows, windows, sizes[1], sizes[2], sizes[3]);
            EagerTensor masks = aten.views.reshape(mask, 1, windows, 1, sizes[2], sizes[3]);
            scores = aten.views.reshape(aten.pointwise.add(apart, masks), sizes);
        }
        if (operator.masking() == Masking.REPLACED) {
            scores =
                    aten.pointwise.replaced(scores, aten.buffer(DataType.BOOL, 1, 1, scores.size(-2), scores.size(-1)));
        } else if (operator.masking() == Masking.ADDED_AND_RAISED) {
            scores = aten.pointwise.maximum(scores, aten.fill("full", scores.type));
        }
        EagerTensor weights = aten.softmax(scores, false, raised(scores));
        if (operator.dropout() && training) {
            weights = dropped(weights);
        }
        calls.name(q.storage);
        calls.name(k.storage);
        calls.name(v.storage);
        calls.name(weights.storage);
        return List.of(aten.products.matmul(lower(weights), lower(v)));
    }

    /** The masks of windows written out for every image and head. */
    private EagerTensor perWindow(EagerTensor mask, EagerTensor q, EagerTensor k) {
        long windows = mask.size(0);
        long rows = q.sizes[2];
        long columns = k.sizes[2];
        EagerTensor apart = aten.views.reshape(mask, 1, windows, 1, rows, columns);
        EagerTensor spread = aten.views.expand(apart, q.sizes[0] / windows, windows, q.sizes[1], rows, columns);
        return aten.views.reshape(spread, q.sizes[0], q.sizes[1], rows, columns);
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
            default -> Aten.LAYER_NORM;
        };
        long[] statistics = x.sizes.clone();
        statistics[statistics.length - 1] = 1;
        if (operator.statistics() == Operator.Statistics.GROUP) {
            statistics = new long[] {x.sizes[0], operator.groups()};
        }
        EagerTensor[] affine = affine(node);
        EagerTensor[] operands = Aten.joined(x, affine);
        EagerTensor deviation = aten.fresh(statistics, DataType.FP32, false);
        EagerTensor[] extra = operator.statistics() == Operator.Statistics.ROOT_MEAN_SQUARE
                ? new EagerTensor[] {deviation}
                : new EagerTensor[] {aten.fresh(statistics, DataType.FP32, false), deviation};
        return List.of(aten.custom(
                name,
                KernelKind.NORMALIZATION,
                operator.elementwiseFlops(node),
                aten.fresh(x.sizes, x.type, aten.flows(operands)),
                operands,
                extra,
                Aten.joined(Aten.joined(x, extra), affine)));
    }

    /** Batch norm counts its calls and moves running statistics where it has weights. */
    private EagerTensor batchNorm(Operator.Normalization operator, Node node) {
        EagerTensor x = in(node, 0);
        long[] channels = {x.sizes[1]};
        EagerTensor[] extra = {aten.fresh(channels, DataType.FP32, false), aten.fresh(channels, DataType.FP32, false)};
        EagerTensor[] operands = {x};
        EagerTensor[] kept = {x};
        if (operator.affine()) {
            EagerTensor calls = aten.buffer(DataType.INT64);
            aten.elementwise("add_", calls, calls);
            EagerTensor mean = aten.buffer(DataType.FP32, channels);
            EagerTensor variance = aten.buffer(DataType.FP32, channels);
            EagerTensor weight = in(node, 1);
            operands = new EagerTensor[] {x, weight, in(node, 2), mean, variance};
            kept = new EagerTensor[] {x, weight, mean, variance};
        }
        return aten.custom(
                "native_batch_norm",
                KernelKind.NORMALIZATION,
                operator.elementwiseFlops(node),
                aten.freshMap(x, x.sizes, x.type, aten.flows(operands)),
                operands,
                extra,
                Aten.joined(kept, extra));
    }

    private EagerTensor[] affine(Node node) {
        EagerTensor[] weights = new EagerTensor[node.inputs().size() - 1];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = in(node, i + 1);
        }
        return weights;
    }

    @Override
    public List<EagerTensor> reduce(Operator.Reduce operator, Node node) {
        EagerTensor x = in(node, 0);
        int[] axes = ints(operator.axes());
        for (int i = 0; i < axes.length; i++) {
            axes[i] = node.input(0).shape().axis(axes[i]);
        }
        return List.of(
                switch (operator.reduction()) {
                    case SUM ->
                        aten.reductions.sum(x, x.type.real() ? raised(x) : DataType.INT64, operator.keep(), axes);
                    case MEAN ->
                        isPooling(node.input(0).shape(), axes)
                                ? pooled(x, operator.keep())
                                : aten.reductions.mean(x, operator.keep(), axes);
                    case MAX -> aten.reductions.maximum(x, operator.keep(), axes);
                });
    }

    /** Whether the mean is that of whole maps, which image models take by adaptive pooling. */
    private static boolean isPooling(Shape shape, int... axes) {
        return shape.rank() == 4 && axes.length == 2 && axes[0] == 2 && axes[1] == 3;
    }

    private EagerTensor pooled(EagerTensor x, boolean keep) {
        EagerTensor pooled = aten.reductions.averagePooled(x);
        return keep ? pooled : aten.views.reshape(pooled, x.sizes[0], x.sizes[1]);
    }

    @Override
    public List<EagerTensor> unitLength(Operator.UnitLength operator, Node node) {
        EagerTensor x = in(node, 0);
        EagerTensor length = aten.pointwise.clampMinimum(aten.reductions.norm(x));
        return List.of(aten.pointwise.divide(x, aten.views.expand(length, x.sizes)));
    }

    @Override
    public List<EagerTensor> weightNormalization(Operator.WeightNormalization operator, Node node) {
        EagerTensor direction = in(node, 0);
        EagerTensor length = in(node, 1);
        EagerTensor[] operands = {direction, length};
        EagerTensor norms = aten.fresh(length.sizes, DataType.FP32, false);
        EagerTensor weight = aten.custom(
                "_weight_norm_interface",
                KernelKind.NORMALIZATION,
                operator.elementwiseFlops(node),
                aten.fresh(direction.sizes, direction.type, aten.flows(operands)),
                operands,
                new EagerTensor[] {norms},
                new EagerTensor[] {direction, length, norms});
        // The module names it its weight until it runs again (torch.nn.utils.weight_norm).
        weight.storage.hold();
        Storage before = normalizedWeights.put(node.input(0).name(), weight.storage);
        if (before != null) {
            before.release(log.position() - 1);
        }
        return List.of(weight);
    }

    @Override
    public List<EagerTensor> crossEntropy(Operator.CrossEntropy operator, Node node) {
        EagerTensor logits = in(node, 0);
        EagerTensor targets = in(node, 1);
        EagerTensor logs = aten.softmax(logits, true, raised(logits));
        EagerTensor weight = aten.fresh(new long[0], logs.type, false);
        return List.of(aten.custom(
                "nll_loss_forward",
                "nll_loss_backward",
                KernelKind.REDUCTION,
                targets.elements(),
                aten.fresh(new long[0], logs.type, logs.requiresGradient),
                new EagerTensor[] {logs, targets},
                new EagerTensor[] {weight},
                new EagerTensor[] {logs, targets, weight}));
    }

    // ---- elementwise

    @Override
    public List<EagerTensor> unary(Operator.Unary operator, Node node) {
        EagerTensor x = in(node, 0);
        return List.of(
                switch (operator.function()) {
                    case GELU ->
                        aten.pointwise.unary(
                                "gelu", "gelu_backward", false, aten.release().singlePrecisionGelu() ? raise(x) : x);
                    case RELU ->
                        operator.inPlace()
                                ? aten.pointwise.unaryInPlace("relu_", "threshold_backward", x)
                                : aten.pointwise.unary("relu", "threshold_backward", true, x);
                    case SILU -> aten.pointwise.unary("silu", "silu_backward", false, x);
                    case SIGMOID -> aten.pointwise.unary("sigmoid", "sigmoid_backward", true, x);
                    case TANH -> aten.pointwise.unary("tanh", "tanh_backward", true, x);
                    case QUICK_GELU ->
                        aten.pointwise.multiply(
                                x,
                                aten.pointwise.unary(
                                        "sigmoid", "sigmoid_backward", true, aten.pointwise.scalar("mul", x)));
                    case EXP -> aten.pointwise.unary("exp", "mul", true, raise(x));
                    case LOG -> aten.pointwise.unary("log", "div", false, raise(x));
                    case SQUARE -> aten.pointwise.unary("pow", "mul", false, raise(x));
                    case CUBE -> aten.pointwise.cube(x);
                    case SQRT -> aten.pointwise.unary("sqrt", "div", true, x);
                    case NEGATE -> aten.pointwise.negate(x);
                });
    }

    @Override
    public List<EagerTensor> binary(Operator.Binary operator, Node node) {
        EagerTensor a = in(node, 0);
        EagerTensor b = in(node, 1);
        return List.of(
                switch (operator.arithmetic()) {
                    case ADD -> operator.inPlace() ? aten.pointwise.addInPlace(a, b) : aten.pointwise.add(a, b);
                    case SUBTRACT -> aten.pointwise.subtract(a, b);
                    case MULTIPLY -> aten.pointwise.multiply(a, b);
                    case DIVIDE -> aten.pointwise.divide(a, b);
                    case MAXIMUM -> aten.pointwise.maximum(a, b);
                });
    }

    @Override
    public List<EagerTensor> scalar(Operator.Scalar operator, Node node) {
        EagerTensor x = in(node, 0);
        return List.of(
                switch (operator.arithmetic()) {
                    case ADD -> aten.pointwise.scalar("add", x);
                    case SUBTRACT -> aten.pointwise.scalar("sub", x);
                    case MULTIPLY -> aten.pointwise.scalar("mul", x);
                    case DIVIDE -> aten.pointwise.scalar("div", x);
                    case MAXIMUM -> aten.pointwise.clamp(x);
                });
    }

    @Override
    public List<EagerTensor> dropout(Operator.Dropout operator, Node node) {
        EagerTensor x = in(node, 0);
        if (!training) {
            return List.of(x);
        }
        if (!operator.samples()) {
            return List.of(dropped(x));
        }
        long[] perSample = new long[x.rank()];
        Arrays.fill(perSample, 1);
        perSample[0] = x.sizes[0];
        if (!operator.scalesOperand()) {
            // As timm writes it since 0.5: a mask of 0 and 1 / keep.
            EagerTensor drawn = aten.fresh(perSample, x.type, false);
            aten.elementwise("bernoulli_", drawn, drawn);
            aten.elementwise("div_", drawn, drawn);
            return List.of(aten.pointwise.multiply(x, drawn));
        }
        // As DINO and iBOT write it: floor(keep + rand) times x / keep.
        EagerTensor mask = aten.fill("rand", x.type, perSample);
        EagerTensor shifted = aten.pointwise.scalar("add", mask);
        aten.elementwise("floor_", shifted, shifted);
        return List.of(aten.pointwise.multiply(aten.pointwise.scalar("div", x), shifted));
    }

    private EagerTensor dropped(EagerTensor x) {
        EagerTensor[] mask = {aten.fresh(x.sizes, DataType.BOOL, false)};
        return aten.custom(
                "native_dropout",
                KernelKind.ELEMENTWISE,
                2 * x.elements(),
                aten.fresh(x.sizes, x.type, aten.flows(x)),
                new EagerTensor[] {x},
                mask,
                mask);
    }

    // ---- layout

    @Override
    public List<EagerTensor> reshape(Operator.Reshape operator, Node node) {
        return List.of(aten.views.reshape(in(node, 0), sizes(node)));
    }

    @Override
    public List<EagerTensor> contiguous(Operator.Contiguous operator, Node node) {
        return List.of(aten.copying.contiguous(in(node, 0)));
    }

    @Override
    public List<EagerTensor> permute(Operator.Permute operator, Node node) {
        return List.of(aten.views.permute(in(node, 0), ints(operator.axes())));
    }

    @Override
    public List<EagerTensor> expand(Operator.Expand operator, Node node) {
        return List.of(aten.views.expand(in(node, 0), sizes(node)));
    }

    @Override
    public List<EagerTensor> slice(Operator.Slice operator, Node node) {
        int axis = node.input(0).shape().axis(operator.axis());
        return List.of(aten.views.slice(in(node, 0), axis, operator.end() - operator.start()));
    }

    @Override
    public List<EagerTensor> select(Operator.Select operator, Node node) {
        return List.of(aten.views.select(in(node, 0), node.input(0).shape().axis(operator.axis())));
    }

    @Override
    public List<EagerTensor> unbind(Operator.Unbind operator, Node node) {
        return aten.views.unbind(in(node, 0), node.input(0).shape().axis(operator.axis()));
    }

    @Override
    public List<EagerTensor> split(Operator.Split operator, Node node) {
        EagerTensor x = in(node, 0);
        if (log.times() == 1) {
            // A loss loops over its chunks, so a variable names them until it is computed.
            chunked.add(x);
        }
        return aten.views.split(x, node.input(0).shape().axis(operator.axis()), operator.parts());
    }

    @Override
    public List<EagerTensor> concatenate(Operator.Concatenate operator, Node node) {
        EagerTensor[] parts = values(node.inputs());
        int axis = operator.axis() < 0 ? operator.axis() + node.output().shape().rank() : operator.axis();
        return List.of(operator.fresh() ? aten.copying.stack(axis, parts) : aten.copying.concatenate(axis, parts));
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
        EagerTensor out = x.isChannelsLast()
                ? aten.fresh(sizes, EagerTensor.channelsLast(sizes), x.type, aten.flows(x))
                : aten.fresh(sizes, x.type, aten.flows(x));
        return List.of(moved(name, name + "_backward", KernelKind.POOLING, node, out));
    }

    private EagerTensor copied(String name, String gradientName, KernelKind kind, Node node) {
        EagerTensor x = in(node, 0);
        return moved(name, gradientName, kind, node, aten.fresh(sizes(node), x.type, aten.flows(x)));
    }

    /** An operation that moves values of its first operand and whose gradient moves them back. */
    private EagerTensor moved(String name, String gradientName, KernelKind kind, Node node, EagerTensor out) {
        long operations = node.operator().elementwiseFlops(node);
        EagerTensor[] operands = {in(node, 0)};
        return aten.custom(name, gradientName, kind, operations, out, operands, Aten.NONE, Aten.NONE);
    }

    @Override
    public List<EagerTensor> pool(Operator.Pool operator, Node node) {
        EagerTensor x = in(node, 0);
        boolean max = operator.pooling() == Operator.Pooling.MAX;
        EagerTensor[] extra =
                max ? new EagerTensor[] {aten.freshMap(x, sizes(node), DataType.INT64, false)} : Aten.NONE;
        return List.of(aten.custom(
                max ? "max_pool2d_with_indices" : "avg_pool2d",
                KernelKind.POOLING,
                operator.elementwiseFlops(node),
                aten.freshMap(x, sizes(node), x.type, aten.flows(x)),
                new EagerTensor[] {x},
                extra,
                Aten.joined(x, extra)));
    }

    // ---- indexing

    @Override
    public List<EagerTensor> gather(Operator.Gather operator, Node node) {
        EagerTensor table = in(node, 0);
        EagerTensor indices = in(node, 1);
        // Token ids come in batches and go through an embedding; a list of positions indexes a table.
        return List.of(
                indices.rank() == 1
                        ? aten.indexing.index(table, indices, sizes(node))
                        : aten.indexing.embedding(table, indices, sizes(node)));
    }

    @Override
    public List<EagerTensor> maskedSelect(Operator.MaskedSelect operator, Node node) {
        EagerTensor x = in(node, 0);
        EagerTensor[] mask = {in(node, 1)};
        return List.of(aten.custom(
                "index",
                "index_put",
                KernelKind.INDEX,
                0,
                aten.fresh(sizes(node), x.type, aten.flows(x)),
                Aten.joined(x, mask),
                Aten.NONE,
                mask));
    }

    @Override
    public List<EagerTensor> maskedReplace(Operator.MaskedReplace operator, Node node) {
        EagerTensor x = in(node, 0);
        EagerTensor mask = in(node, 1);
        EagerTensor value = aten.copying.to(in(node, 2), x.type);
        return List.of(aten.indexing.replaceRows(x, mask, value));
    }

    @Override
    public List<EagerTensor> convert(Operator.Convert operator, Node node) {
        return List.of(aten.copying.to(in(node, 0), dataType(operator.type())));
    }

    @Override
    public List<EagerTensor> detach(Operator.Detach operator, Node node) {
        return List.of(Views.detach(in(node, 0)));
    }

    @Override
    public List<EagerTensor> sort(Operator.Sort operator, Node node) {
        Shape shape = node.output().shape();
        return List.of(
                aten.reductions.positions(operator.greatestOnly() ? "argmax" : "sort", in(node, 0), shape.toArray()));
    }
}
