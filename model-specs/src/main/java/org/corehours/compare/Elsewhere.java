package org.corehours.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.corehours.core.audit.Assignment;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunEstimator;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Variation;
import org.corehours.papers.RunTemplate;
import org.corehours.spec.SpecException;
import org.jspecify.annotations.Nullable;

/**
 * A run on one kind of other hardware, with any number of its devices. The global batch stays what it is, so that the
 * run trains the same: on other numbers of devices each has another share of it, and where a share does not fit the
 * device's memory, it is accumulated over as few micro-batches as do. Numbers are those of the likeliest reading under
 * the laws as they are.
 *
 * <p>Not safe for use by several threads.
 */
public final class Elsewhere {

    private final RunTemplate run;
    private final RunEstimator estimator;
    private final Assignment reading;
    private final long globalBatch;
    private final Map<Integer, Placed> known = new TreeMap<>();

    /**
     * The run on a number of devices.
     *
     * @param run the run
     * @param estimate its estimate
     */
    public record Placed(RunTemplate run, RunEstimate estimate) {

        /** {@return how many devices} */
        public int devices() {
            return estimate.devices();
        }
    }

    private Elsewhere(RunTemplate run, RunEstimator estimator) {
        this.run = run;
        this.estimator = estimator;
        this.reading = Assignment.likeliest(run.assumptions());
        this.globalBatch = run.globalBatch(reading);
    }

    /**
     * A run on other hardware.
     *
     * @param run the run where its paper has it
     * @param hardware an accelerator or a machine
     * @param devices how many of its devices, as frameworks list them
     * @param becomes the kind of its devices where it is another than the run's: a GPU then runs pytorch-eager in fp16,
     *     a TPU xla in bf16; null where the software stays
     * @param chosen fields of the run that the caller sets, and their values
     * @param estimator keeps what runs have in common
     * @return the run elsewhere
     * @throws IllegalArgumentException if the values make no run
     */
    public static Elsewhere of(
            RunTemplate run,
            String hardware,
            int devices,
            Accelerator.@Nullable Kind becomes,
            Map<String, String> chosen,
            RunEstimator estimator) {
        RunTemplate moved = run.with("hardware", hardware).with("devices", String.valueOf(devices));
        if (becomes != null) {
            boolean tpu = becomes == Accelerator.Kind.TPU;
            moved = moved.with("stack", tpu ? "xla" : "pytorch-eager").with("precision", tpu ? "bf16" : "fp16");
        }
        for (Map.Entry<String, String> each : chosen.entrySet()) {
            moved = moved.with(each.getKey(), each.getValue());
        }
        return new Elsewhere(moved, estimator);
    }

    /** {@return the run on the devices it was moved to, accumulation as its paper has it} */
    public RunTemplate asItIs() {
        return run;
    }

    /**
     * The run on a number of devices, accumulated as far as memory asks for.
     *
     * @param devices how many devices
     * @return the run
     * @throws IllegalArgumentException if there is none: the global batch does not divide over them, they make no
     *     cluster, or not even one sample fits one of them
     */
    public Placed placed(int devices) {
        Placed before = known.get(devices);
        if (before == null) {
            before = fewestMicroBatches(devices);
            known.put(devices, before);
        }
        return before;
    }

    private Placed fewestMicroBatches(int devices) {
        RunTemplate moved = run.with("devices", String.valueOf(devices));
        RunPlan.microBatch(globalBatch, moved.cluster(reading), 1);
        List<Integer> accumulations = divisors(globalBatch / devices);
        int least = 0;
        int most = accumulations.size() - 1;
        Placed found = accumulated(moved, accumulations.get(least));
        if (found.estimate().memory().fits()) {
            return found;
        }
        Placed smallest = accumulated(moved, accumulations.get(most));
        if (!smallest.estimate().memory().fits()) {
            throw new IllegalArgumentException("Not even "
                    + smallest.estimate().plan().microBatch()
                    + (smallest.estimate().plan().microBatch() == 1 ? " sample fits" : " samples fit") + " a device: "
                    + smallest.estimate().memory().deviceBytes() + " bytes of "
                    + smallest.estimate().memory().capacityBytes() + ".");
        }
        found = smallest;
        // A smaller micro-batch never takes more memory: between one that does not fit and one that does.
        while (most - least > 1) {
            int middle = (least + most) / 2;
            Placed tried = accumulated(moved, accumulations.get(middle));
            if (tried.estimate().memory().fits()) {
                most = middle;
                found = tried;
            } else {
                least = middle;
            }
        }
        return found;
    }

