package org.corehours.core.lowering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointedLoweringTest {

    private static Kernel kernel(String operator, KernelKind kind, long batch) {
        List<MatrixShape> products = kind == KernelKind.MATRIX_PRODUCT
                ? List.of(new MatrixShape(MatrixShape.Role.FORWARD, batch, 2, 2, 2, false, false))
                : List.of();
        return new Kernel(operator, kind, "blocks.*", List.of(), List.of(), products, DataType.FP32, 8, 8, 0, 1);
    }

    private static final List<Kernel> BLOCK = List.of(
            kernel("qkv", KernelKind.MATRIX_PRODUCT, 1),
            kernel("scores", KernelKind.MATRIX_PRODUCT, 12),
            kernel("softmax", KernelKind.SOFTMAX, 0),
            kernel("values", KernelKind.MATRIX_PRODUCT, 12),
            kernel("projection", KernelKind.MATRIX_PRODUCT, 1));

    @Test
    void fullRecomputesTheWholeBlock() {
        assertThat(Checkpointing.FULL.again(BLOCK)).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void selectiveRecomputesFromScoresToSumsOfValues() {
        assertThat(Checkpointing.SELECTIVE.again(BLOCK)).containsExactly(1, 2, 3);
        assertThat(Checkpointing.NONE.again(BLOCK)).isEmpty();
    }

    @Test
    void namesAreThoseOfTheCommandLine() {
        assertThat(Checkpointing.of("selective")).isEqualTo(Checkpointing.SELECTIVE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Checkpointing.of("some"))
                .withMessage("There is no activation checkpointing some; there are none, full, selective.");
    }
}
