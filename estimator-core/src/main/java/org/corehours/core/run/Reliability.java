package org.corehours.core.run;

import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;

/**
 * How often machines fail, and what that costs a run that goes on from its last checkpoint.
 *
 * @param failuresPerMachineDay unplanned interruptions per machine and day
 * @param restartSeconds from a failure until training goes on where its checkpoint was
 */
public record Reliability(Sourced<Double> failuresPerMachineDay, Sourced<Double> restartSeconds) {

    private static final double SECONDS_PER_DAY = 86_400;

    /**
     * Machines of eight GPUs: 3.8 failures per 1000 machine-days while Llama 3 trained on 16,384 H100 (419 in 54 days), 6.5
     * and 2.3 in two of Meta's clusters of A100. Machines of fewer chips are taken to fail as often.
     */
    public static final Reliability DEFAULT = new Reliability(
            new Sourced<>(
                    4.2e-3,
                    Provenance.DERIVED,
                    "mean of 3.8e-3 (arXiv:2407.21783, section 3.3.4) and of 6.5e-3 and 2.34e-3 (arXiv:2410.21680)"),
            new Sourced<>(
                    600.0, Provenance.ASSUMED, "ten minutes to notice, replace the machine and load the checkpoint"));

    /** @throws IllegalArgumentException if a value is negative or not finite */
    public Reliability {
        notNegative("failures per machine and day", failuresPerMachineDay.value());
        notNegative("time to restart", restartSeconds.value());
    }

    private static void notNegative(String what, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("The " + what + " must be finite and not negative, not " + value + ".");
        }
    }

    /**
     * The mean time between failures of a run.
     *
     * @param machines how many machines it needs, all of them
     * @return seconds; infinite if machines do not fail
     */
    public double secondsBetweenFailures(int machines) {
        return SECONDS_PER_DAY / (failuresPerMachineDay.value() * machines);
    }

    /**
     * The time between checkpoints that loses least to writing them and to work done again: Daly's second-order optimum
     * (J. T. Daly, A higher order estimate of the optimum checkpoint interval for restart dumps, 2006).
     *
     * @param writeSeconds the time to write one
     * @param machines how many machines the run needs
     * @return seconds of training between two; 0 if writing takes no time
     */
    public double dalyIntervalSeconds(double writeSeconds, int machines) {
        double between = secondsBetweenFailures(machines);
        if (writeSeconds >= 2 * between) {
            return between;
        }
        double ratio = writeSeconds / (2 * between);
        return Math.sqrt(2 * writeSeconds * between) * (1 + Math.sqrt(ratio) / 3 + ratio / 9) - writeSeconds;
    }

    /**
     * The time that failures take: a restart each, and half the work since the last checkpoint done again.
     *
     * @param seconds the run without them
     * @param intervalSeconds the time between two checkpoints
     * @param machines how many machines the run needs
     * @return seconds; as many again as the run if failures come faster than restarts
     */
    public double lostSeconds(double seconds, double intervalSeconds, int machines) {
        double share = (restartSeconds.value() + intervalSeconds / 2) / secondsBetweenFailures(machines);
        return share < 0.5 ? seconds * share / (1 - share) : seconds;
    }
}