    private Placed accumulated(RunTemplate moved, int accumulation) {
        RunTemplate changed = moved.with("accumulation", String.valueOf(accumulation));
        return new Placed(changed, estimator.estimate(changed.plan(reading), Variation.NOMINAL));
    }

    /**
     * The fewest devices on which the run takes no longer than some hours. Every number that the global batch divides
     * over is tried, from one on.
     *
     * @param hours the hours
     * @return the run on them
     * @throws IllegalArgumentException if no number does, with what comes nearest
     */
    public Placed fewestWithin(double hours) {
        List<Placed> tried = new ArrayList<>();
        for (Placed each : each()) {
            if (each.estimate().hours() <= hours) {
                return each;
            }
            tried.add(each);
        }
        Placed fastest = tried.stream()
                .min(Comparator.comparingDouble(each -> each.estimate().hours()))
                .orElseThrow();
        throw new IllegalArgumentException(String.format(
                Locale.ROOT,
                "No number of devices is fast enough: with this global batch (%d), %d devices are fastest and take"
                        + " %.4g hours, bound by %s.",
                globalBatch,
                fastest.devices(),
                fastest.estimate().hours(),
                fastest.estimate().boundBy().phrase()));
    }

    /**
     * The fastest of the numbers of devices with which the run costs no more than a budget.
     *
     * @param usd the budget at list price
     * @return the run on them; empty if the budget is too small with every number
     * @throws IllegalArgumentException if no price is known
     */
    public Optional<Placed> fastestWithin(double usd) {
        return priced().stream()
                .filter(each -> each.estimate().cost().usd() <= usd)
                .min(Comparator.comparingDouble((Placed each) -> each.estimate().hours())
                        .thenComparingInt(Placed::devices));
    }

    /**
     * The number of devices with which the run costs least.
     *
     * @return the run on them
     * @throws IllegalArgumentException if no price is known
     */
    public Placed cheapest() {
        return priced().stream()
                .min(Comparator.comparingDouble(
                                (Placed each) -> each.estimate().cost().usd())
                        .thenComparingInt(Placed::devices))
                .orElseThrow();
    }

    private List<Placed> priced() {
        List<Placed> all = each();
        if (!all.get(0).estimate().cost().known()) {
            throw new IllegalArgumentException("No price is known for this hardware.");
        }
        return all;
    }

    /** The run on every number of devices that is possible, fewest first; at least one. */
    private List<Placed> each() {
        List<Placed> all = new ArrayList<>();
        IllegalArgumentException first = null;
        for (int devices : divisors(globalBatch)) {
            try {
                all.add(placed(devices));
            } catch (SpecException e) {
                throw e;
            } catch (IllegalArgumentException e) {
                first = first == null ? e : first;
            }
        }
        if (all.isEmpty() && first != null) {
            throw first;
        }
        return all;
    }

    private static List<Integer> divisors(long number) {
        List<Integer> divisors = new ArrayList<>();
        List<Integer> large = new ArrayList<>();
        for (long each = 1; each * each <= number; each++) {
            if (number % each == 0) {
                add(divisors, each);
                if (each * each != number) {
                    add(large, number / each);
                }
            }
        }
        for (int i = large.size() - 1; i >= 0; i--) {
            divisors.add(large.get(i));
        }
        return divisors;
    }

    private static void add(List<Integer> to, long number) {
        if (number <= RunPlan.MOST_ACCUMULATION_STEPS) {
            to.add((int) number);
        }
    }
}
