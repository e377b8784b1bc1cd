package org.corehours.cli.library;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.corehours.core.audit.Assignment;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.Scenario;
import org.corehours.core.audit.Verdict;
import org.corehours.core.hardware.ChipLayout;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.run.RunPlan;
import org.corehours.papers.Paper;
import org.corehours.papers.RunTemplate;

/** Published claims made false on purpose, in ways that papers are wrong. */
public final class PlantedLies {

    /** How many true claims lies are made of. */
    static final int CLAIMS = 60;

    private static final String MARK = "*";

    /** A way of making a claim false. */
    public enum Kind {
        /** Four times the device-hours. */
        TIMES_FOUR("device-hours times 4", 4),
        /** A quarter of the device-hours. */
        QUARTER("device-hours divided by 4", 0.25),
        /** A number of cores printed as one of chips: twice the devices. */
        CORES_AS_CHIPS("cores called chips", 1),
        /** A number of chips printed as one of cores: half the devices. */
        CHIPS_AS_CORES("chips called cores", 1);

        private final String label;
        private final double deviceHours;

        Kind(String label, double deviceHours) {
            this.label = label;
            this.deviceHours = deviceHours;
        }

        String label() {
            return label;
        }

        String marked(String id) {
            return id + MARK + name();
        }
    }

    private PlantedLies() {}

    /** A run elsewhere than it was, under another id. */
    private record Moved(String id, RunTemplate template) implements Scenario {
        @Override
        public List<Assumption> assumptions() {
            return template.assumptions();
        }

        @Override
        public RunPlan plan(Assignment assignment) {
            return template.plan(assignment);
        }
    }

    /** Whether a claim is a lie. */
    static boolean isLie(Claim claim) {
        return claim.id().contains(MARK);
    }

    /** The lies that can be told of a paper's claims of time: the runs they are about, and the claims. */
    static void of(Paper paper, List<Scenario> runs, List<Claim> claims) {
        List<String> moved = new ArrayList<>();
        for (Claim claim : paper.claims()) {
            if (!AuditedClaim.ofTime(claim)) {
                continue;
            }
            for (Kind kind : List.of(Kind.TIMES_FOUR, Kind.QUARTER)) {
                claims.add(changed(claim, kind, claim.run(), kind.deviceHours));
            }
            RunTemplate run = paper.run(claim.run());
            Cluster cluster = run.plan(Assignment.likeliest(run.assumptions())).cluster();
            for (Map.Entry<Kind, RunTemplate> each : recounted(run, cluster).entrySet()) {
                String id = each.getKey().marked(run.id());
                if (!moved.contains(id)) {
                    moved.add(id);
                    runs.add(new Moved(id, each.getValue()));
                }
                claims.add(changed(claim, each.getKey(), id, 1));
            }
        }
    }

    /** A run whose cores were taken for chips, and one whose chips were taken for cores, where chips have several. */
    private static Map<Kind, RunTemplate> recounted(RunTemplate run, Cluster cluster) {
        ChipLayout chip = cluster.accelerator().chip();
        Map<Kind, RunTemplate> recounted = new LinkedHashMap<>();
        if (chip.coresPerChip() > 1) {
            put(
                    recounted,
                    Kind.CORES_AS_CHIPS,
                    run.with("chips", String.valueOf(chip.coresOfDevices(cluster.devices()))));
            put(recounted, Kind.CHIPS_AS_CORES, run.with("cores", String.valueOf(cluster.chips())));
        }
        return recounted;
    }

    /** Leaves out what is no run, such as more chips than there are. */
    private static void put(Map<Kind, RunTemplate> recounted, Kind kind, RunTemplate run) {
        try {
            run.plan(Assignment.likeliest(run.assumptions()));
            recounted.put(kind, run);
        } catch (IllegalArgumentException | ArithmeticException e) {
            recounted.remove(kind);
        }
    }

    private static Claim changed(Claim claim, Kind kind, String run, double deviceHours) {
        double factor = AuditedClaim.ofRate(claim) ? 1 / deviceHours : deviceHours;
        return new Claim(
                kind.marked(claim.id()),
                run,
                claim.quantity(),
                claim.comparison(),
                claim.reference(),
                claim.value() * factor,
                claim.low() * factor,
                claim.high() * factor,
                claim.provenance(),
                claim.source(),
                claim.quote(),
                claim.basis());
    }

    /**
     * How many lies of a kind are caught.
     *
     * @param kind the kind
     * @param told how many were told
     * @param flagged of how many a reviewer would be told so
     * @param doubted how many more are undetermined
     * @param medianWidth the median width of the intervals they are held against
     */
    public record Caught(Kind kind, int told, int flagged, int doubted, double medianWidth) {}

    /** The true claims that lies are made of: evenly over all consistent ones of time, in the order of the library. */
    static List<AuditedClaim> believed(List<AuditedClaim> claims) {
        List<AuditedClaim> consistent = claims.stream()
                .filter(each -> AuditedClaim.ofTime(each.finding().claim()))
                .filter(each -> each.finding().verdict() == Verdict.CONSISTENT)
                .toList();
        int wanted = Math.min(CLAIMS, consistent.size());
        return Stream.iterate(0, i -> i < wanted, i -> i + 1)
                .map(i -> consistent.get((int) ((long) i * consistent.size() / wanted)))
                .toList();
    }

    /** What became of the lies that were made of some claims. Recounted cores are told of all of them. */
    static List<Caught> caught(List<AuditedClaim> truths, List<AuditedClaim> all, Map<String, AuditedClaim> lies) {
        List<Caught> result = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<AuditedClaim> from = kind.deviceHours == 1
                    ? all.stream()
                            .filter(each -> each.finding().verdict() == Verdict.CONSISTENT)
                            .toList()
                    : truths;
            List<AuditedClaim> told = from.stream()
                    .map(each -> lies.get(kind.marked(each.name())))
                    .filter(each -> each != null)
                    .toList();
            if (!told.isEmpty()) {
                result.add(new Caught(
                        kind,
                        told.size(),
                        (int) told.stream().filter(AuditedClaim::flagged).count(),
                        (int) told.stream()
                                .filter(each -> each.finding().verdict() == Verdict.UNDETERMINED)
                                .count(),
                        Coverage.median(
                                told.stream().mapToDouble(AuditedClaim::width).toArray())));
            }
        }
        return result;
    }
}
