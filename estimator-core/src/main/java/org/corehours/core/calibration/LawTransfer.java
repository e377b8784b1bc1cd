package org.corehours.core.calibration;

import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.ComputeUnits;
import org.corehours.core.hardware.DeviceMemory;
import org.corehours.core.hardware.Precision;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;

/**
 * The laws of a GPU of which only the datasheet is known, from those of a related one that was measured.
 *
 * <p>The relative is the one announced nearest in time whose library is of the same generation and whose power per
 * peak FLOP/s is not much less: the rate of one that its power holds back says nothing about another. Then
 *
 * <ul>
 *   <li>shares, steps, tiles and factors stay as they are;
 *   <li>the supply of operands to a multiprocessor grows with its peak rate, what is kept on the chip with the cache,
 *       and the cache's bandwidth with multiprocessors times clock;
 *   <li>the rate of products is at most what the board's watts allow at the least energy per FLOP that any measured
 *       GPU shows which was announced up to a year later: energy falls with the process, and one that is not held
 *       back by its power shows too much;
 *   <li>where a multiprocessor has 128 fp32 lanes it is at most {@value #ISSUE_BOUND_SHARE} of the peak: its four
 *       schedulers must issue a multiplication in every cycle to keep them busy, so that every load of an operand
 *       takes the place of one. With 64 lanes every other cycle is free.
 * </ul>
 */
public final class LawTransfer {

    /**
     * In the innermost loop of 8 by 8 results per thread, 64 multiplications come with four loads of four operands
     * from shared memory, and with one instruction per step for each of what lies around it: loads from memory, stores
     * to shared memory, addresses, the loop and its barrier.
     */
    private static final double ISSUE_BOUND_SHARE = 0.85;

    /** How much less power per peak FLOP/s a relative may have. */
    private static final double LEAST_POWER_RATIO = 0.75;

    /** Lanes from which all issue slots are needed. */
    private static final double FULL_LANES = 96;

    /** The year of Volta; the libraries run Maxwell's kernels on what came before (their names say so). */
    private static final int VOLTA = 2017;

    private static final int VOLTA_MONTH = 5;

    private static final String FP32 = "product.fp32.";
    private static final String HALF = "product.half.";
    private static final String RATE = "rate_fraction";
    private static final String FEED = "feed_bytes_per_second";

    private final List<Accelerator> relatives;

    /**
     * A transfer.
     *
     * @param relatives GPUs with laws; those lend theirs whose rates were fitted, and those show their energy per FLOP
     *     whose rates were fitted or measured
     */
    public LawTransfer(List<Accelerator> relatives) {
        this.relatives = List.copyOf(relatives);
    }

    /**
     * A GPU with the laws that it lacks; those it has stay.
     *
     * @param target the GPU
     * @return the same with further laws, which are marked as derived and name the relative
     */
    public Accelerator complete(Accelerator target) {
        Map<String, Sourced<Double>> laws = new HashMap<>();
        relative(target, FP32)
                .ifPresent(relative -> relative.laws().forEach((name, law) -> {
                    if (!name.startsWith(HALF) && !name.startsWith("error.")) {
                        laws.put(name, derived(target, relative, name, law));
                    }
                }));
        relative(target, HALF)
                .ifPresent(relative -> relative.laws().forEach((name, law) -> {
                    if (name.startsWith(HALF)) {
                        laws.put(name, derived(target, relative, name, law));
                    }
                }));
        if (!target.laws().isEmpty()) {
            // A device of its own kind of products keeps them alike, single or in batches.
            laws.keySet()
                    .removeIf(name ->
                            name.contains(".batched.") && target.laws().containsKey(name.replace(".batched.", ".")));
        }
        laws.putAll(target.laws());
        return target.withLaws(laws);
    }

    /** The GPU whose laws of a kind of products suit another best. */
    private Optional<Accelerator> relative(Accelerator target, String family) {
        List<Accelerator> measured = relatives.stream()
                .filter(each -> !each.id().equals(target.id()))
                .filter(each -> fitted(each, family) && each.kind() == target.kind())
                .toList();
        List<Accelerator> powerful = measured.stream()
                .filter(each -> wattsPerFlop(each, family) >= LEAST_POWER_RATIO * wattsPerFlop(target, family))
                .toList();
        if (powerful.isEmpty()) {
            return measured.stream().max(Comparator.comparingDouble(each -> wattsPerFlop(each, family)));
        }
        List<Accelerator> alike = powerful.stream()
                .filter(each -> sinceVolta(each) == sinceVolta(target))
                .toList();
        return (alike.isEmpty() ? powerful : alike)
                .stream()
                        .min(Comparator.comparingLong((Accelerator each) -> days(each, target))
                                .thenComparing(Accelerator::id));
    }

