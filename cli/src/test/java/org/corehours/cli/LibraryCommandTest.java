package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryCommandTest {

    @TempDir
    private Path folder;

    /** Guards against a change that makes estimates of published runs worse. What holds today is in docs/accuracy.md. */
    @Test
    void intervalsHoldPublishedFiguresAndLiesAreCaught() {
        Program.Result result = Program.run("audit", "--library", "--lies", "--json");
        assertThat(result.code()).isEqualTo(ExitCode.DONE);
        JsonNode json = result.json();
        assertThat(json.get("claims").size()).isGreaterThanOrEqualTo(120);
        JsonNode overall = json.get("overall");
        assertThat(overall.get("inside").asDouble()).isBetween(0.70, 0.95);
        assertThat(overall.get("median_width").asDouble()).isLessThan(2);
        assertThat(overall.get("median_abs_error").asDouble()).isLessThan(0.15);
        int flagged = 0;
        for (JsonNode claim : json.get("claims")) {
            String verdict = claim.get("verdict").asText();
            flagged += verdict.equals("consistent") || verdict.equals("undetermined") ? 0 : 1;
        }
        assertThat(flagged).isLessThanOrEqualTo(json.get("claims").size() / 10);
        for (JsonNode lie : json.get("lies")) {
            if (lie.get("lie").asText().startsWith("device-hours")) {
                assertThat(lie.get("told").asInt()).isEqualTo(60);
                assertThat(lie.get("flagged").asInt()).isGreaterThanOrEqualTo(54);
            }
        }
    }

    @Test
    void aLibraryFileIsAPaperLikeAnyOther() {
        Program.Result result = Program.run("audit", "pycls", "--json");
        assertThat(result.code()).isEqualTo(ExitCode.DONE);
        assertThat(result.json().get("claims").get(0).get("paper").asText()).isEqualTo("pycls");
    }

    @Test
    void theLibraryGoesWithNoPaper() {
        assertThat(Program.run("audit", "--library", "ibot").code()).isEqualTo(ExitCode.USAGE);
        assertThat(Program.run("audit", "--lies").code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aStartedPaperIsReportedAtOnceAndNeverWrittenOver() throws IOException {
        Path file = folder.resolve("mine.yaml");
        assertThat(Program.run("init", "paper", file.toString()).code()).isEqualTo(ExitCode.DONE);
        Program.Result report = Program.run("report", file.toString());
        assertThat(report.code()).as(report.err()).isEqualTo(ExitCode.DONE);
        assertThat(report.out()).contains("My Paper");

        Files.writeString(file, "mine");
        Program.Result again = Program.run("init", "paper", file.toString());
        assertThat(again.code()).isEqualTo(ExitCode.USAGE);
        assertThat(again.err()).contains("--force");
        assertThat(file).hasContent("mine");
        assertThat(Program.run("init", "paper", file.toString(), "--force").code())
                .isEqualTo(ExitCode.DONE);
        assertThat(Files.readString(file)).startsWith("# What one paper trained");
    }

    @Test
    void aFolderOfPapersIsOneTable() {
        Path first = folder.resolve("a.yaml");
        Path second = folder.resolve("b.yaml");
        Program.run("init", "paper", first.toString());
        Program.run("init", "paper", second.toString());
        Program.Result result = Program.run("audit", folder.toString());
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        assertThat(result.out().lines().filter(each -> each.startsWith("my-paper")))
                .hasSize(4);
        assertThat(result.out().lines().filter(each -> each.startsWith("paper ")))
                .hasSize(1);
    }

    @Test
    void aFolderWithoutPapersSaysHowToStartOne() {
        Program.Result result = Program.run("audit", folder.toString());
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("corehours init paper");
    }

    @Test
    void claimsOfAnotherFileAreAudited() throws IOException {
        Path file = folder.resolve("claims.yaml");
        Files.writeString(file, """
                sources: {review: "a review of the paper"}
                claims:
                  - source: review, section 2
                    figures:
                      - {run: resnet-152, quantity: hours, value: 300, quote: 300 hours}
                """);
        Program.Result result = Program.run("audit", "pycls", "--claims", file.toString(), "--json");
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        JsonNode claims = result.json().get("claims");
        assertThat(claims.size()).isEqualTo(1);
        assertThat(claims.get(0).get("claimed").asDouble()).isEqualTo(300);
        assertThat(claims.get(0).get("verdict").asText()).isEqualTo("inconsistent");
    }

    @Test
    void claimsAboutARunThatThereIsNotAreAMistakeInTheFile() throws IOException {
        Path file = folder.resolve("claims.yaml");
        Files.writeString(file, """
                claims:
                  - source: zoo
                    figures: [{run: resnet-1520, quantity: hours, value: 3, quote: 3 hours}]
                """);
        Program.Result result = Program.run("audit", "pycls", "--claims", file.toString());
        assertThat(result.code()).isEqualTo(ExitCode.INPUT);
        assertThat(result.err()).contains("resnet-1520");
    }
}
