package org.corehours.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.corehours.core.quantity.Interval;
import org.corehours.core.quantity.Provenance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Verdicts worked out by hand: widths add in squares, and 95 % of a normal distribution lie within 1.959964 of them. */
class ClaimJudgeTest {

    private static final double CENTRAL = 1.959964;

    /** Three quarters for the first device. */
    private static final Assumption DEVICE = MadeUpRun.assumption("device", "small", 0.75, "large", 0.25);

    private static final Assumption COLOUR = MadeUpRun.assumption("colour", "red", 0.5, "blue", 0.5);

    private static final List<PublishedUtilisation> PUBLISHED = List.of(
            new PublishedUtilisation("small", NetworkKind.PRODUCTS, true, 0.5, "somebody"),
            new PublishedUtilisation("large", NetworkKind.PRODUCTS, true, 0.25, "somebody else"));

    private final Auditor auditor = auditor(Sampling.DEFAULT);

    private static Auditor auditor(Sampling sampling) {
        return new Auditor(MadeUpRun::compile, ErrorModel.standard(), sampling, PUBLISHED);
    }

    private static MadeUpRun run(String id, long figure) {
        return new MadeUpRun(id, List.of(), reading -> figure);
    }

    private static MadeUpRun byDevice(String id, long small, long large) {
        return new MadeUpRun(
                id, List.of(DEVICE), reading -> reading.choice("device").equals("small") ? small : large);
    }

    private Finding judge(MadeUpRun run, Quantity quantity, double low, double value, double high) {
        return auditor.audit(List.of(run), List.of(MadeUpRun.claim("claim", run.id(), quantity, low, value, high)))
                .findings()
                .get(0);
    }

    private Finding judge(MadeUpRun run, Quantity quantity, double value) {
        return judge(run, quantity, value, value, value);
    }

    private Finding compare(MadeUpRun run, MadeUpRun base, Quantity quantity, Comparison comparison, double value) {
        return compare(run, base, quantity, comparison, value, value);
    }

    private Finding compare(
            MadeUpRun run, MadeUpRun base, Quantity quantity, Comparison comparison, double value, double high) {
        Claim claim = new Claim(
                "claim",
                run.id(),
                quantity,
                comparison,
                base.id(),
                value,
                value,
                high,
                Provenance.REPORTED,
                "test",
                "printed",
                "");
        return auditor.audit(List.of(run, base), List.of(claim)).findings().get(0);
    }

    private static double sum(List<ReadingFit> readings, ToDoubleFunction<ReadingFit> figure) {
        return readings.stream().mapToDouble(figure).sum();
    }

    // ---- which claims fit

    /** Errors of 7 % of products, 10 % of what the laws leave out and 5 % from one measurement to the next. */
    @ParameterizedTest(name = "off by exp({0}): {1}")
    @CsvSource({"0.25, CONSISTENT", "-0.25, CONSISTENT", "0.27, INCONSISTENT", "-0.27, INCONSISTENT"})
    void aTimeFitsWithinTheErrorsOfTheLawsAndOfMeasuring(double off, Verdict verdict) {
        assertThat(CENTRAL * Math.sqrt(0.07 * 0.07 + 0.10 * 0.10 + 0.05 * 0.05)).isCloseTo(0.2586, within(1e-4));
        assertThat(judge(run("run", 100), Quantity.HOURS, 100 * Math.exp(off)).verdict())
                .isEqualTo(verdict);
    }

    @ParameterizedTest(name = "off by exp({0}): {1}")
    @CsvSource({"0.138, CONSISTENT", "-0.138, CONSISTENT", "0.139, INCONSISTENT", "-0.139, INCONSISTENT"})
    void aRatioOfTimesFitsWithinTwoMeasurements(double off, Verdict verdict) {
        assertThat(CENTRAL * 0.05 * Math.sqrt(2)).isCloseTo(0.1386, within(1e-4));
        Finding finding =
                compare(run("run", 200), run("base", 100), Quantity.HOURS, Comparison.RATIO, 2 * Math.exp(off));
        assertThat(finding.verdict()).isEqualTo(verdict);
    }

