package org.corehours.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.TensorLayout;
import org.corehours.core.timing.KernelTime;
import org.corehours.core.timing.KernelTimer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Predicted against published times of single kernels, with a budget for every set: accuracy moves only on purpose. */
class KernelTimesTest {

    /** What the host adds to every time of the fp32 tables: 12 to 20 µs by their elementwise kernels. */
    private static final double HOST_MICROSECONDS = 16;

    /** What it adds to a module of several operators: a layer normalization, a linear layer. */
    private static final double MODULE_HOST_MICROSECONDS = 34;

    /** Kernels of one kind on all devices of a table, with the largest median and maximum of the relative error. */
    private enum Set {
        LINEAR_V100("linear", "v100-pcie-32gb", 0.04, 0.25),
        LINEAR_A100_40("linear", "a100-pcie-40gb", 0.09, 0.30),
        LINEAR_A100_80("linear", "a100-pcie-80gb", 0.06, 0.30),
        LINEAR_H100("linear", "h100-sxm5-80gb", 0.06, 0.30),
        LINEAR_P100("linear", "p100-pcie-16gb", 0.08, 0.70),
        LINEAR_T4("linear", "t4", 0.10, 0.35),
        LINEAR_P4("linear", "p4", 0.10, 0.40),
        BATCHED_V100("batched", "v100-pcie-32gb", 0.08, 0.25),
        BATCHED_A100_40("batched", "a100-pcie-40gb", 0.08, 0.25),
        BATCHED_A100_80("batched", "a100-pcie-80gb", 0.04, 0.20),
        BATCHED_H100("batched", "h100-sxm5-80gb", 0.08, 0.25),
        BATCHED_P100("batched", "p100-pcie-16gb", 0.04, 0.20),
        BATCHED_T4("batched", "t4", 0.20, 0.90),
        BINARY("binary", "", 0.02, 0.06),
        UNARY("unary", "", 0.02, 0.06),
        SOFTMAX("softmax", "", 0.06, 0.35),
        LAYER_NORM("layer_norm", "", 0.04, 0.32),
        LINEAR_FP16_A40("linear_fp16", "a40", 0.06, 0.36),
        LINEAR_FP16_A100("linear_fp16", "a100-sxm4-80gb", 0.06, 0.36),
        LINEAR_FP16_H100("linear_fp16", "h100-sxm5-80gb", 0.08, 0.40);

        private final String kernel;
        private final String device;
        private final double medianBudget;
        private final double maxBudget;

        Set(String kernel, String device, double medianBudget, double maxBudget) {
            this.kernel = kernel;
            this.device = device;
            this.medianBudget = medianBudget;
            this.maxBudget = maxBudget;
        }

        boolean holds(String[] row) {
            return row[0].equals(kernel) && (device.isEmpty() || row[1].equals(device));
        }
    }

    private static final List<String[]> ROWS = rows();

    private static List<String[]> rows() {
        InputStream table = Objects.requireNonNull(KernelTimesTest.class.getResourceAsStream("kernel-times.csv"));
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(table, StandardCharsets.UTF_8));
                Stream<String> lines = reader.lines()) {
            return lines.filter(line -> !line.startsWith("#") && !line.startsWith("kernel,"))
                    .map(line -> line.split(",", -1))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Set.class)
    void predictedTimesStayWithinTheBudget(Set set) {
        double[] errors = ROWS.stream()
                .filter(set::holds)
                .mapToDouble(row -> Math.abs(microseconds(row) / Double.parseDouble(row[6]) - 1))
                .sorted()
                .toArray();
        assertThat(errors).as("errors of " + set).hasSizeGreaterThan(4);
        assertThat(errors[errors.length / 2])
                .as("median of " + Arrays.toString(errors))
                .isLessThan(set.medianBudget);
        assertThat(errors[errors.length - 1])
                .as("maximum of " + Arrays.toString(errors))
                .isLessThan(set.maxBudget);
    }

    private static double microseconds(String[] row) {
        long batch = Long.parseLong(row[2]);
        long m = Long.parseLong(row[3]);
        long n = Long.parseLong(row[4]);
        long k = Long.parseLong(row[5]);
        Kernel kernel = switch (row[0]) {
            case "linear", "batched" -> product(DataType.FP32, batch, m, n, k);
            case "linear_fp16" -> product(DataType.FP16, batch, m, n, k);
            case "binary" -> rowwise("add", KernelKind.ELEMENTWISE, 2, m, n);
            case "unary" -> rowwise("tanh", KernelKind.ELEMENTWISE, 1, m, n);
            case "softmax" -> rowwise("_softmax", KernelKind.SOFTMAX, 1, m, n);
            case "layer_norm" -> rowwise("native_layer_norm", KernelKind.NORMALIZATION, 1, m, n);
            default -> throw new IllegalStateException(row[0]);
        };
        KernelTime time =
                KernelTimer.of(HardwareCatalog.builtIn().accelerator(row[1])).time(kernel);
        return time.seconds() * 1e6 + hostMicroseconds(kernel);
    }

    private static double hostMicroseconds(Kernel kernel) {
        if (kernel.type() != DataType.FP32) {
            return 0;
        }
        boolean linear =
                !kernel.products().isEmpty() && kernel.products().get(0).batch() == 1;
        return linear || kernel.kind() == KernelKind.NORMALIZATION ? MODULE_HOST_MICROSECONDS : HOST_MICROSECONDS;
    }

    private static Kernel product(DataType type, long batch, long m, long n, long k) {
        TensorLayout a = TensorLayout.contiguous(type, batch, m, k);
        TensorLayout b = TensorLayout.contiguous(type, batch, k, n);
        TensorLayout c = TensorLayout.contiguous(type, batch, m, n);
        MatrixShape shape = new MatrixShape(MatrixShape.Role.FORWARD, batch, m, n, k, false, false);
        return kernel("mm", KernelKind.MATRIX_PRODUCT, type, List.of(a, b), c, List.of(shape));
    }

    private static Kernel rowwise(String operator, KernelKind kind, int inputs, long rows, long columns) {
        TensorLayout values = TensorLayout.contiguous(DataType.FP32, rows, columns);
        List<TensorLayout> read = inputs == 1 ? List.of(values) : List.of(values, values);
        return kernel(operator, kind, DataType.FP32, read, values, List.of());
    }

    private static Kernel kernel(
            String operator,
            KernelKind kind,
            DataType type,
            List<TensorLayout> inputs,
            TensorLayout output,
            List<MatrixShape> products) {
        long read = inputs.stream().mapToLong(TensorLayout::bytes).sum();
        return new Kernel(operator, kind, "", inputs, List.of(output), products, type, read, output.bytes(), 0, 1);
    }
}
