package org.corehours.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Parameter;
import org.corehours.core.graph.Tensor;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Lowering;
import org.corehours.core.lowering.Segment;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.lowering.eager.TorchRelease;
import org.corehours.core.lowering.xla.XlaLowering;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.method.BeitPretraining;
import org.corehours.models.method.DinoTraining;
import org.corehours.models.method.IbotTraining;
import org.corehours.models.method.MaePretraining;
import org.corehours.models.method.PerceptualGroupTraining;
import org.corehours.models.method.SupervisedTraining;
import org.corehours.models.method.VqKdTraining;
import org.corehours.models.tokenizer.VqKd;
import org.corehours.models.vision.GroupingReading;
import org.corehours.models.vision.PerceptualGroupTokenizer;
import org.corehours.models.vision.TransformerBlock;
import org.corehours.models.vision.VisionTransformer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every lowering keeps, whatever the model. */
class LoweringPropertiesTest {
    private static final List<Lowering> STACKS = List.of(
            EagerLowering.fp32(TorchRelease.V1),
            EagerLowering.ampFp16(TorchRelease.V2),
            EagerLowering.ampFp16(TorchRelease.V1_12).withChannelsLast(),
            new EagerLowering(DataType.BF16, false, false, TorchRelease.V2),
            XlaLowering.BF16,
            new XlaLowering(DataType.FP32));

    static Stream<Arguments> modelsOnStacks() {
        return STACKS.stream().flatMap(stack -> ModelCatalog.listed().stream().map(name -> Arguments.of(stack, name)));
    }

    static Stream<Arguments> trainingOnStacks() {
        Backbone small = (Backbone) ModelCatalog.get("vit_small_patch16_224").network();
        Backbone swin =
                (Backbone) ModelCatalog.get("swin_tiny_patch4_window7_224").network();
        VisionTransformer base =
                (VisionTransformer) ModelCatalog.get("vit_base_patch16_224").network();
        List<TrainingMethod> methods = List.of(
                IbotTraining.of("vit_small_16", small, 2),
                IbotTraining.of("swin_tiny_7", swin, 2),
                DinoTraining.of("vit_small_16", small, 2),
                MaePretraining.of("vit_base", base),
                BeitPretraining.of("beit_base", base, Optional.empty()),
                new VqKdTraining(VqKd.base(1), Optional.empty()),
                PerceptualGroupTraining.of(PerceptualGroupTokenizer.base(GroupingReading.PER_HEAD), 2));
        return STACKS.stream().flatMap(stack -> methods.stream().map(method -> Arguments.of(stack, method)));
    }

    @ParameterizedTest
    @MethodSource("modelsOnStacks")
    void productsAreThoseOfTheGraph(Lowering stack, String model) {
        assertProducts(stack, SupervisedTraining.of(ModelCatalog.get(model)).plan(2));
    }

    @ParameterizedTest
    @MethodSource("trainingOnStacks")
    void productsAreThoseOfTheGraph(Lowering stack, TrainingMethod method) {
        assertProducts(stack, method.plan(2));
    }

    private static void assertProducts(Lowering stack, StepProgram step) {
        KernelProgram program = stack.lower(step);
        assertThat(flops(program, false))
                .as("forward")
                .isEqualTo(step.graph().flops().forwardFlops());
        assertThat(flops(program, true))
                .as("backward")
                .isEqualTo(step.graph().flops().backwardFlops());
    }

    private static long flops(KernelProgram program, boolean backward) {
        long total = 0;
        for (Segment segment : program.segments()) {
            if (segment.phase().equals(KernelProgram.BACKWARD) == backward) {
                for (Kernel kernel : segment.kernels()) {
                    total += kernel.flops() * segment.times();
                }
            }
        }
        return total;
    }

    @ParameterizedTest
    @MethodSource("trainingOnStacks")
    void twiceTheBatchIsTwiceTheProducts(Lowering stack, TrainingMethod method) {
        assertThat(stack.lower(method.plan(4)).flops())
                .isEqualTo(2 * stack.lower(method.plan(2)).flops());
    }

