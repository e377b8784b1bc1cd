package org.corehours.papers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.corehours.core.audit.Assignment;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.Comparison;
import org.corehours.core.audit.Quantity;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.run.RunPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every figure that the five papers, or the references beside them, publish is a claim; numbers copied from them. */
class ReportedClaimsTest {

    private static final RunEnvironment ENVIRONMENT = new TestEnvironment();

    private static List<Claim> claims(String paper) {
        return Papers.get(paper, ENVIRONMENT).claims();
    }

    private static Stream<Claim> of(String paper, Quantity quantity, Comparison comparison, String source) {
        return claims(paper).stream()
                .filter(each -> each.quantity() == quantity)
                .filter(each -> each.comparison() == comparison)
                .filter(each -> each.source().equals(source));
    }

    @Test
    void perceptualGroupTokenizer() {
        List<Claim> claims = claims("perceptual-group-tokenizer");
        assertThat(claims.stream().filter(each -> each.run().equals("pgt-g-b")))
                .extracting(Claim::quantity, Claim::value)
                .containsExactlyInAnyOrder(
                        tuple(Quantity.CORE_HOURS, 21_000.0),
                        tuple(Quantity.HOURS, 41.0),
                        tuple(Quantity.PARAMETERS, 70e6));
        assertThat(claims.stream()
                        .filter(each -> each.run().equals("pgt-f-b") && each.quantity() == Quantity.PARAMETERS))
                .extracting(Claim::value)
                .containsExactly(115e6);
        assertThat(claims.stream().filter(each -> each.comparison() == Comparison.RATIO))
                .extracting(Claim::run, Claim::reference, Claim::quote)
                .containsExactly(
                        tuple("pgt-b-256", "vit-b-4", "4.6 % of ViT-B with 4 x 4 patches, up to 256 group tokens"),
                        tuple("pgt-b-1024", "vit-b-4", "16.3 %, 1024 group tokens"));
    }

    @Test
    void tableNineteenOfIbot() {
        assertThat(of("ibot", Quantity.HOURS, Comparison.ABSOLUTE, "paper, Table 19"))
                .extracting(Claim::value)
                .containsExactlyInAnyOrder(
                        11.3, 33.7, 90.1, 15.1, 44.7, 111.6, 15.6, 47.0, 126.4, 24.2, 72.6, 180.0, 24.3, 73.3, 193.4);
        assertThat(of("ibot", Quantity.PEAK_MEMORY_BYTES, Comparison.ABSOLUTE, "paper, Table 19"))
                .extracting(Claim::quote)
                .containsExactlyInAnyOrder("5.6G", "9.3G", "13.1G", "15.4G", "19.5G");
        assertThat(of("ibot", Quantity.PARAMETERS, Comparison.ABSOLUTE, "paper, Table 1"))
                .extracting(Claim::value)
                .containsExactly(21e6, 85e6, 307e6, 28e6, 28e6);
    }

    @Test
    void tableEightOfDino() {
        assertThat(of("ibot", Quantity.HOURS, Comparison.ABSOLUTE, "dino-paper, Table 8"))
                .extracting(Claim::value)
                .containsExactlyInAnyOrder(15.3, 45.9, 17.0, 51.0, 20.3, 60.9, 24.2, 72.6);
        assertThat(of("ibot", Quantity.PEAK_MEMORY_BYTES, Comparison.ABSOLUTE, "dino-paper, Table 8"))
                .extracting(Claim::quote)
                .containsExactlyInAnyOrder("9.3G", "10.5G", "12.9G", "15.4G");
    }

    @Test
    void gigabytesAndGibibytesAreBothReadIntoAnAmbiguousUnit() {
        Claim nine = of("ibot", Quantity.PEAK_MEMORY_BYTES, Comparison.ABSOLUTE, "dino-paper, Table 8")
                .filter(each -> each.quote().equals("9.3G"))
                .findFirst()
                .orElseThrow();
        assertThat(nine.low()).isCloseTo(9.25e9, within(1e6));
        assertThat(nine.high()).isCloseTo(9.35 * (1L << 30), within(1e6));
    }

    @Test
    void peco() {
        assertThat(claims("peco"))
                .extracting(Claim::run, Claim::quantity, Claim::value)
                .containsExactly(
                        tuple("beit-b-500k", Quantity.HOURS, 120.0),
                        tuple("fine-tune-h-v100", Quantity.PARAMETERS, 632e6));
    }

    @Test
    void dualPatchNormIsComparedWithoutIt() {
        List<Claim> claims = claims("dual-patchnorm");
        assertThat(claims.stream().filter(each -> each.comparison() == Comparison.DIFFERENCE))
                .extracting(Claim::run, Claim::value)
                .containsExactly(
                        tuple("ti-16-dpn", 1920.0),
                        tuple("s-16-dpn", 2304.0),
                        tuple("s-32-dpn", 6912.0),
                        tuple("b-16-dpn", 3072.0),
                        tuple("b-32-dpn", 7680.0));
        for (Quantity quantity :
                List.of(Quantity.TRAINING_FLOPS_PER_SAMPLE, Quantity.STEP_BYTES, Quantity.STEP_SECONDS)) {
            assertThat(claims.stream().filter(each -> each.quantity() == quantity))
                    .hasSize(5)
                    .allMatch(each -> each.comparison() == Comparison.RATIO);
        }
        assertThat(claims.stream().filter(each -> each.run().equals("big-vision-s-16")))
                .extracting(Claim::low, Claim::high, Claim::provenance)
                .containsExactly(tuple(6.0, 7.0, Provenance.MEASURED));
    }

    @Test
    void theClassEmbeddingAnalysesReportNothing() {
        assertThat(claims("class-embedding-space")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ibot, ibot-s-10x96-800, 21665664",
        "ibot, vit-b-400, 85798656",
        "ibot, vit-l, 303301632",
        "dual-patchnorm, s-16, 22198504",
        "dual-patchnorm, s-16-dpn, 22200808",
        "class-embedding-space, inference-b-16, 86567656",
    })
    void aRunHasTheParametersOfItsModel(String paper, String run, long parameters) {
        RunTemplate template = Papers.get(paper, ENVIRONMENT).run(run);
        RunPlan plan = template.plan(Assignment.likeliest(template.assumptions()));
        assertThat(plan.parameters()).isEqualTo(parameters);
    }

    @Test
    void everyAssumptionHasReasonsAndIsUsed() {
        for (String id : Papers.ids()) {
            Paper paper = Papers.get(id, ENVIRONMENT);
            assertThat(paper.runs().stream()
                            .flatMap(run -> run.assumptions().stream())
                            .map(Assumption::id)
                            .distinct())
                    .as(id)
                    .containsExactlyInAnyOrderElementsOf(
                            paper.assumptions().stream().map(Assumption::id).toList());
        }
    }
}