    private static boolean fitted(Accelerator device, String family) {
        Sourced<Double> rate = device.laws().get(family + RATE);
        return rate != null && rate.provenance() == Provenance.FITTED;
    }

    private static boolean known(Accelerator device, String family) {
        Sourced<Double> rate = device.laws().get(family + RATE);
        return rate != null && (rate.provenance() == Provenance.FITTED || rate.provenance() == Provenance.MEASURED);
    }

    private static boolean sinceVolta(Accelerator device) {
        int year = device.announced().value().getYear();
        return year > VOLTA || (year == VOLTA && device.announced().value().getMonthValue() >= VOLTA_MONTH);
    }

    private static long days(Accelerator a, Accelerator b) {
        return Math.abs(
                ChronoUnit.DAYS.between(a.announced().value(), b.announced().value()));
    }

    private static double wattsPerFlop(Accelerator device, String family) {
        return device.power().maxWatts().value() / peak(device, family);
    }

    /** The peak of a kind of products, or of the nearest kind that the device has. */
    private static double peak(Accelerator device, String family) {
        List<Precision> wanted = family.equals(HALF)
                ? List.of(Precision.FP16, Precision.BF16, Precision.FP32)
                : List.of(Precision.FP32, Precision.BF16, Precision.FP16);
        return wanted.stream()
                .filter(device::supports)
                .findFirst()
                .map(device::peakFlopsPerSecond)
                .orElseGet(() ->
                        device.matrixFlopsPerSecond().values().iterator().next().value());
    }

    private Sourced<Double> derived(Accelerator target, Accelerator relative, String name, Sourced<Double> law) {
        return new Sourced<>(
                value(target, relative, name, law.value()),
                law.provenance() == Provenance.ASSUMED ? Provenance.ASSUMED : Provenance.DERIVED,
                "TRANSFER from " + relative.id());
    }

    private double value(Accelerator target, Accelerator relative, String name, double value) {
        if (name.startsWith("product.") && name.endsWith(RATE)) {
            return rate(target, relative, name.startsWith(FP32) ? FP32 : HALF, value);
        }
        if (name.startsWith("product.") && name.endsWith(FEED)) {
            String family = name.startsWith(FP32) ? FP32 : HALF;
            return value
                    * (peak(target, family) / multiprocessors(target))
                    / (peak(relative, family) / multiprocessors(relative));
        }
        if (name.endsWith(".cached_bytes")) {
            return value * ratio(target.memory(), relative.memory());
        }
        if (name.equals("memory.on_chip_bytes_per_second")) {
            return value
                    * (multiprocessors(target) * target.clockHertz().value())
                    / (multiprocessors(relative) * relative.clockHertz().value());
        }
        return value;
    }

    private double rate(Accelerator target, Accelerator relative, String family, double value) {
        double byPower = relatives.stream()
                .filter(each -> !each.id().equals(target.id()))
                .filter(each -> each.announced()
                        .value()
                        .isBefore(target.announced().value().plusYears(1)))
                .filter(each -> known(each, family))
                .mapToDouble(each -> wattsPerFlop(each, family) / each.law(family + RATE))
                .min()
                .stream()
                .map(joulesPerFlop -> wattsPerFlop(target, family) / joulesPerFlop)
                .findFirst()
                .orElse(value);
        boolean issueBound = family.equals(FP32) && lanes(target) >= FULL_LANES && lanes(relative) < FULL_LANES;
        return Math.min(Math.min(value, byPower), issueBound ? ISSUE_BOUND_SHARE : value);
    }

    private static double ratio(DeviceMemory target, DeviceMemory relative) {
        Sourced<Long> own = target.onChipBytes();
        Sourced<Long> other = relative.onChipBytes();
        return own == null || other == null ? 1 : (double) own.value() / other.value();
    }

    private static double multiprocessors(Accelerator device) {
        return device.units() instanceof ComputeUnits.Multiprocessors units
                ? units.count().value()
                : 1;
    }

    /** The fp32 lanes of a multiprocessor: each does two FLOPs per cycle. */
    private static double lanes(Accelerator device) {
        return peak(device, FP32) / (2 * device.clockHertz().value() * multiprocessors(device));
    }
}
