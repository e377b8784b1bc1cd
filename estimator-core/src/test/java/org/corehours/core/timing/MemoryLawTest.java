package org.corehours.core.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.TensorLayout;
import org.junit.jupiter.api.Test;

/** Bytes at 0.9 TB/s in order, 0.8 TB/s in rows and 3 TB/s from a cache of 6 MB. */
class MemoryLawTest {

    private static final Accelerator DEVICE = Devices.gpu(Devices.HALF_RATE, Devices.BANDWIDTH);

    private final MemoryLaw law = new MemoryLaw(DEVICE);

    @Test
    void asManyBytesAsSurviveInTheCacheComeHalfFromMemory() {
        double surviving = 0.15 * 6e6;
        assertThat(law.streamSeconds(surviving))
                .isCloseTo(surviving / 2 / 0.9e12 + surviving / 2 / 3e12, withinPercentage(1e-9));
        assertThat(law.rowSeconds(surviving))
                .isCloseTo(surviving / 2 / 0.8e12 + surviving / 2 / 3e12, withinPercentage(1e-9));
    }

    @Test
    void aStreamReachesItsShareOfTheBandwidth() {
        assertThat(law.bytesPerSecond()).isCloseTo(0.9e12, within(1.0));
        assertThat(law.streamSeconds(9e15)).isCloseTo(1e4, within(1e-5));
    }

    @Test
    void withoutACacheEveryByteComesFromMemory() {
        MemoryLaw uncached = new MemoryLaw(Devices.withoutCache(DEVICE));
        assertThat(uncached.streamSeconds(900)).isCloseTo(1e-9, within(1e-18));
        assertThat(uncached.streamSeconds(0)).isZero();
        assertThat(uncached.rowSeconds(0)).isZero();
    }

    @Test
    void aKernelThatOnlyWritesStreams() {
        TensorLayout filled = TensorLayout.contiguous(DataType.FP16, 1000, 1000);
        assertThat(law.elementwiseSeconds(kernel(List.of(), List.of(filled)))).isEqualTo(law.streamSeconds(2e6));
    }

    @Test
    void aKernelThatWritesNothingNewFollowsItsOperand() {
        TensorLayout columns = strided(new long[] {1000, 1000}, 1, 1000);
        assertThat(law.elementwiseSeconds(kernel(List.of(columns), List.of()))).isEqualTo(law.streamSeconds(2e6));
    }

    @Test
    void operandsInTheSameOrderStream() {
        TensorLayout plain = TensorLayout.contiguous(DataType.FP16, 1000, 1000);
        TensorLayout column = TensorLayout.contiguous(DataType.FP16, 1000, 1);
        TensorLayout vector = TensorLayout.contiguous(DataType.FP16, 1000);
        TensorLayout oneRow = strided(new long[] {1, 1000}, 7, 1);
        TensorLayout repeated = strided(new long[] {1000, 1000}, 0, 1);
        for (TensorLayout operand : List.of(plain, column, vector, repeated)) {
            assertStreams(operand, plain);
        }
        assertStreams(oneRow, strided(new long[] {1, 1000}, 1000, 1));
    }

    private void assertStreams(TensorLayout operand, TensorLayout order) {
        Kernel kernel = kernel(List.of(operand), List.of(order));
        assertThat(law.elementwiseSeconds(kernel)).as(operand.toString()).isEqualTo(law.streamSeconds(kernel.bytes()));
    }

    @Test
    void operandsOfAnotherRankThatHaveGapsGoByRows() {
        TensorLayout plain = TensorLayout.contiguous(DataType.FP16, 1000, 1000);
        TensorLayout gaps = strided(new long[] {1000}, 3);
        Kernel from = kernel(List.of(gaps), List.of(plain));
        Kernel to = kernel(List.of(plain), List.of(strided(new long[] {1000, 1000, 1}, 2000, 2, 1)));
        assertThat(law.elementwiseSeconds(from)).isEqualTo(law.rowSeconds(from.bytes()));
        assertThat(law.elementwiseSeconds(to)).isEqualTo(law.rowSeconds(to.bytes()));
    }

    @Test
    void aTransposedOperandCostsSectorsFromTheCacheOrFromMemory() {
        // 1000 rows are touched before a sector is used again: 1000 · (32 + 2) bytes, which the cache keeps.
        TensorLayout transposed = strided(new long[] {10_000, 1000}, 1, 10_000);
        Kernel kept = kernel(List.of(transposed), List.of(TensorLayout.contiguous(DataType.FP16, 10_000, 1000)));
        assertThat(law.elementwiseSeconds(kept)).isCloseTo(10_000 * 1000 * 32 / 3e12, withinPercentage(1e-9));
        // 1,000,000 rows: 34 MB, more than it holds; 30 of 32 bytes of every sector come for nothing.
        TensorLayout tall = strided(new long[] {100, 1_000_000}, 1, 100);
        Kernel lost = kernel(List.of(tall), List.of(TensorLayout.contiguous(DataType.FP16, 100, 1_000_000)));
        assertThat(law.elementwiseSeconds(lost)).isEqualTo(law.rowSeconds(lost.bytes() + 1e8 * 30));
    }

    private static TensorLayout strided(long[] dimensions, long... strides) {
        return new TensorLayout(dimensions, strides, DataType.FP16);
    }

    private static Kernel kernel(List<TensorLayout> inputs, List<TensorLayout> outputs) {
        long read = inputs.stream().mapToLong(TensorLayout::bytes).sum();
        long written = outputs.stream().mapToLong(TensorLayout::bytes).sum();
        return new Kernel("copy", KernelKind.COPY, "", inputs, outputs, List.of(), DataType.FP16, read, written, 0, 1);
    }
}
