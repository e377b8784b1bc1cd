package org.corehours.cli.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.corehours.cli.document.Numbers;
import org.corehours.core.audit.AlternativeFit;
import org.corehours.core.audit.Arithmetic;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.Comparison;
import org.corehours.core.audit.Finding;
import org.corehours.core.audit.Influence;
import org.corehours.core.audit.Quantity;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.RunMetric;
import org.corehours.core.quantity.Provenance;

/** Says what an audit found, in sentences that can be pasted into a review. */
public final class Sentences {

    private static final double CLOSE = 0.005;

    private Sentences() {}

    /**
     * The verdict with its numbers.
     *
     * @param finding the finding
     * @return one sentence
     */
    public static String verdict(Finding finding) {
        Claim claim = finding.claim();
        StringBuilder text = new StringBuilder();
        text.append("The ")
                .append(claim.provenance() == Provenance.REPORTED ? "reported" : "published")
                .append(" figure for the ")
                .append(Quantities.subject(claim))
                .append(", ")
                .append(Quantities.claimed(claim))
                .append(", is ")
                .append(finding.verdict().id())
                .append(conclusion(finding))
                .append(": the estimate is ")
                .append(Quantities.estimate(claim, finding.estimate()))
                .append(ratio(finding))
                .append(weight(finding));
        if (finding.impliesUtilisation()) {
            text.append(", and the claim implies ").append(utilisation(finding));
        }
        return text.append('.').toString();
    }

    /**
     * Which runs cost most.
     *
     * @param runs the runs of a paper, at least one
     * @return one sentence that names at most three of them, with their share of the device-hours of all
     */
    public static String dearest(List<RunAudit> runs) {
        double total = runs.stream().mapToDouble(Sentences::deviceHours).sum();
        return runs.stream()
                .sorted(Comparator.comparingDouble(Sentences::deviceHours).reversed())
                .limit(3)
                .map(run -> run.id() + " with " + Numbers.plain(deviceHours(run)) + " device-hours ("
                        + Numbers.wholePercent(deviceHours(run) / total) + " of all)")
                .collect(Collectors.joining(", then ", "Most of it goes to ", "."));
    }

    private static double deviceHours(RunAudit run) {
        return run.interval(RunMetric.DEVICE_HOURS).median();
    }

    /** A phrase as a sentence: with a capital and a full stop. */
    static String sentence(String phrase) {
        String text = phrase.strip();
        if (text.isEmpty()) {
            return "";
        }
        return text.substring(0, 1).toUpperCase(Locale.ROOT)
                + text.substring(1)
                + (text.endsWith(".") || text.endsWith("?") ? "" : ".");
    }

    private static String conclusion(Finding finding) {
        return switch (finding.verdict()) {
            case CONSISTENT, UNDETERMINED -> "";
            case INCONSISTENT, IMPLAUSIBLE, IMPOSSIBLE -> " (" + direction(finding) + ")";
        };
    }

    private static String direction(Finding finding) {
        Claim claim = finding.claim();
        boolean more = finding.claimsMore();
        return switch (claim.quantity()) {
            case DEVICE_HOURS, CORE_HOURS, HOURS, STEP_SECONDS -> more ? "too slow" : "too fast";
            case SAMPLES_PER_SECOND, MFU -> more ? "too fast" : "too slow";
            case PARAMETERS, PEAK_MEMORY_BYTES, ALLOCATED_MEMORY_BYTES, TRAINING_FLOPS_PER_SAMPLE, STEP_BYTES ->
                more ? "too much" : "too little";
        };
    }

    private static String ratio(Finding finding) {
        Optional<Double> ratio = finding.ratio();
        if (ratio.isEmpty() || finding.claim().comparison() == Comparison.DIFFERENCE) {
            return "";
        }
        return Math.abs(ratio.get() - 1) < CLOSE
                ? ", whose median it equals"
                : ", of whose median it is " + Numbers.plain(ratio.get()) + " times";
    }

    private static String weight(Finding finding) {
        if (finding.readings().size() <= 1 && finding.exceeded().isEmpty()) {
            return "";
        }
        return switch (finding.verdict()) {
            case CONSISTENT ->
                "; readings with " + Numbers.wholePercent(finding.fittingWeight()) + " of the prior weight fit it";
            case UNDETERMINED ->
                "; only readings with " + Numbers.wholePercent(finding.fittingWeight()) + " of the prior weight fit it";
            case INCONSISTENT -> "; no reading fits it";
            case IMPLAUSIBLE ->
                finding.exceeded()
                        .map(best -> "; no reading fits it, and the best ever published of such a training is "
                                + Numbers.percent(best.mfu()) + " of the peak (" + best.source() + ")")
                        .orElse("");
            case IMPOSSIBLE -> "; no reading can be, by the devices' peak or memory";
        };
    }

    /** The implied utilisation by hardware. */
    static String utilisation(Finding finding) {
        return finding.utilisations().stream()
                .map(each -> Numbers.interval(each.mfu(), Numbers::percent) + " of the peak on " + each.hardware())
                .collect(Collectors.joining(" and "));
    }

    /**
     * Which assumption decides, with what each of its alternatives leads to.
     *
     * @param finding the finding
     * @param assumptions the assumptions by id
     * @return one or two sentences
     */
    public static String decides(Finding finding, Map<String, Assumption> assumptions) {
        Optional<Influence> deciding = finding.decidingAssumption();
        if (deciding.isEmpty()) {
            return finding.estimate().low() == finding.estimate().high()
                    ? "Nothing that is open moves this figure."
                    : "No assumption decides; what spread there is comes from the errors of the laws, most of it from "
                            + largestError(finding) + ".";
        }
        Influence influence = deciding.get();
        Assumption assumption = assumptions.get(influence.factor());
        String question = assumption == null ? influence.factor() : assumption.question();
        List<AlternativeFit> alternatives = finding.alternatives().stream()
                .filter(each -> each.assumption().equals(influence.factor()))
                .toList();
        return "What decides is: " + question + " It explains " + Numbers.wholePercent(influence.share())
                + " of the spread: "
                + alternatives.stream()
                        .map(each -> each.alternative().label() + " gives "
                                + Quantities.estimate(finding.claim(), each.estimate()))
                        .collect(Collectors.joining("; "))
                + ".";
    }

    private static String largestError(Finding finding) {
        return finding.influences().stream()
                .filter(each -> each.kind() == Influence.Kind.ERROR)
                .findFirst()
                .map(each -> "the error of the " + each.factor().replace('_', ' ') + " law")
                .orElse("none in particular");
    }

    /**
     * Whether two printed figures agree.
     *
     * @param arithmetic the figures
     * @return one sentence
     */
    public static String arithmetic(Arithmetic arithmetic) {
        String units = arithmetic.total().quantity() == Quantity.CORE_HOURS ? "cores" : "devices";
        return String.format(
                Locale.ROOT,
                "%s %s times %s h is %s %s; the paper says %s: the two %s.",
                Numbers.count(arithmetic.units()),
                units,
                Numbers.plain(arithmetic.hours().value()),
                Numbers.count(arithmetic.product()),
                arithmetic.total().quantity().unit(),
                arithmetic.total().quote(),
                arithmetic.agrees() ? "agree within rounding" : "do not agree");
    }
}
