package org.corehours.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.lowering.TensorLayout;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.lowering.eager.TorchRelease;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.method.IbotTraining;
import org.corehours.models.method.SupervisedTraining;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The eager lowering launches what PyTorch launches: operators, shapes, types, bytes and calls. */
class EagerKernelsTest {
    private static final long BATCH = 8;

    /** A copy that CUDA's kernels make inside an operator; the records, of operators, do not show it. */
    private static final String INNER_COPY = "contiguous";

    /** The records name no more operands than this. */
    private static final long RECORDED_OPERANDS = 6;

    @ParameterizedTest
    @CsvSource({
        "vit_tiny_patch16_224, amp-fp16",
        "vit_tiny_patch16_224, fp32",
        "vit_base_patch16_224, amp-fp16",
        "deit_small_distilled_patch16_224, amp-fp16",
        "deit3_base_patch16_224, amp-fp16",
        "deit3_base_patch16_224, fp32",
        "beit_base_patch16_224, amp-fp16",
        "swin_tiny_patch4_window7_224, amp-fp16",
        "swin_tiny_patch4_window7_224, fp32",
        "mixer_b16_224, amp-fp16",
        "resnet18, amp-fp16",
        "resnet18, fp32",
        "resnet50, amp-fp16",
        "convnext_tiny, amp-fp16",
        "convnext_tiny, fp32",
        "cait_xxs24_224, amp-fp16"
    })
    void agreesWithTheRecordedStep(String model, String precision) throws IOException {
        DataType autocast = precision.equals("fp32") ? null : DataType.FP16;
        EagerLowering stack = new EagerLowering(autocast, false, false, TorchRelease.V2).onMetaTensors();
        KernelProgram program =
                stack.lower(SupervisedTraining.of(ModelCatalog.get(model)).plan(BATCH));
        assertThat(lines(program, phase -> phase.equals(KernelProgram.BACKWARD) ? phase : "forward"))
                .containsExactlyElementsOf(recorded(model + "-" + precision));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 0})
    void agreesWithTheRecordedStepOfSelfDistillation(int localCrops) throws IOException {
        Backbone backbone = (Backbone) ModelCatalog.get("vit_small_patch16_224").network();
        EagerLowering stack = new EagerLowering(DataType.FP16, false, false, TorchRelease.V2).onMetaTensors();
        KernelProgram program = stack.lower(
                IbotTraining.of("vit_small_16", backbone, localCrops).plan(4));
        assertThat(lines(program, phase -> phase))
                .containsExactlyElementsOf(recorded("ibot-vit_small_16-" + localCrops + "-amp-fp16"));
    }

    private static List<String> lines(KernelProgram program, UnaryOperator<String> phaseName) {
        Map<String, Long> calls = new TreeMap<>();
        for (Segment segment : program.segments()) {
            if (!segment.phase().equals(KernelProgram.OPTIMIZER)) {
                String phase = phaseName.apply(segment.phase());
                for (Kernel kernel : segment.kernels()) {
                    if (kernel.operator().equals(INNER_COPY)) {
                        continue;
                    }
                    calls.merge(phase + " | " + line(kernel), (long) segment.times(), Long::sum);
                }
            }
        }
        return calls.entrySet().stream()
                .map(entry -> entry.getKey() + " | " + entry.getValue())
                .sorted()
                .toList();
    }

    private static String line(Kernel kernel) {
        return String.join(
                " | ",
                kernel.operator(),
                layouts(kernel.inputs()),
                layouts(kernel.outputs()),
                Long.toString(kernel.readBytes()),
                Long.toString(kernel.writtenBytes()));
    }

    private static String layouts(List<TensorLayout> layouts) {
        return layouts.stream()
                .limit(RECORDED_OPERANDS)
                .map(TensorLayout::toString)
                .collect(Collectors.joining(" ; "));
    }

    private static List<String> recorded(String name) throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(EagerKernelsTest.class.getResourceAsStream("/kernels/" + name + ".txt"), name),
                StandardCharsets.UTF_8))) {
            return reader.lines().filter(line -> !line.startsWith("#")).sorted().toList();
        }
    }
}
