package org.corehours.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.corehours.core.quantity.Interval;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.simulate.Bottleneck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs under everything that is uncertain, and figures that must agree. */
class RunSamplesTest {

    private static final Assumption DEVICE = MadeUpRun.assumption("device", "small", 0.25, "large", 0.75);

    private final Auditor auditor = auditor(Sampling.DEFAULT);

    private static Auditor auditor(Sampling sampling) {
        return new Auditor(MadeUpRun::compile, ErrorModel.standard(), sampling, List.of());
    }

    private RunAudit audit(MadeUpRun run) {
        return auditor.audit(List.of(run), List.of()).run("run");
    }

    private Interval estimate(Quantity quantity) {
        MadeUpRun run = new MadeUpRun("run", List.of(), reading -> 100_000L);
        return auditor.audit(List.of(run), List.of(MadeUpRun.claim("c", "run", quantity, 1, 1, 1)))
                .findings()
                .get(0)
                .estimate();
    }

    @Test
    void printedMemoryLiesAnywhereBetweenWhatIsAllocatedAndWhatTheDriverShows() {
        // The context takes half as much as what is allocated; 80 % of the space between lie within the interval.
        assertThat(estimate(Quantity.ALLOCATED_MEMORY_BYTES).median()).isCloseTo(100_000, within(500.0));
        Interval printed = estimate(Quantity.PEAK_MEMORY_BYTES);
        assertThat(printed.median()).isCloseTo(125_000, within(1500.0));
        assertThat(printed.high() - printed.low()).isBetween(40_000.0, 48_000.0);
    }

    @Test
    void aStepMovesTheBytesOfAllItsMicroBatches() {
        assertThat(estimate(Quantity.STEP_BYTES)).isEqualTo(Interval.exactly(2 * 3 * 15));
    }

    @Test
    void figuresVaryWithTheErrorsTheyDependOn() {
        assertThat(RunMetric.HOURS.vary(100, 2, 5)).isEqualTo(200);
        assertThat(RunMetric.MFU.vary(100, 2, 5)).isEqualTo(50);
        assertThat(RunMetric.PEAK_MEMORY_BYTES.vary(100, 2, 5)).isEqualTo(500);
        assertThat(RunMetric.PARAMETERS.vary(100, 2, 5)).isEqualTo(100);
    }