    /** A range down to zero has no logarithm: twice, within 1.96 · 5 % · √2 of what is claimed. */
    @ParameterizedTest(name = "at most {0}: {1}")
    @CsvSource({"1.8, CONSISTENT", "1.7, INCONSISTENT"})
    void aRatioUpToAFigureFitsWithinTwoMeasurementsOfIt(double most, Verdict verdict) {
        Claim claim = new Claim(
                "claim",
                "run",
                Quantity.HOURS,
                Comparison.RATIO,
                "base",
                most,
                0,
                most,
                Provenance.REPORTED,
                "test",
                "printed",
                "");
        assertThat(auditor.audit(List.of(run("run", 200), run("base", 100)), List.of(claim))
                        .findings()
                        .get(0)
                        .verdict())
                .isEqualTo(verdict);
    }

    @ParameterizedTest(name = "off by exp({0}): {1}")
    @CsvSource({"0.055, CONSISTENT", "0.056, INCONSISTENT"})
    void aRatioOfMemoryFitsWithinTwoMeasurements(double off, Verdict verdict) {
        assertThat(CENTRAL * 0.02 * Math.sqrt(2)).isCloseTo(0.0554, within(1e-4));
        MadeUpRun run = run("run", 200_000);
        MadeUpRun base = run("base", 100_000);
        double claimed = 2 * Math.exp(off);
        assertThat(compare(run, base, Quantity.ALLOCATED_MEMORY_BYTES, Comparison.RATIO, claimed)
                        .verdict())
                .isEqualTo(verdict);
    }

    /** 100 hours more, ± 12.3 by the errors that both runs share and ± 5 % of 200 and of 100 hours by measuring. */
    @ParameterizedTest(name = "{0} hours: {1}")
    @CsvSource({"131, CONSISTENT", "70, CONSISTENT", "136, INCONSISTENT", "65, INCONSISTENT", "1000, INCONSISTENT"})
    void aDifferenceOfTimesFitsWithinTheErrorsOfBoth(double hours, Verdict verdict) {
        assertThat(CENTRAL * Math.sqrt(12.3 * 12.3 + Math.pow(0.05 * Math.hypot(200, 100), 2)))
                .isCloseTo(32.6, within(0.1));
        Finding finding = compare(run("run", 200), run("base", 100), Quantity.HOURS, Comparison.DIFFERENCE, hours);
        assertThat(finding.verdict()).isEqualTo(verdict);
        assertThat(finding.estimate().median()).isCloseTo(100, within(1.0));
    }

    @Test
    void comparedCountsAreExact() {
        MadeUpRun run = run("run", 2_000_000_000);
        MadeUpRun base = run("base", 1_000_000_000);
        assertThat(compare(run, base, Quantity.PARAMETERS, Comparison.RATIO, 2).verdict())
                .isEqualTo(Verdict.CONSISTENT);
        assertThat(compare(run, base, Quantity.PARAMETERS, Comparison.RATIO, 2.00001)
                        .verdict())
                .isEqualTo(Verdict.INCONSISTENT);
        assertThat(compare(run, base, Quantity.TRAINING_FLOPS_PER_SAMPLE, Comparison.RATIO, 1.00001)
                        .verdict())
                .isEqualTo(Verdict.INCONSISTENT);
        assertThat(compare(run, base, Quantity.STEP_BYTES, Comparison.DIFFERENCE, 0)
                        .verdict())
                .isEqualTo(Verdict.CONSISTENT);
        assertThat(compare(run, base, Quantity.STEP_BYTES, Comparison.DIFFERENCE, 1)
                        .verdict())
                .isEqualTo(Verdict.INCONSISTENT);
        // A billionth of a difference of a billion is one.
        assertThat(compare(run, base, Quantity.PARAMETERS, Comparison.DIFFERENCE, 1_000_000_000.9)
                        .verdict())
                .isEqualTo(Verdict.CONSISTENT);
        assertThat(compare(run, base, Quantity.PARAMETERS, Comparison.DIFFERENCE, 1_000_000_001.1)
                        .verdict())
                .isEqualTo(Verdict.INCONSISTENT);
    }

