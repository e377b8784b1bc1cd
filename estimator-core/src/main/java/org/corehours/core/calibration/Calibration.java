package org.corehours.core.calibration;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.quantity.Sourced;

/**
 * What a set of measurements says about a device's laws.
 *
 * @param accelerator the device with the fitted laws; those that no row informs stay as they were
 * @param fitted the constants that were fitted
 * @param families every family that rows inform, with its errors
 * @param notInformed the families that no row or too few rows inform
 */
public record Calibration(
        Accelerator accelerator,
        Map<String, Sourced<Double>> fitted,
        List<FamilyFit> families,
        List<LawFamily> notInformed) {

    /** Copies the lists. */
    public Calibration {
        families = List.copyOf(families);
        notInformed = List.copyOf(notInformed);
    }

    /**
     * How a family fits.
     *
     * @param family the family
     * @param rows how many rows inform it
     * @param errors the errors of rows left out of the fit that predicted them, as shares of the measurements
     */
    public record FamilyFit(LawFamily family, int rows, List<Double> errors) {

        /** Copies the list. */
        public FamilyFit {
            errors = List.copyOf(errors);
        }

        /** {@return the median of the absolute errors} */
        public double medianAbsoluteError() {
            double[] absolute = errors.stream().mapToDouble(Math::abs).sorted().toArray();
            int n = absolute.length;
            return n == 0
                    ? 0
                    : Arrays.stream(absolute, (n - 1) / 2, n / 2 + 1).average().orElseThrow();
        }
    }
}