    @Test
    void everyFigureThatIsKnownHasItsInterval() {
        RunAudit audit = audit(new MadeUpRun("run", List.of(), reading -> 100L));
        assertThat(audit.interval(RunMetric.PARAMETERS)).isEqualTo(Interval.exactly(100));
        Interval memory = audit.interval(RunMetric.ALLOCATED_MEMORY_BYTES);
        assertThat(memory.high() / memory.low()).isCloseTo(Math.exp(2 * 1.2816 * 0.06), within(0.01));
        assertThat(audit.intervals()).doesNotContainKey(RunMetric.COST_USD);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> audit.interval(RunMetric.COST_USD))
                .withMessage("The run run has no interval of cost_usd.");
        assertThat(audit.boundBy()).containsExactly(entry(Bottleneck.COMPUTE, 1.0));
    }

    @Test
    void readingsAreListedByTheirWeightAndTheLikeliestStandsForTheRun() {
        RunAudit audit = audit(new MadeUpRun(
                "run", List.of(DEVICE), reading -> reading.choice("device").equals("small") ? 100L : 800L));
        assertThat(audit.readings()).extracting(RunReading::weight).containsExactly(0.75, 0.25);
        assertThat(audit.reading()).hasToString("device=large");
        assertThat(audit.likeliest().plan().parameters()).isEqualTo(800);
        assertThat(audit.fittingMemory()).as("1200 bytes of 1000 on the large").isEqualTo(0.25);
    }

    @Test
    void theHeaviestReadingIsFirstWhicheverIsMetFirst() {
        for (double prior : new double[] {0.75, 0.25}) {
            Assumption colour = MadeUpRun.assumption("colour", "red", prior, "blue", 1 - prior);
            RunAudit audit = audit(new MadeUpRun("run", List.of(colour), reading -> 100L));
            assertThat(audit.readings()).extracting(RunReading::weight).containsExactly(0.75, 0.25);
        }
    }

    @Test
    void theLikeliestReadingStandsForTheRunEvenIfNoSampleMetIt() {
        List<Assumption> many = IntStream.range(0, 12)
                .mapToObj(i -> MadeUpRun.assumption("a" + i, "x", 0.51, "y", 0.49))
                .toList();
        MadeUpRun run = new MadeUpRun(
                "run",
                many,
                reading ->
                        reading.choices().values().stream().filter("x"::equals).count());
        RunAudit audit =
                auditor(new Sampling(2, 2, 1)).audit(List.of(run), List.of()).run("run");
        assertThat(audit.readings()).hasSize(1).noneMatch(each -> each.reading().equals(audit.reading()));
        assertThat(audit.reading().choices().values()).containsOnly("x");
        assertThat(audit.likeliest().plan().parameters()).isEqualTo(12);
    }

    @Test
    void whereTheLikeliestReadingMakesNoRunTheHeaviestThatDoesStandsForIt() {
        RunAudit audit = audit(new MadeUpRun("run", List.of(DEVICE), reading -> {
            if (reading.choice("device").equals("large")) {
                throw new IllegalArgumentException("does not divide");
            }
            return 100L;
        }));
        assertThat(audit.reading()).hasToString("device=small");
        assertThat(audit.boundBy()).containsExactly(entry(Bottleneck.COMPUTE, 1.0));
        assertThat(audit.readings()).extracting(RunReading::weight).containsExactly(1.0);
        assertThat(audit.fittingMemory()).isEqualTo(1);
    }

    /** Products that take longer make one reading slower and the other faster: together they explain no spread alone. */
    @Test
    void anErrorThatActsOneWayHereAndAnotherThereHasATotalShare() {
        Auditor opposed = new Auditor(
                plan -> MadeUpRun.compile(
                        plan, variation -> plan.parameters() % 2 == 0 ? variation.matrix() : 1 / variation.matrix()),
                ErrorModel.standard(),
                Sampling.DEFAULT,
                List.of());
        Assumption colour = MadeUpRun.assumption("colour", "red", 0.5, "blue", 0.5);
        MadeUpRun run = new MadeUpRun(
                "run", List.of(colour), reading -> reading.choice("colour").equals("red") ? 1000L : 1001L);
        Influence matrix = opposed.audit(List.of(run), List.of()).run("run").influences().stream()
                .filter(each -> each.factor().equals("matrix"))
                .findFirst()
                .orElseThrow();
        assertThat(matrix.share()).isLessThan(0.08);
        // 0.07² of 0.07² + 0.10².
        assertThat(matrix.total()).isBetween(0.2, 0.45);
    }

    @Test
    void runsAreFoundByTheirIdAndClaimsAreAboutThem() {
        List<MadeUpRun> runs =
                List.of(new MadeUpRun("one", List.of(), reading -> 1L), new MadeUpRun("two", List.of(), reading -> 2L));
        Audit audit = auditor.audit(runs, List.of());
        assertThat(audit.run("two").likeliest().plan().parameters()).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> audit.run("three"))
                .withMessage("There is no run three, only [one, two].");

        Auditor never = new Auditor(
                plan -> {
                    throw new AssertionError("a claim about no run is refused before anything is estimated");
                },
                ErrorModel.standard(),
                Sampling.DEFAULT,
                List.of());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> never.audit(runs, List.of(MadeUpRun.claim("c", "three", Quantity.HOURS, 1, 1, 1))))
                .withMessage("The claim c is about the run three, which is none of [one, two].");
        Claim compared = new Claim(
                "c", "one", Quantity.HOURS, Comparison.RATIO, "four", 1, 1, 1, Provenance.REPORTED, "s", "q", "");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> never.audit(runs, List.of(compared)))
                .withMessage("The claim c is about the run four, which is none of [one, two].");
    }

    @Test
    void thereIsNoErrorBeyondTheLast() {
        SampleDesign design = new SampleDesign(List.of(), 2, new Sampling(2, 1, 1));
        assertThat(design.normals(1)).hasSize(2);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> design.normals(2))
                .withMessage("There are 2 errors, none has the index 2.");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> design.normals(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> design.draw(List.of(DEVICE)))
                .withMessage("The assumption device is not one of the design's, [].");
    }

    /** A device of two cores, 40 to 42 hours. */
    @ParameterizedTest(name = "{0} from {1} to {2}: {3}")
    @CsvSource({
        "CORE_HOURS, 81, 83, true",
        "CORE_HOURS, 84, 90, true",
        "CORE_HOURS, 84.1, 90, false",
        "CORE_HOURS, 70, 80, true",
        "CORE_HOURS, 70, 79.9, false",
        "CORE_HOURS, 40, 42, false",
        "DEVICE_HOURS, 40, 42, true",
        "DEVICE_HOURS, 80, 84, false",
    })
    void hoursTimesUnitsMustMeetTheTotal(Quantity quantity, double low, double high, boolean agrees) {
        Assumption chip = MadeUpRun.assumption("device", "tpu", 0.5, "tpu-2", 0.5);
        MadeUpRun run = new MadeUpRun("run", List.of(chip), reading -> 41L);
        MadeUpRun other = new MadeUpRun("other", List.of(), reading -> 41L);
        List<Claim> claims = List.of(
                MadeUpRun.claim("hours", "run", Quantity.HOURS, 40, 41, 42),
                MadeUpRun.claim("step", "run", Quantity.STEP_SECONDS, 40, 41, 42),
                MadeUpRun.claim("elsewhere", "other", Quantity.HOURS, 40, 41, 42),
                MadeUpRun.claim("total", "run", quantity, low, high, high));
        List<Arithmetic> arithmetic = auditor(new Sampling(2, 1, 2))
                .audit(List.of(run, other), claims)
                .arithmetic();
        assertThat(arithmetic).hasSize(1);
        assertThat(arithmetic.get(0).hours().id()).isEqualTo("hours");
        assertThat(arithmetic.get(0).total().id()).isEqualTo("total");
        assertThat(arithmetic.get(0).agrees()).isEqualTo(agrees);
        long units = quantity == Quantity.CORE_HOURS ? 2 : 1;
        assertThat(arithmetic.get(0).units()).isEqualTo(units);
        assertThat(arithmetic.get(0).product()).isEqualTo(41 * units);
    }
}
