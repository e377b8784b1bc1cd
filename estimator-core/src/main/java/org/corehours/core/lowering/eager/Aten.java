package org.corehours.core.lowering.eager;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.TensorLayout;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch's tensor operations as far as models use them: the views and layouts they give, the kernels
 * they launch, and their gradient rules (pytorch/pytorch: aten/src/ATen/native, tools/autograd/derivatives.yaml).
 *
 * <p>This is what all groups of operations share: new tensors, the log of kernels, the record for the backward
 * computation.
 */
final class Aten {
    static final EagerTensor[] NONE = {};

    /** The operator whose statistics older releases find in a kernel of their own. */
    static final String LAYER_NORM = "native_layer_norm";

    /** The name of a copy that an operator makes inside, which PyTorch's dispatcher does not show. */
    static final String INNER_COPY = "contiguous";

    final Views views = new Views(this);
    final Copying copying = new Copying(this);
    final Pointwise pointwise = new Pointwise(this);
    final Reductions reductions = new Reductions(this);
    final Products products = new Products(this);
    final Convolutions convolutions = new Convolutions(this);
    final FusedAttention fusedAttention = new FusedAttention(this);
    final Indexing indexing = new Indexing(this);

    private final KernelLog log;
    private final Tape tape;
    private final TorchRelease release;
    private final boolean channelsLast;
    private final boolean mapsFollow;
    private boolean recording;
    private long bufferBytes;
    private Copies copies = new Copies(null, 1);

    Aten(KernelLog log, Tape tape, TorchRelease release, boolean channelsLast, boolean rowMajorMaps) {
        this.log = log;
        this.tape = tape;
        this.release = release;
        this.channelsLast = channelsLast;
        this.mapsFollow = channelsLast || !rowMajorMaps;
    }

    /** Whether images are fed with the channels of a pixel together. */
    boolean channelsLast() {
        return channelsLast;
    }

    TorchRelease release() {
        return release;
    }

    KernelLog log() {
        return log;
    }

    /** Whether operations are recorded for the backward computation from now on. */
    void recording(boolean on) {
        recording = on;
    }

    boolean recording() {
        return recording;
    }

    /** How many copies of each new tensor exist: the repetitions of the block being replayed. */
    void copies(Copies shared) {
        copies = shared;
    }

    Copies copies() {
        return copies;
    }

    // ---- tensors

    EagerTensor fresh(long[] sizes, DataType type, boolean gradient) {
        return fresh(sizes, TensorLayout.rowMajor(sizes), type, gradient);
    }

    EagerTensor fresh(long[] sizes, long[] strides, DataType type, boolean gradient) {
        return new EagerTensor(
                sizes, strides, type, new Storage(Storage.Role.ACTIVATION, bytes(type, sizes), copies), gradient);
    }

    /** A tensor the model keeps besides its parameters. */
    EagerTensor buffer(DataType type, long... sizes) {
        Storage storage = new Storage(Storage.Role.INPUT, bytes(type, sizes), copies);
        bufferBytes = Math.addExact(bufferBytes, storage.totalBytes());
        return new EagerTensor(sizes, TensorLayout.rowMajor(sizes), type, storage, false);
    }

    /** Bytes of the tensors the model keeps besides its parameters. */
    long bufferBytes() {
        return bufferBytes;
    }

    private static long bytes(DataType type, long[] sizes) {
        long bytes = type.bytes();
        for (long size : sizes) {
            bytes = Math.multiplyExact(bytes, size);
        }
        return bytes;
    }

    /** A new tensor of constants. */
    EagerTensor fill(String operator, DataType type, long... sizes) {
        EagerTensor out = fresh(sizes, type, false);
        emit(operator, KernelKind.FILL, 0, out);
        return out;
    }

    /** The gradient a backward computation starts with. */
    EagerTensor onesLike(EagerTensor x) {
        EagerTensor out = fresh(x.sizes, x.type, false);
        emit("ones_like", KernelKind.FILL, 0, out, x);
        return out;
    }

