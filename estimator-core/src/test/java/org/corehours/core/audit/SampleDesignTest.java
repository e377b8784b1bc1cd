package org.corehours.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleDesignTest {

    private static final Assumption COIN = MadeUpRun.assumption("coin", "heads", 0.5, "tails", 0.5);
    private static final Assumption DIE = MadeUpRun.assumption("die", "low", 0.75, "high", 0.25);

    @Test
    void meetsEveryAlternativeAsOftenAsItsPriorSays() {
        SampleDesign design = new SampleDesign(List.of(List.of(COIN, DIE)), 3, Sampling.DEFAULT);
        SampleDesign.Draw draw = design.draw(List.of(COIN, DIE));
        assertThat(draw.readings()).hasSize(4);
        long high = Arrays.stream(draw.bySample())
                .filter(i -> draw.readings().get(i).choice("die").equals("high"))
                .count();
        assertThat(high).isEqualTo(Sampling.DEFAULT.samples() / 4);
    }

    @Test
    void errorsAreStandardNormal() {
        SampleDesign design = new SampleDesign(List.of(), 9, Sampling.DEFAULT);
        for (int error = 0; error < 9; error++) {
            double[] normals = design.normals(error);
            double mean = Arrays.stream(normals).average().orElseThrow();
            double variance = Arrays.stream(normals).map(x -> x * x).average().orElseThrow();
            assertThat(mean).isCloseTo(0, within(0.01));
            assertThat(variance).isCloseTo(1, within(0.02));
        }
    }

    @Test
    void runsThatShareAnAssumptionShareItsReadingInEverySample() {
        SampleDesign design = new SampleDesign(List.of(List.of(COIN), List.of(DIE, COIN)), 1, Sampling.DEFAULT);
        SampleDesign.Draw one = design.draw(List.of(COIN));
        SampleDesign.Draw two = design.draw(List.of(DIE, COIN));
        for (int i = 0; i < design.samples(); i++) {
            assertThat(two.readings().get(two.bySample()[i]).choice("coin"))
                    .isEqualTo(one.readings().get(one.bySample()[i]).choice("coin"));
        }
    }

    @Test
    void plansNoMoreReadingsThanAllowed() {
        List<Assumption> many = IntStream.range(0, 10)
                .mapToObj(i -> MadeUpRun.assumption("a" + i, "x", 0.5, "y", 0.5))
                .toList();
        SampleDesign design = new SampleDesign(List.of(many, List.of(COIN)), 1, new Sampling(1024, 1024, 32));
        SampleDesign.Draw draw = design.draw(many);
        assertThat(draw.readings()).hasSize(32);
        for (Assumption each : many.subList(0, 5)) {
            assertThat(samplesWith(draw, each, "x")).as(each.id()).isEqualTo(512);
        }
        for (Assumption each : many.subList(5, 10)) {
            assertThat(samplesWith(draw, each, "x")).as(each.id()).isBetween(256L, 768L);
        }
    }

    @Test
    void aSmallRunBesideALargeOneHasAllItsReadings() {
        List<Assumption> many = IntStream.range(0, 10)
                .mapToObj(i -> MadeUpRun.assumption("a" + i, "x", 0.5, "y", 0.5))
                .toList();
        SampleDesign design = new SampleDesign(List.of(many, List.of(DIE)), 1, new Sampling(1024, 1024, 32));
        assertThat(samplesWith(design.draw(List.of(DIE)), DIE, "high")).isEqualTo(256);
    }

    private static long samplesWith(SampleDesign.Draw draw, Assumption assumption, String alternative) {
        return Arrays.stream(draw.bySample())
                .filter(i -> draw.readings().get(i).choice(assumption.id()).equals(alternative))
                .count();
    }

    @Test
    void samplesAreAPowerOfTwo() {
        assertThatThrownBy(() -> new Sampling(1000, 1, 64)).hasMessageContaining("(1000) must be a power of two");
    }
}
