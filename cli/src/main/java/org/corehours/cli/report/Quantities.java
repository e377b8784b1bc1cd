package org.corehours.cli.report;

import java.util.Locale;
import java.util.function.DoubleFunction;
import org.corehours.cli.document.Numbers;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.Comparison;
import org.corehours.core.audit.Quantity;
import org.corehours.core.quantity.Interval;

/** Values of claims as readers see them. */
public final class Quantities {

    private Quantities() {}

    /** How values of a claim are written. */
    static DoubleFunction<String> format(Claim claim) {
        return switch (claim.comparison()) {
            case ABSOLUTE -> format(claim.quantity());
            case RATIO -> Quantities::ratio;
            case DIFFERENCE ->
                value -> (value > 0 ? "+" : "") + format(claim.quantity()).apply(value);
        };
    }

    /** Runs that are compared because they hardly differ are told apart by the second decimal. */
    private static String ratio(double value) {
        return value > 0.9 && value < 1.1 ? String.format(Locale.ROOT, "%.2f %%", value * 100) : Numbers.percent(value);
    }

    private static DoubleFunction<String> format(Quantity quantity) {
        return switch (quantity) {
            case HOURS -> Numbers::hours;
            case DEVICE_HOURS, CORE_HOURS -> value -> Numbers.plain(value) + " " + quantity.unit();
            case STEP_SECONDS -> Numbers::seconds;
            case SAMPLES_PER_SECOND -> value -> Numbers.plain(value) + " samples/s";
            case MFU -> Numbers::percent;
            case PARAMETERS -> Quantities::parameters;
            case PEAK_MEMORY_BYTES, ALLOCATED_MEMORY_BYTES, STEP_BYTES -> Numbers::bytes;
            case TRAINING_FLOPS_PER_SAMPLE -> value -> Numbers.si(value, "FLOPs");
        };
    }

    /** Small counts are shown whole: extra parameters are told apart by their last digits. */
    private static String parameters(double value) {
        return (Math.abs(value) < 1e6
                        ? Numbers.count(value)
                        : Numbers.si(value, "").strip()) + " parameters";
    }

    /**
     * The figure of a claim.
     *
     * @param claim the claim
     * @return the figure with its unit
     */
    public static String claimed(Claim claim) {
        return format(claim).apply(claim.value());
    }

    /**
     * What is estimated instead.
     *
     * @param claim the claim
     * @param estimate the estimate
     * @return its interval with its unit
     */
    public static String estimate(Claim claim, Interval estimate) {
        return Numbers.interval(estimate, format(claim));
    }

    /** What the claim is about, such as "peak memory per device of a, relative to b". */
    static String subject(Claim claim) {
        String label = claim.quantity().label() + " of " + claim.run();
        if (claim.comparison() == Comparison.ABSOLUTE) {
            return label;
        }
        return label + (claim.comparison() == Comparison.RATIO ? " relative to " : " more than ") + claim.reference();
    }
}
