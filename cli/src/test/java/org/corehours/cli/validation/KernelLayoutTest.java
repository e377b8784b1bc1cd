package org.corehours.cli.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.hardware.HardwareCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelLayoutTest {

    static MeasuredTable table(String name) {
        try (InputStream in = Objects.requireNonNull(KernelLayoutTest.class.getResourceAsStream(name), name)) {
            return MeasuredTable.read(name, in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernels-products.csv", "kernels-rows.csv", "kernels-llm.csv"})
    void everyRowIsPredictedOrNamesItsCell(String name) {
        Validation validation = Validation.of(table(name));
        assertThat(validation.notCovered()).hasSize(2);
        assertThat(validation.notCovered()).allMatch(row -> !row.reason().isEmpty());
        assertThat(validation.predictions())
                .hasSize(validation.rows().size() - 2)
                .allSatisfy(each ->
                        assertThat(Math.abs(each.error())).as(each.label()).isLessThan(0.8));
        // A fit may be of a device that nobody knows.
        assertThat(KernelLayout.read(table(name)).stream()
                        .filter(each -> HardwareCatalog.builtIn().accelerators().stream()
                                .anyMatch(known -> known.id().equals(each.device()))))
                .hasSize(validation.predictions().size());
    }

    @Test
    void productsAreReadAsTheGridsShowThem() {
        List<MeasuredKernel> kernels = KernelLayout.read(table("kernels-products.csv"));
        MatrixShape linear = kernels.get(0).kernel().products().get(0);
        assertThat(List.of(linear.batch(), linear.m(), linear.n(), linear.k()))
                .containsExactly(1L, 512L, 1024L, 50272L);
        assertThat(kernels.get(0).launched().grid()).isEqualTo("16x16x5");
        MatrixShape batched = kernels.get(2).kernel().products().get(0);
        assertThat(List.of(batched.batch(), batched.m(), batched.n(), batched.k()))
                .containsExactly(384L, 128L, 128L, 64L);
        assertThat(kernels).extracting(MeasuredKernel::device).contains("v100-pcie-32gb", "h100-sxm5-80gb", "t4", "l4");
        assertThat(kernels).extracting(MeasuredKernel::kind).contains("linear", "bmm", "linear fp16");
    }

    @Test
    void anOverheadInTheTableReplacesWhatIsKnownOfPublishedOnes() {
        List<MeasuredKernel> kernels = KernelLayout.read(table("kernels-rows.csv"));
        assertThat(kernels)
                .extracting(MeasuredKernel::overheadSeconds)
                .contains(0.0)
                .allMatch(each -> each < 1e-4);
    }

    @Test
    void oneConfigurationIsOnOneSideOnEveryDevice() {
        assertThat(Split.leavesOut("linear", 1, 512, 4096, 1028)).isTrue();
        assertThat(Split.leavesOut("linear", 1, 512, 4096, 1024)).isFalse();
        long leftOut = 0;
        for (int i = 0; i < 1000; i++) {
            leftOut += Split.leavesOut("linear", 1, i, 64, 64) ? 1 : 0;
        }
        assertThat(leftOut).isBetween(450L, 550L);
    }
}