    /**
     * A new map in the order of another, as the kernels of maps leave it: a layer normalization of pixels makes what
     * follows it channels-last, however images are fed. On meta tensors only the images' own layout goes on.
     */
    EagerTensor freshMap(EagerTensor like, long[] sizes, DataType type, boolean gradient) {
        return mapsFollow && like.isChannelsLast()
                ? fresh(sizes, EagerTensor.channelsLast(sizes), type, gradient)
                : fresh(sizes, type, gradient);
    }

    /** New gradients of those operands that need one, and null for the others. */
    @Nullable EagerTensor[] freshGradients(EagerTensor[] operands) {
        @Nullable EagerTensor[] result = new EagerTensor[operands.length];
        for (int i = 0; i < operands.length; i++) {
            if (operands[i].requiresGradient) {
                result[i] = freshMap(operands[i], operands[i].sizes, operands[i].type, false);
            }
        }
        return result;
    }

    /** The tensors that are there. */
    static EagerTensor[] present(@Nullable EagerTensor[] tensors) {
        int count = 0;
        for (EagerTensor tensor : tensors) {
            if (tensor != null) {
                count++;
            }
        }
        EagerTensor[] result = new EagerTensor[count];
        int next = 0;
        for (EagerTensor tensor : tensors) {
            if (tensor != null) {
                result[next++] = tensor;
            }
        }
        return result;
    }

    // ---- kernels

    void emit(String operator, KernelKind kind, long operations, EagerTensor out, EagerTensor... in) {
        log.emit(operator, kind, in, new EagerTensor[] {out}, List.of(), operations, 1);
    }

    void elementwise(String operator, EagerTensor out, EagerTensor... in) {
        emit(operator, KernelKind.ELEMENTWISE, out.elements(), out, in);
    }

    // ---- recording

    /** Whether a gradient flows through the result of these operands. */
    boolean flows(EagerTensor... operands) {
        if (!recording) {
            return false;
        }
        for (EagerTensor operand : operands) {
            if (operand.requiresGradient) {
                return true;
            }
        }
        return false;
    }

    boolean flows(EagerTensor operand) {
        return recording && operand.requiresGradient;
    }

    /** Records an operation with several results. */
    void record(EagerTensor[] operands, EagerTensor[] results, EagerTensor[] saved, Tape.Rule rule) {
        if (flows(operands)) {
            tape.record(new Tape.Operation(operands, results, saved, log.operator(), log.module(), rule));
        }
    }

    /** From the gradient of an operation's only result to those of its operands. */
    interface Gradients {
        @Nullable EagerTensor[] of(EagerTensor gradient);
    }

    /** Records an operation of several operands, which keeps {@code saved} for its gradients. */
    void record(EagerTensor[] operands, EagerTensor result, EagerTensor[] saved, Gradients rule) {
        if (flows(operands)) {
            record(operands, new EagerTensor[] {result}, saved, gradients -> {
                EagerTensor gradient = gradients[0];
                return gradient == null ? new EagerTensor[operands.length] : rule.of(gradient);
            });
        }
    }

    /** Records an operation of one operand, which keeps {@code saved} for its gradient. */
    void record(EagerTensor operand, EagerTensor result, EagerTensor[] saved, UnaryOperator<EagerTensor> rule) {
        if (flows(operand)) {
            record(new EagerTensor[] {operand}, result, saved, g -> new EagerTensor[] {rule.apply(g)});
        }
    }

    /** Records a view, or another operation of one operand that keeps nothing. */
    void record(EagerTensor operand, EagerTensor result, UnaryOperator<EagerTensor> rule) {
        record(operand, result, NONE, rule);
    }

    // ---- operations with kernels of their own

