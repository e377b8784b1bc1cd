package org.corehours.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.corehours.core.quantity.Interval;
import org.corehours.core.quantity.Provenance;
import org.junit.jupiter.api.Test;

class AuditorTest {

    private static final Assumption DEVICE = MadeUpRun.assumption("device", "small", 0.5, "large", 0.5);
    private static final Assumption COLOUR = MadeUpRun.assumption("colour", "red", 0.5, "blue", 0.5);

    private final Auditor auditor = new Auditor(
            MadeUpRun::compile,
            ErrorModel.standard(),
            Sampling.DEFAULT,
            List.of(
                    new PublishedUtilisation("small", NetworkKind.PRODUCTS, true, 0.5, "somebody"),
                    new PublishedUtilisation("small", NetworkKind.CONVOLUTIONS, true, 0.9, "somebody"),
                    new PublishedUtilisation("small", NetworkKind.PRODUCTS, false, 0.9, "somebody"),
                    new PublishedUtilisation("large", NetworkKind.PRODUCTS, true, 0.6, "somebody else")));

    /** 100 hours on the small device, 25 on the large one, whatever the colour. */
    private static MadeUpRun run() {
        return new MadeUpRun(
                "run",
                List.of(DEVICE, COLOUR),
                reading -> reading.choice("device").equals("small") ? 100L : 25L);
    }

    private Finding finding(Quantity quantity, double low, double value, double high) {
        return auditor.audit(List.of(run()), List.of(MadeUpRun.claim("claim", "run", quantity, low, value, high)))
                .findings()
                .get(0);
    }