    @Test
    void aRangeThatReachesTheEstimateFits() {
        assertThat(judge(run("run", 100), Quantity.PARAMETERS, 50, 60, 97).verdict())
                .isEqualTo(Verdict.CONSISTENT);
        assertThat(judge(run("run", 100), Quantity.PARAMETERS, 103, 160, 200).verdict())
                .isEqualTo(Verdict.CONSISTENT);
        assertThat(judge(run("run", 100), Quantity.PARAMETERS, 0, 60, 99.99).verdict())
                .as("down to zero, so compared as it is, within 2 % of 60")
                .isEqualTo(Verdict.CONSISTENT);
        assertThat(judge(run("run", 100), Quantity.PARAMETERS, 0, 60, 97).verdict())
                .isEqualTo(Verdict.INCONSISTENT);
    }

    @Test
    void aReadingOfOneSampleBorrowsTheSpreadOfTheOthers() {
        Auditor few = auditor(new Sampling(16, 16, 16));
        Assumption rare = MadeUpRun.assumption("colour", "red", 0.0625, "blue", 0.9375);
        MadeUpRun run = new MadeUpRun(
                "run", List.of(rare), reading -> reading.choice("colour").equals("red") ? 1000L : 100L);
        double alone = red(few, run, 100).estimate().median();
        assertThat(red(few, run, alone * Math.exp(0.15)).fits()).isTrue();
        assertThat(red(few, run, alone * Math.exp(-0.15)).fits()).isTrue();
        assertThat(red(few, run, alone * Math.exp(0.30)).fits()).isFalse();
    }

    private static ReadingFit red(Auditor auditor, MadeUpRun run, double hours) {
        Claim claim = MadeUpRun.claim("claim", "run", Quantity.HOURS, hours, hours, hours);
        return auditor.audit(List.of(run), List.of(claim)).findings().get(0).readings().stream()
                .filter(each -> each.reading().choice("colour").equals("red"))
                .findFirst()
                .orElseThrow();
    }

    // ---- what a claim says of the readings

    /** Counts are printed within 2 %. */
    @Test
    void aClaimMakesReadingsLikelierTheNearerTheyAre() {
        Finding finding = judge(byDevice("run", 100, 103), Quantity.PARAMETERS, 101);
        double small = 0.75 * Math.exp(-Math.pow(Math.log(1.01) / 0.02, 2) / 2);
        double large = 0.25 * Math.exp(-Math.pow(Math.log(101 / 103.0) / 0.02, 2) / 2);
        assertThat(finding.readings()).hasSize(2);
        assertThat(finding.readings().get(0).posterior()).isCloseTo(small / (small + large), within(1e-9));
        assertThat(finding.readings().get(1).posterior()).isCloseTo(large / (small + large), within(1e-9));
    }

    /** A range is a uniform distribution, of a twelfth of the square of its width. */
    @Test
    void aWideRangeTellsReadingsApartLess() {
        Finding finding = judge(byDevice("run", 100, 130), Quantity.PARAMETERS, 80, 110, 125);
        double variance = 0.02 * 0.02 + Math.pow(Math.log(125 / 80.0), 2) / 12;
        double small = 0.75 * Math.exp(-Math.pow(Math.log(1.1), 2) / (2 * variance));
        double large = 0.25 * Math.exp(-Math.pow(Math.log(110 / 130.0), 2) / (2 * variance));
        assertThat(finding.readings().get(0).posterior()).isCloseTo(small / (small + large), within(1e-9));
    }

