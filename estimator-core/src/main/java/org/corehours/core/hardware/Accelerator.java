package org.corehours.core.hardware;

import java.time.LocalDate;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.corehours.core.quantity.Sourced;
import org.jspecify.annotations.Nullable;

/**
 * One device as a framework lists it: what JAX or PyTorch calls a device, and what {@code devices} counts in every
 * estimate. All figures are per device; where a chip shows as two devices, as TPU v2 and v3 do, they are half the
 * chip's.
 *
 * @param id the id on the command line, such as {@code v100-sxm2-32gb}
 * @param name the vendor's name
 * @param vendor the vendor
 * @param kind the family of machines it belongs to
 * @param announced when it was first announced, which bounds when a paper can have used it
 * @param chip how devices, cores and chips relate
 * @param units what it multiplies with
 * @param clockHertz the clock at which the peaks are stated
 * @param matrixFlopsPerSecond peak of dense matrix products by precision, two FLOPs per multiply-add, no sparsity; a
 *     precision the device has no path for is absent
 * @param vectorFlopsPerSecond peak of elementwise arithmetic by precision; empty where unpublished
 * @param memory its memory
 * @param hostLinkBytesPerSecond measured copy rate from the host, one way; null if unpublished
 * @param power what it draws
 * @param prices list prices per device, the one to use unless the caller chooses first; empty if it is not rented alone
 * @param usualMachine the id of the machine to assume for more than one device when none is named; null if none is
 * @param laws named constants of its timing laws, in SI units
 */
public record Accelerator(
        String id,
        String name,
        String vendor,
        Kind kind,
        Sourced<LocalDate> announced,
        ChipLayout chip,
        ComputeUnits units,
        Sourced<Double> clockHertz,
        Map<Precision, Sourced<Double>> matrixFlopsPerSecond,
        Map<Precision, Sourced<Double>> vectorFlopsPerSecond,
        DeviceMemory memory,
        @Nullable Sourced<Double> hostLinkBytesPerSecond,
        Power power,
        List<Price> prices,
        @Nullable String usualMachine,
        Map<String, Sourced<Double>> laws) {

    /** The families of machines, which cut work in different ways. */
    public enum Kind {
        /** A graphics processor: many multiprocessors, kernels launched one by one. */
        GPU,
        /** A tensor processing unit: a few systolic arrays, one compiled program. */
        TPU
    }

    /** @throws IllegalArgumentException if a value is out of range, or the units are not those of the kind */
    public Accelerator {
        Checks.notBlank("an accelerator", "id", id);
        Checks.notBlank(id, "name", name);
        Checks.notBlank(id, "vendor", vendor);
        Checks.positive(id, "clock", clockHertz);
        Checks.positive(id, "matrix peak", matrixFlopsPerSecond);
        Checks.positive(id, "vector peak", vectorFlopsPerSecond);
        if (matrixFlopsPerSecond.isEmpty()) {
            throw new IllegalArgumentException("The accelerator " + id + " has no matrix peak in any precision.");
        }
        if (hostLinkBytesPerSecond != null) {
            Checks.positive(id, "host link", hostLinkBytesPerSecond);
        }
        if ((kind == Kind.TPU) != (units instanceof ComputeUnits.SystolicArrays)) {
            throw new IllegalArgumentException("The accelerator " + id + " is a " + kind + ", which has "
                    + (kind == Kind.TPU ? "systolic arrays" : "multiprocessors") + ".");
        }
        laws.forEach((law, value) -> {
            if (!Double.isFinite(value.value())) {
                throw new IllegalArgumentException(
                        "The law constant " + law + " of " + id + " must be finite, not " + value.value() + ".");
            }
        });
        matrixFlopsPerSecond = copy(matrixFlopsPerSecond);
        vectorFlopsPerSecond = copy(vectorFlopsPerSecond);
        prices = List.copyOf(prices);
        laws = Collections.unmodifiableMap(new TreeMap<>(laws));
    }

    private static Map<Precision, Sourced<Double>> copy(Map<Precision, Sourced<Double>> peaks) {
        Map<Precision, Sourced<Double>> copy = new EnumMap<>(Precision.class);
        copy.putAll(peaks);
        return Collections.unmodifiableMap(copy);
    }

    /**
     * Whether the device multiplies matrices in a precision.
     *
     * @param precision the precision
     * @return true if it has a path for it
     */
    public boolean supports(Precision precision) {
        return matrixFlopsPerSecond.containsKey(precision);
    }

    /**
     * The precision that products run in where a framework lets them run in one: TF32 is a permission, which a device
     * without it ignores by computing in fp32 (PyTorch documentation, "CUDA semantics").
     *
     * @param allowed the precision that is allowed
     * @return fp32 for TF32 on a device without it; else the one that is allowed
     */
    public Precision runsIn(Precision allowed) {
        return allowed == Precision.TF32 && !supports(Precision.TF32) ? Precision.FP32 : allowed;
    }

    /**
     * The peak of dense matrix products.
     *
     * @param precision the precision of the factors
     * @return FLOP/s of one device
     * @throws UnsupportedPrecisionException if the device has no path for it
     */
    public double peakFlopsPerSecond(Precision precision) {
        Sourced<Double> peak = matrixFlopsPerSecond.get(precision);
        if (peak == null) {
            throw new UnsupportedPrecisionException(id, precision, matrixFlopsPerSecond.keySet());
        }
        return peak.value();
    }

    /**
     * The same device with other laws.
     *
     * @param others the named constants of its timing laws
     * @return the device
     */
    public Accelerator withLaws(Map<String, Sourced<Double>> others) {
        return new Accelerator(
                id,
                name,
                vendor,
                kind,
                announced,
                chip,
                units,
                clockHertz,
                matrixFlopsPerSecond,
                vectorFlopsPerSecond,
                memory,
                hostLinkBytesPerSecond,
                power,
                prices,
                usualMachine,
                others);
    }

    /**
     * A constant of the device's timing laws.
     *
     * @param law its name in the device's file
     * @return its value, in SI units
     * @throws IllegalArgumentException if the device has no such constant
     */
    public double law(String law) {
        Sourced<Double> value = laws.get(law);
        if (value == null) {
            throw new IllegalArgumentException("The accelerator " + id + " has no law constant " + law + "; it has "
                    + (laws.isEmpty() ? "none" : laws.keySet().stream().collect(Collectors.joining(", ")))
                    + ". Add it to the laws of the device's file, or fit it with calibrate.");
        }
        return value.value();
    }
}
