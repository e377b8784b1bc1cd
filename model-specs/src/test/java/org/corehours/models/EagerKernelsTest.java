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
import java.util.stream.Collectors;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.lowering.TensorLayout;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.lowering.eager.TorchRelease;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The eager lowering launches what PyTorch launches: operators, shapes, types, bytes and calls. */
class EagerKernelsTest {
    private static final long BATCH = 8;

    @ParameterizedTest
    @CsvSource({
        "vit_tiny_patch16_224, amp-fp16",
        "vit_tiny_patch16_224, fp32",
        "vit_base_patch16_224, amp-fp16",
        "deit_small_distilled_patch16_224, amp-fp16",
        "deit3_base_patch16_224, amp-fp16",
        "deit3_base_patch16_224, fp32"
    })
    void agreesWithTheRecordedStep(String model, String precision) throws IOException {
        DataType autocast = precision.equals("fp32") ? null : DataType.FP16;
        EagerLowering stack = new EagerLowering(autocast, false, false, TorchRelease.V2);
        KernelProgram program =
                stack.lower(SupervisedTraining.of(ModelCatalog.get(model)).plan(BATCH));
        assertThat(lines(program)).containsExactlyElementsOf(recorded(model + "-" + precision));
    }

    private static List<String> lines(KernelProgram program) {
        Map<String, Long> calls = new TreeMap<>();
        for (Segment segment : program.segments()) {
            if (!segment.phase().equals(KernelProgram.OPTIMIZER)) {
                String phase = segment.phase().equals(KernelProgram.BACKWARD) ? "backward" : "forward";
                for (Kernel kernel : segment.kernels()) {
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
        return layouts.stream().map(TensorLayout::toString).collect(Collectors.joining(" ; "));
    }

    private static List<String> recorded(String name) throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(EagerKernelsTest.class.getResourceAsStream("/kernels/" + name + ".txt"), name),
                StandardCharsets.UTF_8))) {
            return reader.lines().filter(line -> !line.startsWith("#")).sorted().toList();
        }
    }
}