    @Test
    void anExactCountLeavesTheReadingsThatHaveIt() {
        Finding one = compare(byDevice("run", 200, 300), run("base", 100), Quantity.PARAMETERS, Comparison.RATIO, 2);
        assertThat(one.readings()).extracting(ReadingFit::posterior).containsExactly(1.0, 0.0);
        assertThat(one.readings()).extracting(ReadingFit::fits).containsExactly(true, false);
        Finding other = compare(byDevice("run", 200, 300), run("base", 100), Quantity.PARAMETERS, Comparison.RATIO, 3);
        assertThat(other.readings()).extracting(ReadingFit::posterior).containsExactly(0.0, 1.0);
        assertThat(other.fittingWeight()).isEqualTo(0.25);
        assertThat(other.verdict()).isEqualTo(Verdict.UNDETERMINED);
    }

    /** 100 hours on the device that a claim of 100 fits, 800 hours and 1200 bytes of 1000 on the other. */
    private MadeUpRun large() {
        return new MadeUpRun(
                "run",
                List.of(COLOUR, DEVICE),
                reading -> reading.choice("device").equals("small") ? 100L : 800L);
    }

    @Test
    void readingsAreListedByTheirWeight() {
        Finding finding = judge(large(), Quantity.HOURS, 100);
        assertThat(finding.readings()).hasSize(4);
        assertThat(finding.readings()).extracting(ReadingFit::prior).containsExactly(0.375, 0.375, 0.125, 0.125);
        assertThat(sum(finding.readings(), ReadingFit::posterior)).isCloseTo(1, within(1e-9));
        for (ReadingFit each : finding.readings()) {
            boolean small = each.reading().choice("device").equals("small");
            assertThat(each.hardware()).isEqualTo(each.reading().choice("device"));
            assertThat(each.fits()).isEqualTo(small);
            assertThat(each.fitsMemory()).isEqualTo(small);
            assertThat(each.estimate().median()).isCloseTo(small ? 100 : 800, within(small ? 3.0 : 24.0));
            assertThat(each.posterior()).isCloseTo(small ? 0.5 : 0, within(0.05));
        }
    }

    @Test
    void alternativesAreListedTheMostInfluentialAssumptionFirst() {
        List<AlternativeFit> alternatives = judge(large(), Quantity.HOURS, 100).alternatives();
        assertThat(alternatives)
                .extracting(each -> each.assumption() + " " + each.alternative().id())
                .containsExactly("device small", "device large", "colour red", "colour blue");
        assertThat(alternatives).extracting(AlternativeFit::prior).containsExactly(0.75, 0.25, 0.5, 0.5);
        assertThat(alternatives).extracting(AlternativeFit::fitting).containsExactly(1.0, 0.0, 0.75, 0.75);
        assertThat(alternatives.get(0).posterior()).isCloseTo(1, within(1e-6));
        assertThat(alternatives.get(1).posterior()).isCloseTo(0, within(1e-6));
        assertThat(alternatives.get(2).posterior()).isCloseTo(0.5, within(0.05));
        assertThat(alternatives.get(1).estimate().median()).isCloseTo(800, within(24.0));
    }

    @Test
    void combinationsAreOfWhatExplainsTheSpread() {
        List<CombinationFit> combinations = judge(large(), Quantity.HOURS, 100).combinations();
        assertThat(combinations)
                .extracting(each -> each.choices().toString())
                .containsExactly("device=small", "device=large");
        assertThat(combinations)
                .extracting(CombinationFit::hardware)
                .containsExactly(List.of("small"), List.of("large"));
        assertThat(combinations).extracting(CombinationFit::prior).containsExactly(0.75, 0.25);
        assertThat(combinations).extracting(CombinationFit::fitting).containsExactly(1.0, 0.0);
        assertThat(combinations).extracting(CombinationFit::fitsMemory).containsExactly(1.0, 0.0);
        assertThat(combinations.get(0).posterior()).isCloseTo(1, within(1e-6));
        assertThat(combinations.get(1).posterior()).isCloseTo(0, within(1e-6));
        assertThat(combinations.get(0).estimate().median()).isCloseTo(100, within(3.0));
        assertThat(combinations.get(1).estimate().median()).isCloseTo(800, within(24.0));
        // The made-up utilisation is 10 over the hours, so 100 claimed hours are 0.1 of either device.
        assertThat(combinations.get(1).impliedMfu().median()).isCloseTo(0.1, within(1e-9));
    }

