package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same run elsewhere, for the same time and for the same money. */
class CompareCommandTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String MODEL =
            "compare vit_base_patch16_224 --global-batch 768 --epochs 10 --json --hardware ";

    @TempDir
    private Path folder;

    @Test
    void rowsAreRunsWithRanksAndMemory() throws IOException {
        JsonNode result = json(MODEL + "t4,a100-sxm4-80gb,dgx-h100,tpu-v5e --devices 8");
        assertThat(result.get("model").asText()).isEqualTo("vit_base_patch16_224");
        assertThat(result.get("rows")).hasSize(3);
        assertThat(result.get("infeasible")).hasSize(1);
        assertThat(result.at("/infeasible/0/hardware").asText()).isEqualTo("t4");
        List<Integer> ranks = new ArrayList<>();
        for (JsonNode row : result.get("rows")) {
            assertThat(row.get("devices").asInt()).isEqualTo(8);
            assertThat(row.get("global_batch").asInt()).isEqualTo(768);
            assertThat(row.get("bound_by").asText()).isNotBlank();
            double samples = row.get("steps").asDouble() * 768;
            assertThat(row.at("/samples_per_kwh/median").asDouble()
                            * row.at("/energy_kwh/median").asDouble()
                            / samples)
                    .isBetween(0.98, 1.02);
            ranks.add(row.at("/rank/hours").asInt());
        }
        assertThat(ranks).containsExactlyInAnyOrder(1, 2, 3);
    }

    /** Of all numbers that the batch divides over, the one found is in time and the next smaller one is not. */
    @Test
    void theSameTimeTakesTheFewestDevices() throws IOException {
        JsonNode all = json(MODEL + "dgx-a100 --scaling 1,2,3,4,6,8,12,16,24,32,48,64,96,128");
        Map<Integer, Double> hours = new HashMap<>();
        List<Integer> counts = new ArrayList<>();
        for (JsonNode point : all.at("/scaling/0/points")) {
            counts.add(point.get("devices").asInt());
            hours.put(point.get("devices").asInt(), point.get("hours").asDouble());
        }
        for (double within : new double[] {0.3, 0.5, 1.3, 4}) {
            JsonNode row =
                    json(MODEL + "dgx-a100 --same-wall-clock --hours " + within).at("/rows/0");
            int found = row.get("devices").asInt();
            assertThat(hours.get(found)).as("%s h", within).isLessThanOrEqualTo(within);
            for (int count : counts) {
                if (count < found) {
                    assertThat(hours.get(count)).as("%d devices", count).isGreaterThan(within);
                }
            }
        }
        JsonNode hopeless = json(MODEL + "dgx-a100,dgx-h100 --same-wall-clock --hours 0.001", ExitCode.INFEASIBLE);
        assertThat(hopeless.get("rows")).isEmpty();
        assertThat(hopeless.at("/infeasible/1/reason").asText()).contains("are fastest and take");
    }

    @Test
    void theTimeIsThatOfTheFirstHardware() throws IOException {
        JsonNode rows = json(MODEL + "dgx-1-v100,dgx-h100 --devices 8 --same-wall-clock")
                .get("rows");
        assertThat(rows.get(0).get("devices").asInt()).isEqualTo(8);
        assertThat(rows.get(1).get("devices").asInt()).isLessThan(8);
        assertThat(rows.get(1).at("/hours/median").asDouble())
                .isLessThan(rows.get(0).at("/hours/high").asDouble());
    }

    @Test
    void moreMoneyIsNeverSlowerAndLittleGoesNotAllTheWay() throws IOException {
        double before = Double.POSITIVE_INFINITY;
        double share = 0;
        for (double budget : new double[] {5, 10, 40, 60, 100, 1000}) {
            JsonNode row = json(MODEL + "dgx-a100 --same-budget " + budget).at("/rows/0");
            assertThat(row.get("completed_share").asDouble()).isBetween(share, 1.0);
            share = row.get("completed_share").asDouble();
            assertThat(row.at("/cost_usd/low").asDouble()).isLessThan(budget);
            if (share == 1) {
                assertThat(row.at("/hours/median").asDouble()).isLessThanOrEqualTo(before * 1.0001);
                before = row.at("/hours/median").asDouble();
            } else {
                assertThat(row.at("/cost_usd/median").asDouble()).isBetween(budget * 0.85, budget * 1.15);
            }
        }
        assertThat(json(MODEL + "dgx-a100 --same-budget 5")
                        .at("/rows/0/completed_share")
                        .asDouble())
                .isLessThan(1);
        assertThat(share).isEqualTo(1);
        assertThat(json(MODEL + "dgx-a100 --same-budget 0.0001", ExitCode.INFEASIBLE)
                        .at("/infeasible/0/reason")
                        .asText())
                .contains("does not pay for");
    }

    @Test
    void aCurveIsComparedWithItsFewestDevicesAndBendsWhereOneAddedBringsLessThanHalf() throws IOException {
        JsonNode curve = json(MODEL + "dgx-a100 --scaling 1..256*2,96,1024").at("/scaling/0");
        JsonNode points = curve.get("points");
        assertThat(points.get(0).get("efficiency").asDouble()).isEqualTo(1);
        int bend = 0;
        for (int i = 1; i < points.size(); i++) {
            JsonNode point = points.get(i);
            JsonNode last = points.get(i - 1);
            double first = points.get(0).get("samples_per_second").asDouble();
            double rate = point.get("samples_per_second").asDouble();
            int devices = point.get("devices").asInt();
            assertThat(devices).isGreaterThan(last.get("devices").asInt());
            assertThat(point.get("efficiency").asDouble() * devices)
                    .isBetween(rate / first * 0.999, rate / first * 1.001);
            double marginal = (rate - last.get("samples_per_second").asDouble())
                    / (devices - last.get("devices").asInt())
                    / first;
            assertThat(point.get("marginal_efficiency").asDouble()).isBetween(marginal - 1e-9, marginal + 1e-9);
            assertThat(point.get("micro_batch").asLong()
                            * point.get("accumulation_steps").asLong()
                            * devices)
                    .isEqualTo(768);
            bend = bend == 0 && marginal < 0.5 ? devices : bend;
        }
        assertThat(curve.at("/bend/devices").asInt()).isEqualTo(bend).isPositive();
        assertThat(curve.at("/bend/cause").asText()).isIn("compute", "memory", "launch", "communication", "input");
        assertThat(curve.at("/infeasible/0/reason").asText()).contains("must be divisible");
    }

    /** What does not fit is accumulated: one device takes a batch that no device holds. */
    @Test
    void aBatchThatDoesNotFitIsAccumulated() throws IOException {
        JsonNode result = json("compare vit_large_patch16_224 --global-batch 4096 --json --hardware a100-sxm4-40gb"
                + " --devices 1 --scaling 1");
        assertThat(result.at("/rows/0/fits_memory").asBoolean()).isFalse();
        assertThat(result.at("/rows/0/rank").size()).isZero();
        assertThat(result.at("/scaling/0/points/0/accumulation_steps").asInt()).isGreaterThan(1);
    }

    @Test
    void papersMethodsAndFilesCanBeCompared() throws IOException {
        JsonNode paper = json("compare perceptual-group-tokenizer --run pgt-g-b --hardware tpu-v5p --json");
        assertThat(paper.get("paper").asText()).isEqualTo("perceptual-group-tokenizer");
        JsonNode method = json("compare ibot_vit_small_patch16 --hardware tpu-v3,a100-sxm4-80gb --devices 8 --json");
        assertThat(method.get("rows")).hasSize(2);
        Path file = folder.resolve("model.yaml");
        Files.writeString(
                file, Program.run("models", "vit_tiny_patch16_224", "--spec").out());
        Program.Result model = Program.run("compare", file.toString(), "--hardware", "t4", "--json");
        assertThat(model.code()).as(model.err()).isEqualTo(ExitCode.DONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            compare ibott --hardware t4                                          | Did you mean ibot
            compare ibot --hardware t4 --run nonsense                            | has no run nonsense
            compare resnet50 --hardware t4 --same-wall-clock --same-budget 5     | Keep one
            compare resnet50 --hardware t4 --hours 5                             | --same-wall-clock
            compare resnet50 --hardware t4 --scaling 1,x                         | whole numbers
            compare resnet50 --hardware t4 --devices 0                           | at least 1
            compare resnet50 --hardware t4 --same-budget -5                      | above zero
            compare resnet50 --hardware t4 --dataset imagenet-2k                 | imagenet
            compare resnet50 --hardware t4 --stack jaxx                          | jaxx
            """)
    void whatMakesNoSenseIsWrongUsage(String line, String message) {
        Program.Result result = Program.run(line.split(" +"));
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains(message);
    }

    @Test
    void pagesDrawCurvesAndKeepChartsOfManyRunsShort() throws IOException {
        Document page = page("compare resnet50 --hardware dgx-a100,tpu-v5e --scaling 1..16*2");
        List<JsonNode> charts = charts(page);
        assertThat(charts.stream().filter(each -> each.get("kind").asText().equals("lines")))
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.get("series")).hasSize(2));
        for (JsonNode chart : charts(page("compare ibot --hardware dgx-a100,tpu-v5e"))) {
            assertThat(chart.get("rows")).hasSize(2);
        }
    }

    private Document page(String line) throws IOException {
        Path file = folder.resolve("page.html");
        Program.Result result = Program.run((line + " --format html -o " + file).split(" "));
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        return Jsoup.parse(Files.readString(file));
    }

    private static List<JsonNode> charts(Document page) throws IOException {
        List<JsonNode> charts = new ArrayList<>();
        for (Element each : page.select("figure script")) {
            charts.add(MAPPER.readTree(each.data()));
        }
        assertThat(charts).isNotEmpty();
        return charts;
    }

    private static JsonNode json(String line) throws IOException {
        return json(line, ExitCode.DONE);
    }

    private static JsonNode json(String line, int code) throws IOException {
        Program.Result result = Program.run(line.split(" "));
        assertThat(result.code()).as(result.err()).isEqualTo(code);
        return MAPPER.readTree(result.out());
    }
}
