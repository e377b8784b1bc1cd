package org.corehours.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Shares of a variance, by hand. One estimate is always zero, so that estimates are taken as they are. */
class InfluencesTest {

    private static final Assumption A = MadeUpRun.assumption("a", "+", 0.5, "-", 0.5);
    private static final Assumption B = MadeUpRun.assumption("b", "+", 0.5, "-", 0.5);

    /** The samples take the alternatives ++, +-, -+ and -- of a and b in turn. */
    private static final IntFunction<Assignment> CROSSED = i -> reading(i % 4 < 2 ? "+" : "-", i % 2 == 0 ? "+" : "-");

    private static Assignment reading(String a, String b) {
        return new Assignment(new TreeMap<>(Map.of("a", a, "b", b)));
    }

    private static Influence of(List<Influence> influences, String factor) {
        return influences.stream()
                .filter(each -> each.factor().equals(factor))
                .findFirst()
                .orElseThrow();
    }

    /** The readings of the samples are those of a judge: one object for each. */
    private static List<Influence> ofAssumptions(double... samples) {
        Assignment[] readings = {CROSSED.apply(0), CROSSED.apply(1), CROSSED.apply(2), CROSSED.apply(3)};
        return Influences.of(
                samples,
                List.of(A, B),
                i -> readings[i % 4],
                new int[0][],
                ErrorModel.standard(),
                Influences.Redrawn.NONE);
    }

    private static void assertShares(Influence influence, double share, double total) {
        assertThat(influence.share()).as("share of %s", influence.factor()).isCloseTo(share, within(1e-12));
        assertThat(influence.total()).as("total of %s", influence.factor()).isCloseTo(total, within(1e-12));
    }

    @Test
    void sumsOfIndependentEffectsShareTheVariance() {
        // 4 ± 3 by b and ± 1 by a: nine tenths and one tenth.
        List<Influence> influences = ofAssumptions(8, 2, 6, 0, 8, 2, 6, 0);
        assertThat(influences).extracting(Influence::factor).containsExactly("b", "a");
        assertThat(influences).allMatch(each -> each.kind() == Influence.Kind.ASSUMPTION);
        assertShares(of(influences, "b"), 0.9, 0.9);
        assertShares(of(influences, "a"), 0.1, 0.1);
    }

    @Test
    void whatActsOnlyTogetherHasATotalShareOnly() {
        List<Influence> influences = ofAssumptions(2, 0, 0, 2);
        assertShares(of(influences, "a"), 0, 1);
        assertShares(of(influences, "b"), 0, 1);
    }

    @Test
    void samplesThatMakeNoRunCountForNothing() {
        double none = Double.NaN;
        List<Influence> influences = ofAssumptions(8, 2, 6, 0, none, none, none, none, 8, 2, 6, 0);
        assertShares(of(influences, "b"), 0.9, 0.9);
        assertShares(of(influences, "a"), 0.1, 0.1);
    }

    @Test
    void whatTheErrorsOfFewSamplesAddByChanceIsTakenOff() {
        // 4 ± 3 by both together, and ± 1 by chance. For either value of b the means of a are 7 and 1, two samples
        // each:
        // 36 between them, of which the 4 within them, over 2 free samples, explain 2. Twice 34 of 80.
        List<Influence> influences = ofAssumptions(8, 2, 2, 8, 6, 0, 0, 6);
        assertShares(of(influences, "a"), 0, 68.0 / 80);
        assertShares(of(influences, "b"), 0, 68.0 / 80);
    }

    @Test
    void chanceNeverCountsAgainstAnAssumption() {
        // Every reading has the mean 4; the samples differ by chance alone.
        List<Influence> influences = ofAssumptions(8, 8, 8, 8, 0, 0, 0, 0);
        assertShares(of(influences, "a"), 0, 0);
    }

    @Test
    void valuesThatDifferByABillionthHaveNoSpread() {
        assertThat(ofAssumptions(-1e6, -1e6 - 1e-3, -1e6, -1e6 - 1e-3)).allSatisfy(each -> assertShares(each, 0, 0));
        assertShares(of(ofAssumptions(-1e6, -1e6 - 1, -1e6, -1e6 - 1), "b"), 1, 1);
        assertThat(ofAssumptions(0, 0, 0, 0)).allSatisfy(each -> assertShares(each, 0, 0));
        assertShares(of(ofAssumptions(0, 1e-8, 0, 1e-8), "b"), 1, 1);
    }

    private static Influence error(double[] samples, int[] classes, double... redrawn) {
        List<Influence> influences = Influences.of(
                samples, List.of(), CROSSED, new int[][] {classes}, ErrorModel.standard(), error -> redrawn);
        assertThat(influences).hasSize(1);
        assertThat(influences.get(0).kind()).isEqualTo(Influence.Kind.ERROR);
        assertThat(influences.get(0).factor()).isEqualTo("matrix");
        return influences.get(0);
    }

    @Test
    void theShareOfAnErrorIsWhatItsClassesExplain() {
        // Classes of mean 1 and 5 around 3, and ± 1 within them: 16 of 20.
        assertShares(error(new double[] {0, 2, 4, 6}, new int[] {0, 0, 15, 15}), 0.8, 0.8);
        assertShares(error(new double[] {0, Double.NaN, 2, 4, 6}, new int[] {0, 7, 0, 15, 15}), 0.8, 0.8);
    }

    @Test
    void theTotalOfAnErrorIsHalfTheMeanSquareThatAnotherDrawChanges() {
        double[] samples = {0, 4, 0, 4};
        int[] classes = {0, 0, 1, 1};
        // The variance is 4. Another draw of it moves the first two samples by 2 and by 4: (4 + 16) / (2 · 2) is more.
        assertShares(error(samples, classes, 2, 0), 0, 1);
        assertShares(error(samples, classes, 2, 4), 0, 0.25);
        assertShares(error(samples, classes, 2, Double.NaN), 0, 0.5);
        assertShares(error(samples, classes, 0, 4, 0, 4), 0, 0);
        assertShares(error(new double[] {Double.NaN, 4, 0, 0, 4}, new int[] {0, 0, 0, 1, 1}, 9, 6), 0, 0.5);
        assertShares(error(samples, classes), 0, 0);
    }

    @Test
    void sharesAreListedLargestFirst() {
        Assumption[] both = {A, B};
        List<Influence> influences = Influences.of(
                new double[] {8, 2, 6, 0},
                Arrays.asList(both),
                CROSSED,
                new int[][] {{0, 0, 1, 1}, {0, 1, 0, 2}},
                ErrorModel.standard(),
                Influences.Redrawn.NONE);
        assertThat(influences).extracting(Influence::share).isSortedAccordingTo((x, y) -> Double.compare(y, x));
        assertThat(influences).extracting(Influence::factor).containsExactlyInAnyOrder("a", "b", "matrix", "memory");
    }
}
