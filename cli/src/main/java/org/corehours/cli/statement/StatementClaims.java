package org.corehours.cli.statement;

import java.util.ArrayList;
import java.util.List;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.Comparison;
import org.corehours.core.audit.Quantity;
import org.corehours.core.quantity.Provenance;

/** What a statement claims about one run of a paper. */
public final class StatementClaims {

    private StatementClaims() {}

    /**
     * The figures of a statement that a run has an estimate of.
     *
     * @param statement the statement
     * @param run the id of the run it is about
     * @return one claim per figure; empty if it has none of the kind
     */
    public static List<Claim> of(Statement statement, String run) {
        List<Claim> claims = new ArrayList<>();
        for (Mention mention : statement.mentions()) {
            Quantity quantity = switch (mention.measure()) {
                case HOURS -> Quantity.HOURS;
                case DEVICE_HOURS -> mention.counted() == Counted.CORE ? Quantity.CORE_HOURS : Quantity.DEVICE_HOURS;
                case SAMPLES_PER_SECOND -> mention.counted() == null ? Quantity.SAMPLES_PER_SECOND : null;
                case PARAMETERS -> Quantity.PARAMETERS;
                case MEMORY_BYTES -> Quantity.PEAK_MEMORY_BYTES;
                case FLOPS_PER_SAMPLE -> Quantity.TRAINING_FLOPS_PER_SAMPLE;
                default -> null;
            };
            // A figure given as a bound says too little to be judged against an interval.
            if (quantity != null && Double.isFinite(mention.high()) && mention.low() > 0) {
                claims.add(new Claim(
                        run + "-" + quantity.id().replace('_', '-') + (claims.isEmpty() ? "" : "-" + claims.size()),
                        run,
                        quantity,
                        Comparison.ABSOLUTE,
                        null,
                        mention.value(),
                        mention.low(),
                        mention.high(),
                        Provenance.REPORTED,
                        "the statement",
                        mention.words().strip(),
                        ""));
            }
        }
        return List.copyOf(claims);
    }
}
