package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlReportTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** What minimal filtering saves of a 3 × 3 convolution's multiplications: 36 of 16 for tiles of 2 × 2 results. */
    private static final double WINOGRAD = 2.25;

    private static final long MOST_BYTES = 3_000_000;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private String report(String paper) throws IOException {
        Path file = folder.resolve(paper + ".html");
        Program.Result result = Program.run("report", paper, "--format", "html", "-o", file.toString());
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        return Files.readString(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"perceptual-group-tokenizer", "peco", "ibot", "dual-patchnorm", "class-embedding-space"})
    void aReportIsOnePageWithEveryChartAndItsTable(String paper) throws IOException {
        String html = report(paper);
        assertThat(html.getBytes(StandardCharsets.UTF_8).length).isLessThan((int) MOST_BYTES);
        Document page = Jsoup.parse(html);
        loadsNothing(page);
        assertThat(page.select("figure")).isNotEmpty();
        for (Element figure : page.select("figure")) {
            assertThat(figure.select("figcaption").text()).isNotBlank();
            assertThat(figure.select(".chart[role=img]").attr("aria-label")).isNotBlank();
            Element table = figure.selectFirst("table");
            if (table == null) {
                table = figure.parent().nextElementSibling().selectFirst("table");
            }
            assertThat(table).as(figure.text()).isNotNull();
            drawable(JSON.readTree(figure.selectFirst("script").data()));
        }
        int runs = Program.run("report", paper, "--json").json().get("runs").size();
        assertThat(page.select("figcaption strong").eachText().stream().filter("Roofline"::equals))
                .hasSize(runs);
        assertThat(page.select("[id]").eachAttr("id")).doesNotHaveDuplicates();
        for (Element link : page.select("a[href^=#]")) {
            assertThat(page.getElementById(link.attr("href").substring(1)))
                    .as(link.text())
                    .isNotNull();
        }
    }

    private static void loadsNothing(Document page) {
        assertThat(page.select("[src], iframe, object, embed, form")).isEmpty();
        assertThat(page.select("link[href]").eachAttr("href")).containsOnly("data:,");
        assertThat(page.select("a[href]").eachAttr("href")).allMatch(href -> href.startsWith("#"));
        assertThat(page.select("style").first().data()).doesNotContain("url(", "@import");
        assertThat(page.select("[onclick], [onload], [onerror]")).isEmpty();
    }

    /** What the page's script takes for granted. */
    private static void drawable(JsonNode chart) {
        switch (chart.get("kind").asText()) {
            case "bars" -> {
                assertThat(chart.get("axis").asText()).contains("(");
                assertThat(chart.get("rows"))
                        .isNotEmpty()
                        .allSatisfy(row -> assertThat(row.get("bars")).hasSameSizeAs(chart.get("series")));
            }
            case "intervals" ->
                assertThat(chart.get("rows")).isNotEmpty().allSatisfy(row -> {
                    assertThat(row.get("low").asDouble()).isPositive();
                    assertThat(row.get("median").asDouble())
                            .isBetween(
                                    row.get("low").asDouble(), row.get("high").asDouble());
                });
            case "spans" ->
                assertThat(chart.get("spans"))
                        .isNotEmpty()
                        .allSatisfy(span -> assertThat(span.get("start").asDouble())
                                .isLessThanOrEqualTo(span.get("end").asDouble())
                                .isLessThanOrEqualTo(chart.get("end").asDouble()));
            case "curve" -> {
                double last = 0;
                for (JsonNode point : chart.get("points")) {
                    assertThat(point.get("x").asDouble()).isGreaterThanOrEqualTo(last);
                    last = point.get("x").asDouble();
                }
                assertThat(last).isPositive();
            }
            case "roofline" -> {
                JsonNode peak = chart.get("roofs").get(1).get("points").get(0);
                JsonNode slope = chart.get("roofs").get(0).get("points").get(0);
                double bandwidth = slope.get("y").asDouble() / slope.get("x").asDouble();
                assertThat(chart.get("kernels"))
                        .isNotEmpty()
                        .allSatisfy(kernel -> assertThat(kernel.get("y").asDouble())
                                .isPositive()
                                .isLessThanOrEqualTo(WINOGRAD * peak.get("y").asDouble()));
                assertThat(bandwidth).isPositive();
            }
            case "scatter" ->
                assertThat(chart.get("groups"))
                        .isNotEmpty()
                        .allSatisfy(group -> assertThat(group.get("points")).allSatisfy(point -> {
                            assertThat(point.get("x").asDouble()).isPositive();
                            assertThat(point.get("y").asDouble()).isPositive();
                        }));
            default -> throw new AssertionError("nothing draws " + chart);
        }
    }

    @Test
    void auditsAndComparisonsArePagesToo() throws IOException {
        Path file = folder.resolve("page.html");
        for (String line : List.of(
                "audit perceptual-group-tokenizer peco",
                "compare perceptual-group-tokenizer --hardware tpu-v5p,tpu-v5e --run pgt-g-b")) {
            Program.Result result = Program.run((line + " --format html -o " + file).split(" "));
            assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
            Document page = Jsoup.parse(Files.readString(file));
            loadsNothing(page);
            assertThat(page.title()).isNotBlank();
            assertThat(page.select("figure")).isNotEmpty();
            assertThat(page.select("main table")).isNotEmpty();
        }
    }

    @Test
    void aSweepIsAPageOfLimitedSizeThatSaysWhatItLeavesOut() throws IOException {
        Path file = folder.resolve("sweep.html");
        Program.Result result = Program.run(
                ("sweep -p model=resnet18,resnet50 -p hardware=t4,dgx-a100 -p batch=1..400 -p devices=1,2,4 -p epochs=90"
                                + " --top 5 -o " + file)
                        .split(" "));
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        assertThat(Files.size(file)).isLessThan(MOST_BYTES);
        Document page = Jsoup.parse(Files.readString(file));
        loadsNothing(page);
        assertThat(page.select("header").text())
                .contains("4,800 points over model (2 values), hardware (2 values), batch (400 values)")
                .contains("with epochs 90");
        assertThat(page.select("figcaption strong").eachText())
                .containsExactly(
                        "What can be had for what",
                        "Device-hours by model",
                        "Device-hours by hardware",
                        "Device-hours by batch",
                        "Device-hours by devices");
        assertThat(page.select("figcaption").text()).contains("one of 4 is shown", "17 neighbours share a row");
        for (Element chart : page.select(".chart")) {
            assertThat(chart.attr("aria-label")).containsPattern("[0-9]");
            drawable(JSON.readTree(chart.selectFirst("script").data()));
        }
        assertThat(page.select("section").get(1).select("tbody tr")).hasSize(5);
    }

    @Test
    void theSharesOfTimeAddUpToTheStep() throws IOException {
        Document page = Jsoup.parse(report("ibot"));
        List<Element> figures = page.select("figure").stream()
                .filter(each -> each.text().startsWith("Where the FLOPs go"))
                .toList();
        assertThat(figures).isNotEmpty();
        for (Element figure : figures) {
            double flops = 0;
            double time = 0;
            for (JsonNode row :
                    JSON.readTree(figure.selectFirst("script").data()).get("rows")) {
                flops += row.get("bars").get(0).get("value").asDouble();
                time += row.get("bars").get(1).get("value").asDouble();
            }
            assertThat(flops).isBetween(99.0, 100.0001);
            assertThat(time).isBetween(98.0, 100.5);
        }
    }
}