    /** Factors of 4, 3 and 2: a third one is not shown. The device explains nothing, but chooses the hardware. */
    @Test
    void combinationsAreOfTwoAssumptionsAtMostAndOfTheHardware() {
        Assumption device = MadeUpRun.assumption("device", "small", 0.5, "large", 0.5);
        Assumption four = MadeUpRun.assumption("four", "1", 0.5, "4", 0.5);
        Assumption three = MadeUpRun.assumption("three", "1", 0.5, "3", 0.5);
        Assumption two = MadeUpRun.assumption("two", "1", 0.5, "2", 0.5);
        MadeUpRun run = new MadeUpRun(
                "run",
                List.of(two, three, four, device),
                reading -> 10 * factor(reading, "two") * factor(reading, "three") * factor(reading, "four"));
        assertThat(judge(run, Quantity.HOURS, 100).combinations())
                .hasSize(8)
                .allMatch(each -> each.choices().choices().keySet().equals(Set.of("device", "four", "three")))
                .allMatch(each -> each.hardware().equals(List.of(each.choices().choice("device"))))
                .allMatch(each -> each.prior() == 0.125);
        // Of one device nothing is chosen, and what explains little is not shown.
        MadeUpRun one = new MadeUpRun("run", List.of(two, COLOUR), reading -> 10 * factor(reading, "two"));
        assertThat(judge(one, Quantity.HOURS, 10).combinations())
                .extracting(each -> each.choices().toString())
                .containsExactlyInAnyOrder("two=1", "two=2");
    }

    private static long factor(Assignment reading, String assumption) {
        return Long.parseLong(reading.choice(assumption));
    }

