package org.corehours.papers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.corehours.core.audit.Alternative;
import org.corehours.core.audit.Assignment;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.Claim;
import org.corehours.core.run.RunPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PapersTest {

    private static final RunEnvironment ENVIRONMENT = new TestEnvironment();

    static Stream<String> ids() {
        return Papers.ids().stream();
    }

    @ParameterizedTest
    @MethodSource("ids")
    void everyRunIsPlannedUnderEveryAlternative(String id) {
        Paper paper = Papers.get(id, ENVIRONMENT);
        assertThat(paper.id()).isEqualTo(id);
        for (RunTemplate run : paper.runs()) {
            Assignment likeliest = Assignment.likeliest(run.assumptions());
            RunPlan plan = run.plan(likeliest);
            assertThat(plan.parameters()).as(run.id()).isPositive();
            for (Assumption assumption : run.assumptions()) {
                for (Alternative alternative : assumption.alternatives()) {
                    RunPlan other = run.plan(likeliest.with(assumption.id(), alternative.id()));
                    assertThat(other.step().graph().batch())
                            .as("%s under %s=%s", run.id(), assumption.id(), alternative.id())
                            .isEqualTo(other.microBatch());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ids")
    void everyValueSaysHowItIsKnown(String id) {
        Paper paper = Papers.get(id, ENVIRONMENT);
        assertThat(paper.inputs()).isNotEmpty().allSatisfy(input -> {
            assertThat(input.value()).isNotBlank();
            assertThat(input.source()).isNotBlank();
        });
        assertThat(paper.claims()).extracting(Claim::id).doesNotHaveDuplicates();
    }

    @Test
    void anUnknownPaperIsAnsweredWithTheNearest() {
        assertThatThrownBy(() -> Papers.get("perceptual-group-tokeniser", ENVIRONMENT))
                .isInstanceOfSatisfying(
                        UnknownPaperException.class,
                        e -> assertThat(e.suggestions()).isEqualTo(List.of("perceptual-group-tokenizer")));
    }
}
