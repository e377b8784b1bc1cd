package org.corehours.models.method;

import static org.assertj.core.api.Assertions.assertThat;

import org.corehours.core.graph.FlopTable;
import org.corehours.core.graph.Graph;
import org.corehours.core.step.StepProgram;
import org.corehours.models.Model;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.vision.GroupingReading;
import org.corehours.models.vision.PerceptualGroupTokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PerceptualGroupTrainingTest {
    private static final PerceptualGroupTokenizer BASE = PerceptualGroupTokenizer.base(GroupingReading.PER_HEAD);

    /** The head alone, as DINO's: three linear layers and the prototypes. */
    private static final long HEAD = 2L * (2048 * 2048 + 2048 * 2048 + 2048 * 256 + 256 * 65_536);

    @ParameterizedTest
    @ValueSource(ints = {0, 6, 8, 10})
    void teacherSeesLargeCropsAndTheStudentAll(int locals) {
        FlopTable flops = plan(locals, 1).graph().flops();
        long large = forward(224);
        assertThat(flops.forwardFlops("teacher forward")).isEqualTo(2 * (large + HEAD));
        assertThat(flops.backwardFlops("teacher forward")).isZero();
        assertThat(flops.forwardFlops("student forward, global crops")).isEqualTo(2 * large);
        assertThat(flops.forwardFlops("student forward, local crops")).isEqualTo(locals * forward(96));
        assertThat(flops.forwardFlops("student head")).isEqualTo((2 + locals) * HEAD);
    }

    @Test
    void backwardPassesThroughOneOfThreeRounds() {
        FlopTable flops = plan(8, 1).graph().flops();
        double globals = (double) flops.backwardFlops("student forward, global crops")
                / flops.forwardFlops("student forward, global crops");
        assertThat(globals).isLessThan(1.4);
    }

    @Test
    void teacherIsACopyOfTheStudent() {
        Graph graph = plan(8, 1).graph();
        assertThat(graph.parameterCount() - graph.trainableParameterCount())
                .isGreaterThanOrEqualTo(graph.parameterCount() / 2);
        assertThat(plan(8, 1).update().averagedPrefix()).isEqualTo("teacher.");
    }

    @Test
    void workIsLinearInTheBatch() {
        assertThat(plan(2, 4).graph().flops().trainingFlops())
                .isEqualTo(4 * plan(2, 1).graph().flops().trainingFlops());
    }

    @ParameterizedTest
    @CsvSource({"pgt_g_base,256,false", "pgt_f_base,256,true", "pgt_g_base_m1024,1024,false", "pgt_g_base_m32,32,false"
    })
    void namesSpellTheVariants(String name, int tokens, boolean flows) {
        PerceptualGroupTokenizer network =
                (PerceptualGroupTokenizer) ModelCatalog.get(name).network();
        assertThat(network.groupTokens()).isEqualTo(tokens);
        assertThat(network.reading().flow().couplings() > 0).isEqualTo(flows);
    }

    private static StepProgram plan(int locals, long samples) {
        return PerceptualGroupTraining.of(BASE, locals).plan(samples);
    }

    private static long forward(int side) {
        // A small crop is cut into patches of its own, the positions resampled.
        return new Model("pgt", "", BASE).withImageSize(side).graph(1).flops().forwardFlops();
    }
}
