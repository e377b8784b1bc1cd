package org.corehours.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.corehours.core.quantity.Interval;
import org.corehours.core.quantity.Provenance;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the records of an audit refuse, and what they say of themselves. */
class AuditRecordsTest {

    private static void refused(ThrowingCallable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }

    private static Alternative alternative(String id, String label, double prior, String source) {
        return new Alternative(id, label, prior, Provenance.ASSUMED, source);
    }

    @Test
    void anAlternativeSaysWhatItMeansHowLikelyItIsAndWhy() {
        refused(() -> alternative(" ", "label", 0.5, "source"), "The id of an alternative must not be blank.");
        refused(() -> alternative("a", " ", 0.5, "source"), "The label of a must not be blank.");
        refused(() -> alternative("a", "label", 0.5, ""), "The source of a must not be blank.");
        refused(() -> alternative("a", "label", 0, "source"), "The prior of a must be above 0 and at most 1, not 0.0.");
        refused(
                () -> alternative("a", "label", 1.5, "source"),
                "The prior of a must be above 0 and at most 1, not 1.5.");
        assertThat(alternative("a", "label", 1, "source").prior()).isOne();
    }

    @Test
    void anAssumptionIsAQuestionWithReasonsAndChoices() {
        List<Alternative> two = List.of(alternative("x", "x", 0.5, "s"), alternative("y", "y", 0.5, "s"));
        refused(() -> new Assumption("", "q?", "r", two), "The id of an assumption must not be blank.");
        refused(() -> new Assumption("a", "", "r", two), "The question of a must not be blank.");
        refused(() -> new Assumption("a", "q?", "", two), "The reason of a must not be blank.");
        refused(
                () -> new Assumption("a", "q?", "r", List.of(alternative("x", "x", 1, "s"))),
                "The assumption a needs at least two alternatives, not 1. A value without an alternative belongs to the"
                        + " run itself.");
        refused(
                () -> new Assumption(
                        "a", "q?", "r", List.of(alternative("x", "x", 0.5, "s"), alternative("x", "y", 0.5, "s"))),
                "The assumption a has two alternatives x.");
        // Of equal priors the first counts as the likeliest.
        assertThat(new Assumption("a", "q?", "r", two).likeliest().id()).isEqualTo("x");
    }

    @Test
    void anErrorHasAWidth() {
        refused(() -> error("", "l", 0.1, "s"), "The id of an error must not be blank.");
        refused(() -> error("e", "", 0.1, "s"), "The label of e must not be blank.");
        refused(() -> error("e", "l", 0.1, ""), "The source of e must not be blank.");
        refused(() -> error("e", "l", -0.1, "s"), "The width of the error e must be at least 0 and below 2, not -0.1.");
        refused(() -> error("e", "l", 2, "s"), "The width of the error e must be at least 0 and below 2, not 2.0.");
        assertThat(error("e", "l", 0, "s").factor(3)).isOne();
        assertThat(error("e", "l", 0.1, "s").factor(2)).isCloseTo(Math.exp(0.2), within(1e-15));
    }

    private static ErrorSource error(String id, String label, double sigma, String source) {
        return new ErrorSource(id, label, sigma, Provenance.ASSUMED, source);
    }

    @Test
    void aClaimIsAPrintedFigureOfARunWithASource() {
        refused(() -> claim("", "run", "s", "q", 1, 1, 1), "The id of a claim must not be blank.");
        refused(() -> claim("c", "", "s", "q", 1, 1, 1), "The run of c must not be blank.");
        refused(() -> claim("c", "run", "", "q", 1, 1, 1), "The source of c must not be blank.");
        refused(() -> claim("c", "run", "s", "", 1, 1, 1), "The quote of c must not be blank.");
        refused(
                () -> claim("c", "run", "s", "q", 2, 1, 3),
                "The claim c needs finite figures with low 2.0 <= value 1.0 <= high 3.0.");
        refused(
                () -> claim("c", "run", "s", "q", 1, 4, 3),
                "The claim c needs finite figures with low 1.0 <= value 4.0 <= high 3.0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> claim("c", "run", "s", "q", 1, 2, Double.POSITIVE_INFINITY));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> claim("c", "run", "s", "q", Double.NEGATIVE_INFINITY, 2, 3));
        assertThatNoException().isThrownBy(() -> claim("c", "run", "s", "q", 1, 1, 1));
        refused(
                () -> compared(Comparison.ABSOLUTE, "other"),
                "The claim c is absolute and has no use for a reference run.");
        refused(() -> compared(Comparison.RATIO, null), "The claim c is ratio and needs a reference run.");
        assertThat(compared(Comparison.DIFFERENCE, "other").reference()).isEqualTo("other");
    }

    private static Claim claim(
            String id, String run, String source, String quote, double low, double value, double high) {
        return new Claim(
                id,
                run,
                Quantity.HOURS,
                Comparison.ABSOLUTE,
                null,
                value,
                low,
                high,
                Provenance.REPORTED,
                source,
                quote,
                "");
    }

    private static Claim compared(Comparison comparison, @Nullable String reference) {
        return new Claim("c", "run", Quantity.HOURS, comparison, reference, 1, 1, 1, Provenance.REPORTED, "s", "q", "");
    }

    @Test
    void aSamplingHasRoomForItsReadings() {
        refused(() -> new Sampling(1, 1, 1), "The samples (1) must be a power of two. Maybe use 1024.");
        refused(() -> new Sampling(2, 0, 1), "At least the origin must be skipped, not 0 points.");
        refused(() -> new Sampling(2, 1, 0), "The number of readings (0) must lie between 1 and the samples (2).");
        refused(() -> new Sampling(2, 1, 3), "The number of readings (3) must lie between 1 and the samples (2).");
        assertThat(new Sampling(2, 1, 1).maxReadings()).isOne();
        assertThat(new Sampling(2, 1, 2).maxReadings()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "1, CONSISTENT",
        "0.5, CONSISTENT",
        "0.49, UNDETERMINED",
        "0.01, UNDETERMINED",
        "0.009, INCONSISTENT",
        "0, INCONSISTENT"
    })
    void theWeightOfFittingReadingsDecides(double weight, Verdict verdict) {
        assertThat(Verdict.of(weight)).isEqualTo(verdict);
    }

    @Test
    void everyNameOfAnEnumIsSaidInLowerCaseAndExplained() {
        assertThat(Verdict.IMPLAUSIBLE.id()).isEqualTo("implausible");
        assertThat(Verdict.values())
                .extracting(Verdict::definition)
                .doesNotHaveDuplicates()
                .noneMatch(String::isBlank);
        assertThat(Quantity.MFU.id()).isEqualTo("mfu");
        assertThat(Quantity.values())
                .extracting(Quantity::label)
                .doesNotHaveDuplicates()
                .noneMatch(String::isBlank);
        assertThat(Quantity.STEP_SECONDS.unit()).isEqualTo("s");
        assertThat(Quantity.values()).extracting(Quantity::unit).noneMatch(String::isBlank);
        assertThat(RunMetric.CO2_KG.id()).isEqualTo("co2_kg");
        assertThat(NetworkKind.CONVOLUTIONS.id()).isEqualTo("convolutions");
        assertThat(Comparison.RATIO.id()).isEqualTo("ratio");
    }

    private static PublishedUtilisation published(String devices, double mfu, String source) {
        return new PublishedUtilisation(devices, NetworkKind.PRODUCTS, true, mfu, source);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1.01, Double.NaN})
    void aPublishedUtilisationIsAShare(double mfu) {
        refused(
                () -> published("v100", mfu, "s"),
                "A published utilisation of v100 must be above 0 and at most 1, not " + mfu + ".");
    }

