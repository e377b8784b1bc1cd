package org.corehours.core.calibration;

import java.util.ArrayList;
import java.util.List;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;

/** Constants that the same kernels inform, in the order in which they are fitted: later ones build on earlier ones. */
public enum LawFamily {
    /** The share of the memory's bandwidth that elementwise kernels reach. */
    STREAMS("streams", "memory.stream_fraction"),
    /** What softmax keeps on the chip. */
    SOFTMAX("softmax", "softmax.cached_bytes"),
    /** What normalizations keep on the chip. */
    NORMALIZATION("normalization", "normalization.cached_bytes"),
    /** Products in fp32. */
    FP32("products fp32", "product.fp32."),
    /** Products in fp32 in batches. */
    FP32_BATCHED("batched products fp32", "product.fp32.batched."),
    /** Products in 16 bits. */
    HALF("products fp16 bf16", "product.half."),
    /** Products in 16 bits in batches. */
    HALF_BATCHED("batched products fp16 bf16", "product.half.batched.");

    /**
     * A constant that may take any value in a range.
     *
     * @param name its name in the laws
     * @param least the least it may be, above zero
     * @param most the most
     * @param usual where a search starts if the device has none yet
     */
    record Constant(String name, double least, double most, double usual) {}

    private final String label;
    private final String prefix;

    LawFamily(String label, String prefix) {
        this.label = label;
        this.prefix = prefix;
    }

    /** {@return what it is called in texts} */
    public String label() {
        return label;
    }

    /** {@return the names of all its constants} */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        constants().forEach(each -> names.add(each.name()));
        names.addAll(choices());
        return List.copyOf(names);
    }

    List<Constant> constants() {
        return switch (this) {
            case STREAMS -> List.of(new Constant(prefix, 0.3, 1.1, 0.85));
            case SOFTMAX, NORMALIZATION -> List.of(new Constant(prefix, 1e5, 1e9, 5e6));
            case FP32, FP32_BATCHED, HALF, HALF_BATCHED ->
                List.of(
                        new Constant(prefix + "rate_fraction", 0.02, 1.3, 0.8),
                        new Constant(prefix + "feed_bytes_per_second", 1e8, 1e13, 3e10),
                        new Constant(prefix + "fill_steps", 0.1, 400, 20),
                        new Constant(prefix + "tail_rigidity", 0.01, 1, 0.7),
                        new Constant(prefix + "hiding_elements", 1, 5e4, 2000),
                        new Constant(prefix + "long_row_pages", 0.05, 50, 2),
                        new Constant(prefix + "long_row_factor", 1e-3, 20, 0.3),
                        new Constant(prefix + "long_row_reach_bytes", 1e6, 4e9, 2e8));
        };
    }

    /** The constants of {@link TileChoice}, in its order; empty if the family has no tiles. */
    List<String> choices() {
        return switch (this) {
            case STREAMS, SOFTMAX, NORMALIZATION -> List.of();
            case FP32, FP32_BATCHED, HALF, HALF_BATCHED ->
                TileChoice.NAMES.stream().map(prefix::concat).toList();
        };
    }

    /**
     * Whether a kernel's time depends on the family's constants.
     *
     * @param kernel the kernel
     * @return whether it informs them
     */
    public boolean informedBy(Kernel kernel) {
        return switch (this) {
            case STREAMS -> kernel.kind() == KernelKind.ELEMENTWISE;
            case SOFTMAX -> kernel.kind() == KernelKind.SOFTMAX;
            case NORMALIZATION -> kernel.kind() == KernelKind.NORMALIZATION;
            case FP32 -> product(kernel, false, false);
            case FP32_BATCHED -> product(kernel, false, true);
            case HALF -> product(kernel, true, false);
            case HALF_BATCHED -> product(kernel, true, true);
        };
    }

    private static boolean product(Kernel kernel, boolean half, boolean batched) {
        return kernel.kind() == KernelKind.MATRIX_PRODUCT
                && kernel.products().size() == 1
                && (kernel.type() != DataType.FP32) == half
                && (kernel.products().get(0).batch() > 1) == batched;
    }
}
