package org.corehours.papers;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.corehours.core.audit.Quantity;
import org.corehours.spec.SpecNode;

/**
 * A printed number: what it says, and what it may stand for.
 *
 * @param value the number in the quantity's unit
 * @param low the least value that would be printed so
 * @param high the largest value that would be printed so
 */
record Figure(double value, double low, double high) {

    /**
     * Reads a number as rounded to its last digit.
     *
     * @param node the number as printed
     * @param unit what it counts
     * @return what it says and may stand for
     */
    static Figure rounded(SpecNode node, Unit unit) {
        double printed = node.number();
        double half = new BigDecimal(node.text()).ulp().doubleValue() / 2;
        return new Figure(
                printed * unit.factor(), (printed - half) * unit.lowFactor(), (printed + half) * unit.highFactor());
    }

    /**
     * What one printed unit is.
     *
     * @param factor how many of the quantity's unit
     * @param lowFactor the fewest it may be
     * @param highFactor the most it may be
     */
    record Unit(double factor, double lowFactor, double highFactor) {

        /** The quantity's own unit. */
        static final Unit ONE = of(1);

        private static Unit of(double factor) {
            return new Unit(factor, factor, factor);
        }

        /**
         * The units in which a quantity is printed.
         *
         * @param quantity the quantity
         * @param compared whether the figure is a ratio
         * @return units by the names that files use
         */
        static Map<String, Unit> of(Quantity quantity, boolean compared) {
            Map<String, Unit> units = new LinkedHashMap<>();
            if (compared) {
                units.put("percent", of(0.01));
                return units;
            }
            switch (quantity) {
                case PEAK_MEMORY_BYTES, ALLOCATED_MEMORY_BYTES, STEP_BYTES -> {
                    units.put("bytes", ONE);
                    units.put("MB", of(1e6));
                    units.put("GB", of(1e9));
                    units.put("MiB", of(1L << 20));
                    units.put("GiB", of(1L << 30));
                    // Papers write G for either. PyTorch's tools divide by 2^30; the range covers both.
                    units.put("G", new Unit(1L << 30, 1e9, 1L << 30));
                }
                case HOURS -> {
                    units.put("hours", ONE);
                    units.put("minutes", of(1.0 / 60));
                    units.put("days", of(24));
                }
                case DEVICE_HOURS, CORE_HOURS -> {
                    units.put("hours", ONE);
                    units.put("thousand_hours", of(1e3));
                    units.put("days", of(24));
                }
                case PARAMETERS -> {
                    units.put("parameters", ONE);
                    units.put("million", of(1e6));
                }
                case TRAINING_FLOPS_PER_SAMPLE -> {
                    units.put("flops", ONE);
                    units.put("gflops", of(1e9));
                }
                case STEP_SECONDS -> {
                    units.put("seconds", ONE);
                    units.put("milliseconds", of(1e-3));
                }
                case MFU -> units.put("percent", of(0.01));
                case SAMPLES_PER_SECOND -> units.put("per_second", ONE);
            }
            return units;
        }
    }
}