    @Test
    void readingsThatMakeNoRunAreInNoList() {
        MadeUpRun run = new MadeUpRun("run", List.of(DEVICE, COLOUR), reading -> {
            if (reading.choice("device").equals("small")) {
                throw new IllegalArgumentException("does not divide");
            }
            return 100L;
        });
        Finding finding = judge(run, Quantity.HOURS, 100);
        assertThat(finding.verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(finding.fittingWeight()).isEqualTo(1);
        assertThat(finding.readings()).hasSize(2).allMatch(each -> each.prior() == 0.5);
        assertThat(sum(finding.readings(), ReadingFit::posterior)).isCloseTo(1, within(1e-9));
        assertThat(finding.alternatives())
                .extracting(each -> each.alternative().id())
                .containsExactlyInAnyOrder("large", "red", "blue");
        assertThat(finding.combinations())
                .allSatisfy(each -> assertThat(each.hardware()).containsExactly("large"));
        assertThat(finding.combinations().stream()
                        .mapToDouble(CombinationFit::prior)
                        .sum())
                .isEqualTo(1);
        assertThat(finding.utilisations()).hasSize(1).allMatch(each -> each.weight() == 1);
        assertThat(judge(run, Quantity.STEP_BYTES, 90).estimate()).isEqualTo(Interval.exactly(90));
    }

    @Test
    void hardwareThatMakesNoRunIsInNoCombination() {
        Assumption device = MadeUpRun.assumption("device", "small", 0.5, "large", 0.25, "huge", 0.25);
        MadeUpRun run = new MadeUpRun("run", List.of(device), reading -> {
            if (reading.choice("device").equals("small")) {
                throw new IllegalArgumentException("does not divide");
            }
            return 100L;
        });
        assertThat(judge(run, Quantity.HOURS, 100).combinations())
                .extracting(each -> each.choices().toString())
                .containsExactlyInAnyOrder("device=large", "device=huge");
    }

    @Test
    void aComparisonDependsOnWhatEitherRunDoes() {
        MadeUpRun run = new MadeUpRun(
                "run", List.of(COLOUR), reading -> reading.choice("colour").equals("red") ? 100L : 300L);
        Finding finding = compare(run, byDevice("base", 100, 50), Quantity.PARAMETERS, Comparison.RATIO, 2);
        assertThat(finding.readings())
                .extracting(each -> each.reading().toString())
                .containsExactlyInAnyOrder(
                        "colour=red, device=small",
                        "colour=red, device=large",
                        "colour=blue, device=small",
                        "colour=blue, device=large");
        assertThat(finding.fittingWeight()).as("only 100 over 50").isEqualTo(0.125);
        assertThat(finding.alternatives())
                .extracting(AlternativeFit::assumption)
                .containsExactlyInAnyOrder("colour", "colour", "device", "device");
    }

    // ---- what a claim says of utilisation

    @Test
    void theUtilisationThatFollowsFromARateGrowsWithIt() {
        Finding mfu = judge(byDevice("run", 100, 25), Quantity.MFU, 0.2);
        assertThat(mfu.impliedMfu().low()).isCloseTo(0.2, within(1e-9));
        assertThat(mfu.impliedMfu().high()).isCloseTo(0.2, within(1e-9));
        MadeUpRun run = run("run", 100);
        double estimated = judge(run, Quantity.SAMPLES_PER_SECOND, 1).estimate().median();
        Finding twice = judge(run, Quantity.SAMPLES_PER_SECOND, 2 * estimated);
        assertThat(twice.impliedMfu().median()).isCloseTo(0.2, within(0.004));
    }

    @Test
    void utilisationsAreListedByTheWeightOfTheirHardware() {
        List<Utilisation> utilisations =
                judge(byDevice("run", 100, 25), Quantity.HOURS, 100).utilisations();
        assertThat(utilisations).extracting(Utilisation::hardware).containsExactly("small", "large");
        assertThat(utilisations).extracting(Utilisation::weight).containsExactly(0.75, 0.25);
        assertThat(utilisations).extracting(Utilisation::fitting).containsExactly(1.0, 0.0);
        assertThat(utilisations.get(1).mfu().median()).isCloseTo(0.1, within(1e-9));
        assertThat(utilisations.get(1).estimatedMfu().median()).isCloseTo(0.4, within(0.012));
    }

    @Test
    void theShareOfADevicesReadingsThatFit() {
        MadeUpRun run = new MadeUpRun(
                "run", List.of(COLOUR), reading -> reading.choice("colour").equals("red") ? 100L : 300L);
        assertThat(judge(run, Quantity.HOURS, 100).utilisations())
                .extracting(Utilisation::fitting)
                .containsExactly(0.5);
    }

    @ParameterizedTest(name = "at least {0}: {1}")
    @CsvSource({"0.5, INCONSISTENT", "0.51, IMPLAUSIBLE", "1, IMPLAUSIBLE", "1.01, IMPOSSIBLE"})
    void theLeastThatARateMayStandForIsHeldAgainstThePeakAndWhatWasReached(double low, Verdict verdict) {
        Assumption small = MadeUpRun.assumption("device", "small", 0.5, "smaller", 0.5);
        MadeUpRun run = new MadeUpRun("run", List.of(small), reading -> 100L);
        assertThat(judge(run, Quantity.MFU, low, 2, 3).verdict()).isEqualTo(verdict);
    }

    @Test
    void theHighestOfThePublishedIsNamed() {
        Finding finding = judge(byDevice("run", 100, 100), Quantity.MFU, 0.6);
        assertThat(finding.exceeded())
                .hasValueSatisfying(each -> assertThat(each.mfu()).isEqualTo(0.5));
        // Nothing is published of other devices.
        assertThat(judge(run("run", 100), Quantity.MFU, 0.6).exceeded()).isEmpty();
        assertThat(judge(run("run", 100), Quantity.MFU, 0.6).verdict()).isEqualTo(Verdict.INCONSISTENT);
    }
}
