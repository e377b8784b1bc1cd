package org.corehours.cli.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.RunMetric;
import org.corehours.core.run.ScalingCurve;

/**
 * What came of putting runs on machines.
 *
 * @param subject what is compared: the id of a paper, or a model
 * @param isPaper whether it is a paper
 * @param title what a reader calls it
 * @param terms what the machines have in common
 * @param rows the runs that are possible, in the order asked for
 * @param refused those that are not
 * @param curves how runs scale, where that was asked for
 */
public record Comparison(
        String subject,
        boolean isPaper,
        String title,
        Terms terms,
        List<Row> rows,
        List<Refused> refused,
        List<Curve> curves) {

    /** Copies the lists. */
    public Comparison {
        rows = List.copyOf(rows);
        refused = List.copyOf(refused);
        curves = List.copyOf(curves);
    }

    /** What machines have in common. */
    public enum Kind {
        /** The number of devices. */
        DEVICES,
        /** The hours that the run may take. */
        WALL_CLOCK,
        /** The money that it may cost. */
        BUDGET
    }

    /**
     * What the machines of a comparison have in common.
     *
     * @param kind what it is
     * @param amount hours or US dollars; NaN where it is another for each run, or none
     */
    public record Terms(Kind kind, double amount) {}

    /**
     * A run on a machine.
     *
     * @param run the id of the run
     * @param label what the run is, as a phrase
     * @param hardware the id of the machine or device
     * @param audit the run there
     * @param share the share of the run that is done, 1 for all
     */
    public record Row(String run, String label, String hardware, RunAudit audit, double share) {

        /** {@return whether the run can take place} */
        public boolean fits() {
            return audit.fittingMemory() > 0;
        }

        String where() {
            return audit.likeliest().devices() + " × " + hardware;
        }
    }

    /**
     * A run that a machine cannot take.
     *
     * @param run the id of the run
     * @param hardware the id of the machine or device
     * @param devices how many devices; 0 where none is said
     * @param reason why
     */
    public record Refused(String run, String hardware, int devices, String reason) {}

    /**
     * How a run scales on a machine.
     *
     * @param run the id of the run
     * @param hardware the id of the machine or device
     * @param curve the numbers of devices that are possible
     * @param refused those that are not
     */
    public record Curve(String run, String hardware, ScalingCurve curve, List<Refused> refused) {

        /** Copies the list. */
        public Curve {
            refused = List.copyOf(refused);
        }
    }

    /** {@return the ids of the runs, in order} */
    Set<String> runs() {
        Set<String> runs = new LinkedHashSet<>();
        rows.forEach(row -> runs.add(row.run()));
        refused.forEach(each -> runs.add(each.run()));
        return runs;
    }

    /** {@return whether a table has to say which run a row is of} */
    boolean hasSeveralRuns() {
        return runs().size() > 1;
    }

    /** The rows of a run that can take place and whose figure is known, the least first. */
    List<Row> ranked(String run, RunMetric metric) {
        List<Row> ranked = new ArrayList<>(rows.stream()
                .filter(row -> row.run().equals(run) && row.fits())
                .filter(row -> row.audit().intervals().containsKey(metric))
                .toList());
        ranked.sort(
                Comparator.comparingDouble(row -> row.audit().interval(metric).median() / row.share()));
        return ranked;
    }

    /** The place of a row among those of its run, 1 for the least; 0 if it has none. */
    int rank(Row row, RunMetric metric) {
        return ranked(row.run(), metric).indexOf(row) + 1;
    }
}
