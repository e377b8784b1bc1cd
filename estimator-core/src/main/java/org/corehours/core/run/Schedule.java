package org.corehours.core.run;

/**
 * How long a run goes on, and what it does besides training steps.
 *
 * @param length how many samples or steps it trains on
 * @param evaluationSamples samples evaluated in all over the run, forward only, at the training step's forward rate
 * @param checkpoints how many checkpoints are written; 0 where nobody says, which lets training write them as often as
 *     {@linkplain Reliability#dalyIntervalSeconds failures call for}
 * @param extraHours whatever else is known to take time, in hours
 */
public record Schedule(Length length, long evaluationSamples, long checkpoints, double extraHours) {

    /** The length of a run. */
    public sealed interface Length {

        /**
         * The optimizer steps.
         *
         * @param globalBatch samples of one step
         * @return steps; at least 1
         */
        long steps(long globalBatch);

        /**
         * How often the data set is gone through.
         *
         * @param globalBatch samples of one step
         * @return epochs, not necessarily whole; 0 if the size of the data set is not known
         */
        double epochs(long globalBatch);
    }

    /**
     * Passes over a data set.
     *
     * @param datasetSamples its samples
     * @param epochs how often; may be a fraction
     * @param dropLast whether an epoch's last, partial batch is dropped, else it counts as a whole step
     */
    public record Epochs(long datasetSamples, double epochs, boolean dropLast) implements Length {

        /** @throws IllegalArgumentException if a value is not above zero */
        public Epochs {
            if (datasetSamples < 1 || !(epochs > 0) || Double.isInfinite(epochs)) {
                throw new IllegalArgumentException("A run of " + epochs + " epochs over " + datasetSamples
                        + " samples is none. Both are above zero.");
            }
        }

        /**
         * Refuses a batch that an epoch has none of.
         *
         * @param globalBatch samples of one step
         * @throws IllegalArgumentException if partial batches are dropped and the data set is smaller than a batch
         */
        public void check(long globalBatch) {
            if (dropLast && datasetSamples < globalBatch) {
                throw new IllegalArgumentException(
                        "The global batch (" + globalBatch + ") is larger than the data set ("
                                + datasetSamples
                                + " samples), whose last partial batch is dropped, so that no epoch has a step."
                                + " Maybe keep the last batch, give steps, or use a smaller batch.");
            }
        }

        @Override
        public long steps(long globalBatch) {
            long perEpoch = dropLast ? datasetSamples / globalBatch : (datasetSamples + globalBatch - 1) / globalBatch;
            return Math.max(1, Math.round(Math.max(1, perEpoch) * epochs));
        }

        @Override
        public double epochs(long globalBatch) {
            return epochs;
        }
    }

    /**
     * A number of optimizer steps.
     *
     * @param steps the steps
     * @param datasetSamples the samples of the data set; 0 if not known
     */
    public record Steps(long steps, long datasetSamples) implements Length {

        /** @throws IllegalArgumentException if there is no step or the size of the data set is negative */
        public Steps {
            if (steps < 1 || datasetSamples < 0) {
                throw new IllegalArgumentException(
                        "A run has at least 1 step, not " + steps + ", over a data set of " + datasetSamples + ".");
            }
        }

        @Override
        public long steps(long globalBatch) {
            return steps;
        }

        @Override
        public double epochs(long globalBatch) {
            return datasetSamples == 0 ? 0 : (double) Math.multiplyExact(steps, globalBatch) / datasetSamples;
        }
    }

    /** @throws IllegalArgumentException if a value is negative or not finite */
    public Schedule {
        if (evaluationSamples < 0 || checkpoints < 0 || !(extraHours >= 0) || Double.isInfinite(extraHours)) {
            throw new IllegalArgumentException("A run cannot evaluate " + evaluationSamples + " samples, write "
                    + checkpoints + " checkpoints and take " + extraHours + " hours besides.");
        }
    }

    /**
     * A run of nothing but steps.
     *
     * @param length its length
     * @return the schedule
     */
    public static Schedule of(Length length) {
        return new Schedule(length, 0, 0, 0);
    }

    /**
     * Passes over a data set, last partial batches dropped.
     *
     * @param datasetSamples its samples
     * @param epochs how often
     * @return the schedule
     */
    public static Schedule ofEpochs(long datasetSamples, double epochs) {
        return of(new Epochs(datasetSamples, epochs, true));
    }

    /**
     * A number of steps.
     *
     * @param steps the steps
     * @return the schedule
     */
    public static Schedule ofSteps(long steps) {
        return of(new Steps(steps, 0));
    }

    /**
     * One pass over some samples, the last partial batch included: inference or analysis.
     *
     * @param samples the samples
     * @return the schedule
     */
    public static Schedule ofSamples(long samples) {
        return of(new Epochs(samples, 1, false));
    }
}
