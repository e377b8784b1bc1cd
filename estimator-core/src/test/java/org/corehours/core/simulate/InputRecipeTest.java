package org.corehours.core.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputRecipeTest {

    @ParameterizedTest
    @CsvSource({
        "decode, 1039, 0",
        "supervised, 504, 50176",
        "mae, 417, 50176",
        "dino-2x224, 117, 100352",
        "dino-2x224+8x96, 65, 174080",
        "dino-2x224+10x96, 58, 192512",
    })
    void measuredRatesAreMetBeforeTheBatchIsStacked(String recipe, double imagesPerCoreSecond, double pixels) {
        double stacking = 0.8 * 0.498e-3 * pixels / 50_176;
        assertThat(1 / (InputRecipe.demand(recipe).cpuSecondsPerSample() - stacking))
                .isCloseTo(imagesPerCoreSecond, withinPercentage(1));
    }

    @Test
    void everyCropCostsTheSame() {
        double none = InputRecipe.demand("dino-2x224+0x96").cpuSecondsPerSample();
        double one = InputRecipe.demand("dino-2x224+1x96").cpuSecondsPerSample();
        double seven = InputRecipe.demand("ibot-2x224+7x96").cpuSecondsPerSample();

        assertThat(seven - none).isCloseTo(7 * (one - none), withinPercentage(1e-9));
        assertThat(none).isEqualTo(InputRecipe.demand("dino-2x224").cpuSecondsPerSample());
    }

    /** Recipes that contain the work of another cost more. */
    @ParameterizedTest
    @CsvSource({
        "decode, supervised",
        "native, supervised",
        "supervised, mae",
        "mae, randaugment",
        "randaugment, three-augment",
        "mae, beit",
        "beit, peco",
        "peco, dino-2x224",
    })
    void moreWorkCostsMore(String less, String more) {
        assertThat(InputRecipe.demand(more).cpuSecondsPerSample())
                .isGreaterThan(InputRecipe.demand(less).cpuSecondsPerSample());
    }

    @Test
    void nothingToLoadCostsNothing() {
        assertThat(InputRecipe.demand("none")).isEqualTo(InputDemand.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dino", "dino-2x224+x96", "swav", ""})
    void anUnknownRecipeIsRefusedWithWhatThereIs(String recipe) {
        assertThatThrownBy(() -> InputRecipe.demand(recipe))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("supervised");
    }
}
