package org.corehours.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.lowering.eager.TorchRelease;
import org.corehours.core.lowering.inductor.InductorLowering;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.corehours.models.catalog.ModelCatalog;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What compiling a step may change, and what it may not, for whole models. */
class CompiledStepTest {

    static Stream<Arguments> steps() {
        return Stream.of(
                        "vit_small_patch16_224",
                        "deit3_small_patch16_224",
                        "swin_tiny_patch4_window7_224",
                        "cait_xxs24_224",
                        "mixer_b16_224",
                        "convnext_tiny",
                        "resnet50",
                        "resnetv2_50",
                        "beit_base_patch16_224",
                        "bert_base",
                        "gpt2")
                .flatMap(model -> Stream.of(
                        Arguments.of(model, new EagerLowering(DataType.FP16, true, true, TorchRelease.V2), true),
                        Arguments.of(model, new EagerLowering(DataType.BF16, true, false, TorchRelease.V2), false),
                        Arguments.of(model, new EagerLowering(null, true, false, TorchRelease.V2), true),
                        Arguments.of(model, new EagerLowering(DataType.FP16, false, true, TorchRelease.V2), true)));
    }

    private static StepProgram step(String model, boolean trains) {
        return trains
                ? new StepProgram(ModelCatalog.get(model).graph(8), Update.of(Optimizer.ADAMW))
                : StepProgram.inference(ModelCatalog.get(model).graph(8));
    }

    private record Total(long calls, long bytes, long flops) {
        static Total of(KernelProgram program) {
            long calls = 0;
            long bytes = 0;
            for (Segment segment : program.segments()) {
                for (Kernel kernel : segment.kernels()) {
                    calls += segment.times();
                    bytes += segment.times() * kernel.bytes();
                }
            }
            return new Total(calls, bytes, program.flops());
        }
    }

    /** Calls of kernels that multiply, by their products. */
    private static TreeMap<String, Integer> products(KernelProgram program) {
        TreeMap<String, Integer> calls = new TreeMap<>();
        for (Segment segment : program.segments()) {
            for (Kernel kernel : segment.kernels()) {
                if (!kernel.products().isEmpty()) {
                    calls.merge(
                            segment.phase() + kernel.operator() + kernel.inputs() + kernel.products(),
                            segment.times(),
                            Integer::sum);
                }
            }
        }
        return calls;
    }

    @ParameterizedTest
    @MethodSource("steps")
    void compilingLaunchesAndMovesLessForTheSameProducts(String model, EagerLowering eager, boolean trains) {
        StepProgram step = step(model, trains);
        KernelProgram before = eager.lower(step);
        KernelProgram after = new InductorLowering(eager).lower(step);
        Total wide = Total.of(before);
        Total narrow = Total.of(after);
        assertThat(products(after)).isEqualTo(products(before));
        assertThat(narrow.flops()).isEqualTo(wide.flops());
        assertThat(narrow.calls()).isLessThan(wide.calls());
        assertThat(narrow.bytes()).isLessThan(wide.bytes());
        assertThat(after.memory().savedActivations())
                .isLessThanOrEqualTo(before.memory().savedActivations());
        assertThat(gradientBytes(after)).isEqualTo(gradientBytes(before));
    }

    private static long gradientBytes(KernelProgram program) {
        return program.segments().stream()
                .mapToLong(segment -> segment.gradientBytes() * segment.times())
                .sum();
    }

    @ParameterizedTest
    @MethodSource("steps")
    void noGeneratedKernelIsWithoutResult(String model, EagerLowering eager, boolean trains) {
        for (Segment segment :
                new InductorLowering(eager).lower(step(model, trains)).segments()) {
            for (Kernel kernel : segment.kernels()) {
                if (kernel.operator().startsWith("triton_")) {
                    assertThat(kernel.outputs()).as(kernel.operator()).isNotEmpty();
                    assertThat(kernel.products()).isEmpty();
                    assertThat(Set.of(1, 2)).contains(kernel.launches());
                }
            }
        }
    }
}