    /**
     * An operation with a single kernel each way. The backward kernel reads the gradient, then
     * {@code kept}, and writes the gradients of the operands that need one.
     *
     * @param extra results besides the first, statistics say, which no gradient flows through
     */
    EagerTensor custom(
            String operator,
            KernelKind kind,
            long operations,
            EagerTensor out,
            EagerTensor[] operands,
            EagerTensor[] extra,
            EagerTensor[] kept) {
        return custom(operator, operator + "_backward", kind, operations, out, operands, extra, kept);
    }

    /** As above, with a backward kernel of another name. */
    EagerTensor custom(
            String operator,
            String gradientOperator,
            KernelKind kind,
            long operations,
            EagerTensor out,
            EagerTensor[] operands,
            EagerTensor[] extra,
            EagerTensor[] kept) {
        straighten(kind, operands);
        boolean statisticsFirst = !release.fusedLayerNorm() && operator.equals(LAYER_NORM);
        if (statisticsFirst) {
            log.emit(operator, kind, new EagerTensor[] {operands[0]}, extra, List.of(), operations, 1);
        }
        log.emit(operator, kind, operands, joined(out, extra), List.of(), operations, 1);
        record(operands, out, kept, g -> {
            if (statisticsFirst) {
                EagerTensor[] read = {g, operands[0]};
                log.emit(gradientOperator, kind, read, extra, List.of(), operations, 1);
            }
            @Nullable EagerTensor[] result = freshGradients(operands);
            EagerTensor x = operands[0];
            boolean byPixels = mapsFollow && x.isChannelsLast();
            if (kind == KernelKind.NORMALIZATION && x.requiresGradient && !byPixels) {
                result[0] = fresh(x.sizes, IteratorLayout.strides(x.sizes, g, x), x.type, false);
            }
            EagerTensor[] read = joined(g, kept);
            straighten(kind, read);
            log.emit(gradientOperator, kind, read, present(result), List.of(), operations, 1);
            return result;
        });
        return out;
    }

    /** Copies that the CUDA kernels of softmax and norms make for themselves, because they read row-major operands only. */
    private void straighten(KernelKind kind, EagerTensor... operands) {
        if (kind != KernelKind.SOFTMAX && kind != KernelKind.NORMALIZATION) {
            return;
        }
        for (EagerTensor x : operands) {
            boolean byChannels = x.isChannelsLast() || x.storage.channelsInnermost();
            if (!x.isContiguous() && !(kind == KernelKind.NORMALIZATION && byChannels)) {
                emit(INNER_COPY, KernelKind.COPY, 0, fresh(x.sizes, x.type, false), x);
            }
        }
    }

    static EagerTensor[] joined(EagerTensor[] first, EagerTensor... others) {
        EagerTensor[] all = Arrays.copyOf(first, first.length + others.length);
        System.arraycopy(others, 0, all, first.length, others.length);
        return all;
    }

    static EagerTensor[] joined(EagerTensor first, EagerTensor... others) {
        EagerTensor[] all = new EagerTensor[others.length + 1];
        all[0] = first;
        System.arraycopy(others, 0, all, 1, others.length);
        return all;
    }

    /** Softmax whose result has the type {@code type}; the gradient comes back in the operand's. */
    EagerTensor softmax(EagerTensor x, boolean logarithm, DataType type) {
        EagerTensor out = fresh(x.sizes, type, flows(x));
        String name = logarithm ? "_log_softmax" : "_softmax";
        long operations = 5 * out.elements();
        straighten(KernelKind.SOFTMAX, x);
        emit(name, KernelKind.SOFTMAX, operations, out, x);
        EagerTensor[] saved = release.softmaxKeepsOperand() ? new EagerTensor[] {out, x} : new EagerTensor[] {out};
        record(x, out, saved, g -> {
            EagerTensor gradient = fresh(x.sizes, x.type, false);
            straighten(KernelKind.SOFTMAX, g);
            emit(name + "_backward_data", KernelKind.SOFTMAX, operations, gradient, g, out);
            return gradient;
        });
        return out;
    }
}
