package org.corehours.cli.report;

import org.corehours.cli.json.JsonText;
import org.corehours.core.audit.Arithmetic;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.Comparison;
import org.corehours.core.audit.Finding;
import org.corehours.core.audit.Influence;

/** A finding as JSON. */
public final class ClaimJson {

    /** What {@code deciding_assumption} is where no assumption decides. */
    private static final String NOTHING = "none";

    private ClaimJson() {}

    /**
     * Writes the fields of a finding.
     *
     * @param to where to
     * @param finding the finding
     */
    public static void write(JsonText to, Finding finding) {
        Claim claim = finding.claim();
        to.text("id", claim.id())
                .text("run", claim.run())
                .text("quantity", claim.quantity().id())
                .text("comparison", claim.comparison().id());
        if (claim.reference() != null) {
            to.text("reference_run", claim.reference());
        }
        to.number("claimed", claim.value())
                .object(
                        "claimed_range",
                        range -> range.number("low", claim.low()).number("high", claim.high()))
                .text(
                        "unit",
                        claim.comparison() == Comparison.RATIO
                                ? "1"
                                : claim.quantity().unit())
                .interval("estimate", finding.estimate());
        finding.ratio().ifPresent(ratio -> to.number("ratio", ratio));
        to.text("verdict", finding.verdict().id())
                .text("sentence", Sentences.verdict(finding))
                .number("fitting_weight", finding.fittingWeight())
                .interval("implied_mfu", finding.impliedMfu())
                .text("implied_mfu_basis", finding.impliesUtilisation() ? "claim" : "estimate")
                .objects(
                        "implied_mfu_by_hardware",
                        finding.utilisations(),
                        (each, utilisation) -> each.text("hardware", utilisation.hardware())
                                .number("weight", utilisation.weight())
                                .interval("implied_mfu", utilisation.mfu())
                                .interval("estimated_mfu", utilisation.estimatedMfu())
                                .number("fitting_weight", utilisation.fitting()))
                .text(
                        "deciding_assumption",
                        finding.decidingAssumption().map(Influence::factor).orElse(NOTHING))
                .objects("influences", finding.influences(), InfluenceJson::write)
                .objects(
                        "alternatives",
                        finding.alternatives(),
                        (each, alternative) -> each.text("assumption", alternative.assumption())
                                .text("alternative", alternative.alternative().id())
                                .number("prior", alternative.prior())
                                .number("posterior", alternative.posterior())
                                .interval("estimate", alternative.estimate())
                                .number("fitting_weight", alternative.fitting()))
                .objects(
                        "readings",
                        finding.combinations(),
                        (each, combination) -> each.object(
                                        "choices",
                                        choices ->
                                                combination.choices().choices().forEach(choices::text))
                                .texts("hardware", combination.hardware())
                                .number("prior", combination.prior())
                                .number("posterior", combination.posterior())
                                .interval("estimate", combination.estimate())
                                .interval("implied_mfu", combination.impliedMfu())
                                .number("fitting_weight", combination.fitting())
                                .number("fits_memory_weight", combination.fitsMemory()))
                .text("provenance", claim.provenance().id())
                .text("quote", claim.quote())
                .text("basis", claim.basis())
                .text("source", claim.source());
    }

    /**
     * Writes the fields of a check of a paper's figures against each other.
     *
     * @param to where to
     * @param arithmetic the check
     */
    public static void write(JsonText to, Arithmetic arithmetic) {
        to.text("run", arithmetic.run())
                .text("hours_claim", arithmetic.hours().id())
                .text("total_claim", arithmetic.total().id())
                .number("units", arithmetic.units())
                .number("product", arithmetic.product())
                .number("claimed", arithmetic.total().value())
                .flag("agrees", arithmetic.agrees())
                .text("sentence", Sentences.arithmetic(arithmetic));
    }
}