    @Test
    void aPublishedUtilisationHasDevicesAndASource() {
        refused(() -> published("", 0.5, "s"), "The devices of a published utilisation must not be blank.");
        refused(() -> published("v100", 0.5, ""), "The source of a published utilisation of v100 must not be blank.");
        assertThat(published("v100", 1, "s").mfu()).isOne();
    }

    @Test
    void theBestIsOfTheSameDeviceKindAndPrecision() {
        PublishedUtilisation products = published("v100", 0.4, "s");
        PublishedUtilisation better = published("v100-sxm", 0.5, "s");
        PublishedUtilisation convolutions = new PublishedUtilisation("v100", NetworkKind.CONVOLUTIONS, true, 0.6, "s");
        PublishedUtilisation single = new PublishedUtilisation("v100", NetworkKind.PRODUCTS, false, 0.8, "s");
        PublishedUtilisation other = published("a100", 0.9, "s");
        List<PublishedUtilisation> all = List.of(products, better, convolutions, single, other);

        assertThat(PublishedUtilisation.best(all, "v100-sxm2-16gb")).contains(convolutions);
        assertThat(PublishedUtilisation.best(all, "v100-sxm2-16gb", NetworkKind.PRODUCTS, true))
                .contains(better);
        assertThat(PublishedUtilisation.best(all, "v100-pcie", NetworkKind.PRODUCTS, true))
                .contains(products);
        assertThat(PublishedUtilisation.best(all, "v100-pcie", NetworkKind.PRODUCTS, false))
                .contains(single);
        assertThat(PublishedUtilisation.best(all, "v100-pcie", NetworkKind.CONVOLUTIONS, false))
                .isEmpty();
        assertThat(PublishedUtilisation.best(all, "t4")).isEmpty();
    }

    private static Finding finding(double value, Interval estimate, Influence... influences) {
        return new Finding(
                MadeUpRun.claim("c", "run", Quantity.HOURS, value, value, value),
                estimate,
                Verdict.CONSISTENT,
                1,
                true,
                Interval.exactly(0.5),
                List.of(),
                Optional.empty(),
                List.of(influences),
                List.of(),
                List.of(),
                List.of());
    }

    @Test
    void aFindingComparesTheClaimWithTheMedian() {
        assertThat(finding(30, new Interval(1, 20, 90)).ratio()).contains(1.5);
        assertThat(finding(30, Interval.exactly(0)).ratio()).isEmpty();
        assertThat(finding(20.1, new Interval(1, 20, 90)).claimsMore()).isTrue();
        assertThat(finding(20, new Interval(1, 20, 90)).claimsMore()).isFalse();
    }

    @Test
    void theFirstAssumptionThatExplainsAHundredthDecides() {
        Influence error = new Influence("matrix", Influence.Kind.ERROR, 0.9, 0.9);
        Influence hundredth = new Influence("crops", Influence.Kind.ASSUMPTION, 0.01, 0.01);
        Influence less = new Influence("colour", Influence.Kind.ASSUMPTION, 0.0099, 0.5);
        Interval estimate = Interval.exactly(1);
        assertThat(finding(1, estimate, error, hundredth, less).decidingAssumption())
                .contains(hundredth);
        assertThat(finding(1, estimate, error, less).decidingAssumption()).isEmpty();
    }

    @Test
    void estimatesAreComparedByFactorsUnlessOneIsZeroOrLess() {
        assertThat(Scale.of(new double[] {1, Double.NaN, 1e-9})).isEqualTo(Scale.LOGARITHMIC);
        assertThat(Scale.of(new double[] {1, 0})).isEqualTo(Scale.LINEAR);
        assertThat(Scale.LOGARITHMIC.apply(Math.E)).isEqualTo(1);
        assertThat(Scale.LINEAR.apply(-7)).isEqualTo(-7);
    }
}
