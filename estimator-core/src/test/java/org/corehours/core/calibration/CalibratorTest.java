package org.corehours.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleUnaryOperator;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.TensorLayout;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.timing.KernelTimer;
import org.junit.jupiter.api.Test;

class CalibratorTest {

    private static final Accelerator PLANTED = Gpus.gpu("planted", 2020, 14, 80, 250);
    private static final Calibrator CALIBRATOR = new Calibrator("a test", line -> {}, () -> {});

    @Test
    void theFitOfExactTimesPredictsThemAndFindsTheRate() {
        Calibration calibration = CALIBRATOR.calibrate(start(), measured(150, each -> each));
        Calibration.FamilyFit products = family(calibration, LawFamily.FP32);
        assertThat(products.medianAbsoluteError()).isLessThan(0.005);
        assertThat(calibration.accelerator().law("product.fp32.rate_fraction"))
                .isCloseTo(PLANTED.law("product.fp32.rate_fraction"), within(0.02));
    }

    @Test
    void oneRowInTenThatIsWrongByAFactorOfTwoHardlyMovesTheFit() {
        SplittableRandom random = new SplittableRandom(5);
        Calibration calibration =
                CALIBRATOR.calibrate(start(), measured(150, each -> random.nextInt(10) == 0 ? 2 * each : each));
        assertThat(family(calibration, LawFamily.FP32).medianAbsoluteError()).isLessThan(0.01);
        assertThat(calibration.accelerator().law("product.fp32.rate_fraction"))
                .isCloseTo(PLANTED.law("product.fp32.rate_fraction"), within(0.03));
    }

    @Test
    void everySearchIsTold() {
        AtomicLong searched = new AtomicLong();
        List<Measurement> rows = measured(60, each -> each);
        new Calibrator("a test", line -> {}, searched::incrementAndGet).calibrate(start(), rows);
        assertThat(searched).hasValue(Calibrator.searches(rows));
    }

    @Test
    void whatNoRowInformsStaysAsItWas() {
        Accelerator start = start();
        Calibration calibration = CALIBRATOR.calibrate(start, measured(60, each -> each));
        assertThat(calibration.notInformed())
                .contains(LawFamily.STREAMS, LawFamily.SOFTMAX, LawFamily.HALF)
                .doesNotContain(LawFamily.FP32);
        assertThat(calibration.fitted())
                .containsKey("product.fp32.most_split")
                .doesNotContainKey("memory.stream_fraction");
        assertThat(calibration.accelerator().laws().get("memory.stream_fraction"))
                .isEqualTo(start.laws().get("memory.stream_fraction"));
        assertThat(calibration.fitted().values())
                .allSatisfy(each -> assertThat(each.provenance()).isEqualTo(Provenance.FITTED));
    }

    /** The planted device with other products, as a relative would lend them. */
    private static Accelerator start() {
        Map<String, Sourced<Double>> laws = new HashMap<>(PLANTED.laws());
        laws.put("product.fp32.rate_fraction", new Sourced<>(0.6, Provenance.DERIVED, "a test"));
        laws.put("product.fp32.fill_steps", new Sourced<>(60.0, Provenance.DERIVED, "a test"));
        laws.put("product.fp32.hiding_elements", new Sourced<>(8000.0, Provenance.DERIVED, "a test"));
        return PLANTED.withLaws(laws);
    }

    private static Calibration.FamilyFit family(Calibration calibration, LawFamily family) {
        return calibration.families().stream()
                .filter(each -> each.family() == family)
                .findFirst()
                .orElseThrow();
    }

    private static List<Measurement> measured(int rows, DoubleUnaryOperator mistake) {
        KernelTimer timer = KernelTimer.of(PLANTED);
        SplittableRandom random = new SplittableRandom(7);
        List<Measurement> measurements = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            Kernel kernel = product(side(random), side(random), side(random));
            measurements.add(new Measurement(
                    kernel, mistake.applyAsDouble(timer.time(kernel).seconds()) + 10e-6, 10e-6));
        }
        return measurements;
    }

    private static long side(SplittableRandom random) {
        return 64 * Math.round(Math.exp(random.nextDouble(Math.log(4), Math.log(128))));
    }

    private static Kernel product(long m, long n, long k) {
        TensorLayout a = TensorLayout.contiguous(DataType.FP32, m, k);
        TensorLayout b = TensorLayout.contiguous(DataType.FP32, k, n);
        TensorLayout c = TensorLayout.contiguous(DataType.FP32, m, n);
        return new Kernel(
                "mm",
                KernelKind.MATRIX_PRODUCT,
                "",
                List.of(a, b),
                List.of(c),
                List.of(new MatrixShape(MatrixShape.Role.FORWARD, 1, m, n, k, false, false)),
                DataType.FP32,
                a.bytes() + b.bytes(),
                c.bytes(),
                0,
                1);
    }
}
