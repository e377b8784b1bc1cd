package org.corehours.cli.validation;

import java.util.List;
import java.util.Map;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.TensorLayout;

/**
 * The layers of language models in fp16 on one of {@code tp} devices, in the columns of microsoft/vidur: what a profiler
 * says the device took. Which kernels they are is read from vidur's {@code mlp_impl.py}: norms and gated activations are
 * vLLM's; phi-2 has PyTorch's layer normalization and GELU without a gate, and adds attention, feed-forward layer and
 * residual in two kernels.
 */
final class LanguageModelLayers extends KernelLayout {

    /** The devices as vidur names them (its {@code data/profiling/compute}); they are modules of 80 GB. */
    private static final Map<String, String> DEVICES =
            Map.of("a100", "a100-sxm4-80gb", "h100", "h100-sxm5-80gb", "a40", "a40");

    /**
     * The part of a launch that a profiler does not count: it times kernels from the start of the first block to the end of
     * the last, where a device's launch time is from one empty kernel to the next. From additions of one token, which take
     * 1 to 2 µs in the table on devices that launch every 1.95 to 2.6 µs. Products hold it in their fitted fill.
     */
    private static final double UNCOUNTED_SECONDS = 1.2e-6;

    @Override
    public String description() {
        return "layers of language models in fp16, timed by themselves";
    }

    @Override
    public String source() {
        return "microsoft/vidur (MIT licence), data/profiling/compute, github.com/microsoft/vidur";
    }

    @Override
    public List<String> columns() {
        return List.of("device", "model", "hidden", "ffn", "heads", "kv_heads", "tp", "tokens", "op", "median_ms");
    }

    @Override
    MeasuredKernel kernel(MeasuredTable.Row row) throws NotCoveredException {
        String operator = row.text("op");
        long hidden = Cells.wholeNumber(row, "hidden");
        long heads = Cells.wholeNumber(row, "heads");
        long keyHeads = Cells.wholeNumber(row, "kv_heads");
        long devices = Cells.wholeNumber(row, "tp");
        long tokens = Cells.wholeNumber(row, "tokens");
        long inner = Cells.wholeNumber(row, "ffn") / devices;
        long headWidth = hidden / heads;
        // A device has one key head at least: those that are fewer than devices are repeated.
        long queriesKeysValues = headWidth * (heads / devices + 2 * Math.max(1, keyHeads / devices));
        boolean gated = !row.text("model").contains("phi-2");
        DataType type = DataType.FP16;
        Kernel kernel;
        String kind;
        switch (operator) {
            case "attn_pre_proj" -> {
                kind = "linear fp16";
                kernel = KernelShapes.linear(type, tokens, hidden, queriesKeysValues);
            }
            case "attn_post_proj" -> {
                kind = "linear fp16";
                kernel = KernelShapes.linear(type, tokens, hidden / devices, hidden);
            }
            case "mlp_up_proj" -> {
                kind = "linear fp16";
                kernel = KernelShapes.linear(type, tokens, hidden, gated ? 2 * inner : inner);
            }
            case "mlp_down_proj" -> {
                kind = "linear fp16";
                kernel = KernelShapes.linear(type, tokens, inner, hidden);
            }
            case "mlp_act" -> {
                kind = "elementwise fp16";
                kernel = KernelShapes.rowwise(
                        gated ? "vllm::silu_and_mul" : "gelu",
                        KernelKind.ELEMENTWISE,
                        type,
                        gated ? 2 : 1,
                        tokens,
                        inner);
            }
            case "add" -> {
                kind = "elementwise fp16";
                Kernel addition = KernelShapes.rowwise("add", KernelKind.ELEMENTWISE, type, 2, tokens, hidden);
                kernel = gated ? addition : KernelShapes.twice(addition);
            }
            case "input_layernorm", "post_attention_layernorm" -> {
                kind = gated ? "rms_norm fp16" : "layer_norm fp16";
                kernel = KernelShapes.rowwise(
                        gated ? "vllm::rms_norm" : "native_layer_norm",
                        KernelKind.NORMALIZATION,
                        type,
                        1,
                        tokens,
                        hidden);
            }
            default -> throw Cells.bad(row, "op", "is no layer of a language model known here");
        }
        String device = row.text("device");
        return new MeasuredKernel(
                row.line(),
                DEVICES.containsKey(device)
                        ? DEVICES.get(device)
                        : Devices.builtIn().idOrName(device),
                kind,
                kernel,
                1e-3 * Cells.number(row, "median_ms"),
                overheadSeconds(row, kernel.products().isEmpty() ? -kernel.launches() * UNCOUNTED_SECONDS : 0),
                MeasuredKernel.Launched.of(row),
                Split.leavesOut(
                        kernel.operator().replace("vllm::", ""),
                        tokens,
                        width(kernel.inputs()),
                        width(kernel.outputs())));
    }

    private static long width(List<TensorLayout> operands) {
        return operands.get(0).dimension(1);
    }
}