    @ParameterizedTest
    @MethodSource("trainingOnStacks")
    void everyGradientIsBookedOnce(Lowering stack, TrainingMethod method) {
        StepProgram step = method.plan(2);
        long booked = 0;
        for (Segment segment : stack.lower(step).segments()) {
            booked += segment.gradientBytes() * segment.times();
        }
        long reached = step.graph().parameters().stream()
                .filter(parameter -> step.graph().differentiates(parameter.tensor()))
                .mapToLong(Parameter::elements)
                .sum();
        assertThat(booked).isEqualTo(4 * reached);
    }

    static Stream<Lowering> eagerStacks() {
        return STACKS.stream().filter(EagerLowering.class::isInstance);
    }

    @ParameterizedTest
    @MethodSource("eagerStacks")
    void repeatingABlockIsWritingItOut(Lowering stack) {
        TransformerBlock block = TransformerBlock.of(192, 3, 768).withDropPath(0.1);
        KernelProgram repeated = stack.lower(step(true, block));
        KernelProgram unrolled = stack.lower(step(false, block));
        assertThat(calls(repeated)).isEqualTo(calls(unrolled));
        assertThat(repeated.memory().savedActivations())
                .isEqualTo(unrolled.memory().savedActivations());
        for (boolean gradients : new boolean[] {false, true}) {
            long[] points = repeated.memory().curve(gradients).points();
            long[] writtenOut = unrolled.memory().curve(gradients).points();
            assertThat(Arrays.mismatch(points, writtenOut)).isEqualTo(-1);
        }
    }

    @Test
    void mapsStayChannelsLastWhereImagesAre() {
        Lowering stack = EagerLowering.ampFp16(TorchRelease.V1_12).withChannelsLast();
        StepProgram step = SupervisedTraining.of(ModelCatalog.get("resnet50")).plan(2);
        int convolutions = 0;
        for (Segment segment : stack.lower(step).segments()) {
            for (Kernel kernel : segment.kernels()) {
                if (kernel.kind() == KernelKind.CONVOLUTION) {
                    assertThat(kernel.inputs().get(0).stride(1))
                            .as("channels of the first operand of " + kernel.operator() + " of " + kernel.module())
                            .isEqualTo(1);
                    convolutions += segment.times();
                }
            }
        }
        assertThat(convolutions).isEqualTo(2 * 53);
    }

    @Test
    void fusionsAcrossTheEdgeOfARepeatedBlockMatterLittle() {
        TransformerBlock block = TransformerBlock.of(192, 3, 768);
        KernelProgram repeated = XlaLowering.BF16.lower(step(true, block));
        KernelProgram unrolled = XlaLowering.BF16.lower(step(false, block));
        assertThat(repeated.flops()).isEqualTo(unrolled.flops());
        assertThat(bytes(repeated)).isCloseTo(bytes(unrolled), withinPercentage(3));
    }

    private static long bytes(KernelProgram program) {
        long total = 0;
        for (Segment segment : program.segments()) {
            for (Kernel kernel : segment.kernels()) {
                total += kernel.bytes() * segment.times();
            }
        }
        return total;
    }

    private static StepProgram step(boolean repeats, TransformerBlock block) {
        GraphBuilder b = new GraphBuilder("blocks", 4);
        Tensor x = b.linear("embed", b.input("tokens", 4, 50, 48), 192);
        if (repeats) {
            x = b.repeat("blocks", 5, x, h -> block.apply(b, h));
        } else {
            for (int i = 0; i < 5; i++) {
                Tensor in = x;
                x = b.module("blocks." + i, () -> block.apply(b, in));
            }
        }
        Tensor out = b.linear("head", b.layerNorm("norm", x), 10);
        return new StepProgram(b.build(b.reduce(Reduction.MEAN, out, false, 0, 1, 2)), Update.of(Optimizer.ADAMW));
    }

    /** Operators with their operands, as often as they run, in no order. */
    private static List<String> calls(KernelProgram program) {
        List<String> calls = new ArrayList<>();
        for (Segment segment : program.segments()) {
            for (Kernel kernel : segment.kernels()) {
                String call = segment.phase() + " " + kernel.operator() + kernel.inputs() + kernel.outputs();
                for (int i = 0; i < segment.times(); i++) {
                    calls.add(call);
                }
            }
        }
        calls.sort(null);
        return calls;
    }
}
