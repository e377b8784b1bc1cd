package org.corehours.papers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.corehours.core.audit.Assignment;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.Quantity;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.run.RunPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LibraryTest {

    private static final RunEnvironment ENVIRONMENT = new TestEnvironment();

    static Stream<String> ids() {
        return Papers.libraryIds().stream();
    }

    private static Paper library(String id) {
        return Papers.get(id, ENVIRONMENT);
    }

    private static Claim claim(String paper, String id) {
        return library(paper).claims().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theIndexNamesEveryFile() throws IOException, URISyntaxException {
        URI index = Objects.requireNonNull(Papers.class.getResource("library/index.txt"))
                .toURI();
        try (Stream<Path> files = Files.list(Path.of(index).getParent())) {
            assertThat(files.map(each -> each.getFileName().toString()).filter(each -> each.endsWith(".yaml")))
                    .containsExactlyInAnyOrderElementsOf(
                            ids().map(each -> each + ".yaml").toList());
        }
        assertThat(Papers.libraryIds()).isSorted();
    }

    @ParameterizedTest
    @MethodSource("ids")
    void everyFileMakesRunsUnderEveryAlternative(String id) {
        Paper paper = library(id);
        assertThatCode(() -> new PaperReader(ENVIRONMENT).check(paper)).doesNotThrowAnyException();
        for (RunTemplate run : paper.runs()) {
            RunPlan plan = run.plan(Assignment.likeliest(run.assumptions()));
            assertThat(plan.parameters()).as(run.id()).isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("ids")
    void everyClaimSaysWhereItIsPublished(String id) {
        Paper paper = library(id);
        assertThat(paper.claims()).isNotEmpty().allSatisfy(claim -> {
            String source = claim.source().split(",", 2)[0];
            assertThat(paper.sources()).containsKey(source);
            assertThat(paper.sources().get(source)).isNotBlank();
            assertThat(claim.quote()).isNotBlank();
        });
        assertThat(paper.claims()).extracting(Claim::id).doesNotHaveDuplicates();
    }

    @Test
    void thereAreAtLeast120FiguresOfTimeAndMemory() {
        Set<String> seen = new HashSet<>();
        long counted = ids().map(LibraryTest::library)
                .flatMap(paper -> paper.claims().stream()
                        .filter(each -> each.quantity() != Quantity.PARAMETERS)
                        .map(each -> paper.id() + "/" + each.id()))
                .filter(seen::add)
                .count();
        assertThat(counted).isGreaterThanOrEqualTo(120);
    }

    /** Figures as their sources print them, converted by hand. */
    @Test
    void figuresAreCarriedOverAsPrinted() {
        assertThat(claim("dino", "s16-100-hours").value()).isEqualTo(42.0);
        assertThat(claim("dino", "s16-100-memory").value()).isEqualTo(13_871.0 * 1_048_576);
        assertThat(claim("big-vision", "vit-l-jft-core-hours").value()).isEqualTo(16_320.0);
        assertThat(claim("big-vision", "vit-l-jft-core-hours").low()).isEqualTo(16_200.0);
        assertThat(claim("mae", "tune-l-hours").value()).isEqualTo(8.87);
        assertThat(claim("deit", "epoch-ti-hours").value()).isCloseTo(0.758333, within(1e-6));
        assertThat(claim("pycls", "resnet-152-inference-step").value()).isEqualTo(0.14);
        assertThat(claim("maxtext", "v5e-64b-mfu").value()).isCloseTo(0.599, within(1e-12));
    }

    /** The table of llm-foundry prints parameters to the last digit. */
    @Test
    void networksOfTheLibraryHaveThePublishedParameters() {
        Paper paper = library("llm-foundry");
        paper.claims().stream()
                .filter(each -> each.quantity() == Quantity.PARAMETERS)
                .forEach(each -> {
                    RunTemplate run = paper.run(each.run());
                    assertThat((double) run.plan(Assignment.likeliest(run.assumptions()))
                                    .parameters())
                            .as(each.run())
                            .isEqualTo(each.value());
                });
    }

    @Test
    void imagesLiePixelByPixelWhereAFileSaysSo() {
        Paper paper = library("nvidia-pytorch");
        assertThat(channelsLast(paper, "rn50-amp-1")).isTrue();
        assertThat(channelsLast(paper, "rn50-tf32-1")).isFalse();
    }

    private static boolean channelsLast(Paper paper, String run) {
        RunTemplate template = paper.run(run);
        return template.values(Assignment.likeliest(template.assumptions()))
                                .softwareStack()
                                .lowering()
                        instanceof EagerLowering eager
                && eager.channelsLast();
    }
}