    @Test
    void aClaimThatHalfOfTheReadingsFitIsConsistentUnderThem() {
        Finding finding = finding(Quantity.HOURS, 95, 100, 105);
        assertThat(finding.verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(finding.fittingWeight()).isCloseTo(0.5, within(0.001));
        assertThat(finding.readings())
                .allMatch(each -> each.fits() == each.reading().choice("device").equals("small"));
        assertThat(finding.alternatives())
                .filteredOn(each -> each.alternative().id().equals("large"))
                .allSatisfy(each -> {
                    assertThat(each.fitting()).isZero();
                    assertThat(each.posterior()).isLessThan(1e-6);
                    assertThat(each.estimate().median()).isCloseTo(25, within(0.5));
                });
    }

    @Test
    void aClaimThatFitsNoReadingIsInconsistent() {
        Finding tooLittle = finding(Quantity.HOURS, 17.5, 18, 18.5);
        assertThat(tooLittle.verdict()).isEqualTo(Verdict.INCONSISTENT);
        assertThat(tooLittle.claimsMore()).isFalse();
        assertThat(finding(Quantity.HOURS, 50, 50, 50).verdict()).isEqualTo(Verdict.INCONSISTENT);
        assertThat(tooLittle.readings()).allMatch(each -> each.posterior() == 0);
    }

    /** The made-up run's utilisation is 10 over its hours, so what claims 13.5 hours claims 0.74. */
    @Test
    void aClaimBeyondWhatWasEverPublishedIsImplausible() {
        Finding finding = finding(Quantity.HOURS, 12.5, 13, 13.5);
        assertThat(finding.verdict()).isEqualTo(Verdict.IMPLAUSIBLE);
        assertThat(finding.exceeded()).hasValueSatisfying(each -> {
            assertThat(each.mfu()).isEqualTo(0.6);
            assertThat(each.source()).isEqualTo("somebody else");
        });
        Finding possibleOnOne = finding(Quantity.HOURS, 17.5, 18, 18.5);
        assertThat(possibleOnOne.verdict()).isEqualTo(Verdict.INCONSISTENT);
        assertThat(possibleOnOne.exceeded()).isEmpty();
    }

    @Test
    void aClaimBeyondThePeakOrTheMemoryIsImpossible() {
        assertThat(finding(Quantity.HOURS, 8, 9, 9.5).verdict()).isEqualTo(Verdict.IMPOSSIBLE);
        assertThat(finding(Quantity.HOURS, 8, 9, 10.1).verdict()).isNotEqualTo(Verdict.IMPOSSIBLE);
        MadeUpRun tooBig = new MadeUpRun("run", List.of(), reading -> 4000L);
        Claim claim = MadeUpRun.claim("claim", "run", Quantity.HOURS, 8000, 8000, 8000);
        assertThat(auditor.audit(List.of(tooBig), List.of(claim))
                        .findings()
                        .get(0)
                        .verdict())
                .isEqualTo(Verdict.IMPOSSIBLE);
    }

    @Test
    void aClaimThatFewReadingsFitIsUndetermined() {
        Assumption rare = MadeUpRun.assumption("device", "small", 0.125, "large", 0.875);
        MadeUpRun run = new MadeUpRun(
                "run", List.of(rare), reading -> reading.choice("device").equals("small") ? 100L : 25L);
        Finding finding = auditor.audit(
                        List.of(run), List.of(MadeUpRun.claim("claim", "run", Quantity.HOURS, 95, 100, 105)))
                .findings()
                .get(0);
        assertThat(finding.verdict()).isEqualTo(Verdict.UNDETERMINED);
        assertThat(finding.fittingWeight()).isEqualTo(0.125);
    }

    /** 100 hours if device and colour go together, else 25: neither says anything without the other. */
    @Test
    void whatActsTogetherHasATotalShareOnly() {
        MadeUpRun run = new MadeUpRun(
                "run",
                List.of(DEVICE, COLOUR),
                reading -> reading.choice("device").equals("small")
                                == reading.choice("colour").equals("red")
                        ? 100L
                        : 25L);
        List<Influence> influences =
                auditor.audit(List.of(run), List.of()).runs().get(0).influences();
        assertThat(influences)
                .filteredOn(each -> each.kind() == Influence.Kind.ASSUMPTION)
                .hasSize(2)
                .allSatisfy(each -> {
                    assertThat(each.share()).isLessThan(0.02);
                    assertThat(each.total()).isGreaterThan(0.95);
                });
        assertThat(influences)
                .filteredOn(each -> each.factor().equals("matrix"))
                .allSatisfy(each -> assertThat(each.total()).isBetween(each.share(), 0.05));
    }

    @Test
    void anErrorAloneHasTheWholeSpread() {
        MadeUpRun run = new MadeUpRun("run", List.of(), reading -> 100L);
        List<Influence> influences =
                auditor.audit(List.of(run), List.of()).runs().get(0).influences();
        // The made-up device's products are off by 0.07, and what laws leave out by 0.10.
        assertThat(influences.get(0).factor()).isEqualTo("remainder");
        assertThat(influences.get(0).share()).isCloseTo(0.67, within(0.05));
        assertThat(influences.get(0).total()).isCloseTo(0.67, within(0.15));
        assertThat(influences)
                .filteredOn(each -> each.factor().equals("host"))
                .allSatisfy(each -> assertThat(each.total()).isLessThan(0.1));
    }

    @Test
    void theAssumptionThatMovesTheEstimateDecides() {
        Finding finding = finding(Quantity.HOURS, 95, 100, 105);
        assertThat(finding.decidingAssumption()).hasValueSatisfying(each -> {
            assertThat(each.factor()).isEqualTo("device");
            assertThat(each.share()).isGreaterThan(0.95);
        });
        assertThat(finding.influences())
                .filteredOn(each -> each.factor().equals("colour"))
                .allMatch(each -> each.share() < 0.005);
    }

    @Test
    void influencesOfIndependentFactorsSumToTheWhole() {
        double sum = finding(Quantity.HOURS, 95, 100, 105).influences().stream()
                .mapToDouble(Influence::share)
                .sum();
        assertThat(sum).isCloseTo(1, within(0.1));
    }

    @Test
    void aCountFitsWithinHowAuthorsCount() {
        MadeUpRun run = new MadeUpRun("run", List.of(), reading -> 21_670_000L);
        List<Claim> claims = List.of(
                MadeUpRun.claim("21M", "run", Quantity.PARAMETERS, 20.5e6, 21e6, 21.5e6),
                MadeUpRun.claim("24M", "run", Quantity.PARAMETERS, 23.5e6, 24e6, 24.5e6));
        Audit audit = auditor.audit(List.of(run), claims);
        assertThat(audit.findings())
                .extracting(Finding::verdict)
                .containsExactly(Verdict.CONSISTENT, Verdict.INCONSISTENT);
        assertThat(audit.findings().get(0).estimate()).isEqualTo(Interval.exactly(21_670_000));
        assertThat(audit.findings().get(0).decidingAssumption()).isEmpty();
    }

    @Test
    void theAssumptionsListedFirstAreCrossedWhereThereAreTooManyReadings() {
        List<Assumption> many = IntStream.range(0, 12)
                .mapToObj(i -> MadeUpRun.assumption("a" + i, "x", 0.75, "y", 0.25))
                .toList();
        RunAudit audit = auditor.audit(List.of(new MadeUpRun("run", many, reading -> 100L)), List.of())
                .run("run");
        assertThat(audit.readings()).hasSizeLessThanOrEqualTo(Sampling.DEFAULT.maxReadings());
        for (Assumption each : many.subList(0, 5)) {
            double weight = audit.readings().stream()
                    .filter(reading -> reading.reading().choice(each.id()).equals("x"))
                    .mapToDouble(RunReading::weight)
                    .sum();
            assertThat(weight).as(each.id()).isEqualTo(0.75);
        }
    }

    @Test
    void theImpliedUtilisationIsThatOfTheClaimedTime() {
        Finding finding = finding(Quantity.HOURS, 40, 40, 40);
        // The made-up utilisation is 10 over the hours, whatever the laws' errors.
        assertThat(finding.impliesUtilisation()).isTrue();
        assertThat(finding.impliedMfu().median()).isCloseTo(0.25, within(1e-9));
        assertThat(finding.utilisations())
                .extracting(Utilisation::hardware)
                .containsExactlyInAnyOrder("small", "large");
        assertThat(finding.utilisations()).allMatch(each -> Math.abs(each.weight() - 0.5) < 0.001);
    }

    @Test
    void aRatioOfTwoRunsDoesNotSufferFromWhatTheyShare() {
        MadeUpRun base = new MadeUpRun("base", List.of(DEVICE), run().hours());
        MadeUpRun twice = new MadeUpRun(
                "twice", List.of(DEVICE), reading -> 2 * run().hours().apply(reading));
        Claim claim = new Claim(
                "ratio",
                "twice",
                Quantity.HOURS,
                Comparison.RATIO,
                "base",
                2,
                1.95,
                2.05,
                Provenance.REPORTED,
                "test",
                "twice as long",
                "");
        Finding finding =
                auditor.audit(List.of(base, twice), List.of(claim)).findings().get(0);
        assertThat(finding.estimate().low()).isCloseTo(2, within(1e-9));
        assertThat(finding.estimate().high()).isCloseTo(2, within(1e-9));
        assertThat(finding.verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(finding.impliesUtilisation()).isFalse();
    }

    @Test
    void aDifferenceMayBeZeroOrLess() {
        MadeUpRun base = new MadeUpRun("base", List.of(), reading -> 100L);
        MadeUpRun same = new MadeUpRun("same", List.of(), reading -> 99L);
        Claim claim = new Claim(
                "difference",
                "same",
                Quantity.PARAMETERS,
                Comparison.DIFFERENCE,
                "base",
                -1,
                -1,
                -1,
                Provenance.REPORTED,
                "test",
                "one less",
                "");
        Finding finding =
                auditor.audit(List.of(base, same), List.of(claim)).findings().get(0);
        assertThat(finding.estimate()).isEqualTo(Interval.exactly(-1));
        assertThat(finding.verdict()).isEqualTo(Verdict.CONSISTENT);
    }

    @Test
    void hoursTimesUnitsMustBeTheTotal() {
        Audit audit = auditor.audit(
                List.of(run()),
                List.of(
                        MadeUpRun.claim("hours", "run", Quantity.HOURS, 40.5, 41, 41.5),
                        MadeUpRun.claim("right", "run", Quantity.DEVICE_HOURS, 40, 41, 42),
                        MadeUpRun.claim("wrong", "run", Quantity.CORE_HOURS, 81, 82, 83)));
        assertThat(audit.arithmetic()).extracting(Arithmetic::agrees).containsExactly(true, false);
        assertThat(audit.arithmetic().get(0).product()).isEqualTo(41);
    }

    @Test
    void impossibleReadingsAreLeftOutAndNamed() {
        MadeUpRun run = new MadeUpRun("run", List.of(DEVICE), reading -> {
            if (reading.choice("device").equals("small")) {
                throw new IllegalArgumentException("does not divide");
            }
            return 25L;
        });
        RunAudit audit = auditor.audit(List.of(run), List.of()).run("run");
        assertThat(audit.impossible()).hasSize(1).containsValue("does not divide");
        assertThat(audit.readings()).hasSize(1).allMatch(each -> each.weight() == 1);
        assertThat(audit.interval(RunMetric.HOURS).median()).isCloseTo(25, within(0.5));
        MadeUpRun never = new MadeUpRun("never", List.of(), reading -> {
            throw new IllegalArgumentException("does not divide");
        });
        assertThatThrownBy(() -> auditor.audit(List.of(never), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("does not divide");
    }

    @Test
    void theSameInputGivesTheSameAudit() {
        Claim claim = MadeUpRun.claim("claim", "run", Quantity.HOURS, 95, 100, 105);
        Audit one = auditor.audit(List.of(run()), List.of(claim));
        Audit two = auditor.audit(List.of(run()), List.of(claim));
        assertThat(two.findings().get(0).estimate())
                .isEqualTo(one.findings().get(0).estimate());
        assertThat(two.findings().get(0).influences())
                .isEqualTo(one.findings().get(0).influences());
    }
}
