package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.corehours.cli.serve.LocalServer;
import org.corehours.papers.Papers;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServeCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RUN = "model=vit_small_patch16_224&hardware=dgx-a100";

    private static final List<Throwable> BUGS = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static LocalServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new LocalServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "localhost",
                new ServedEvaluations(),
                BUGS::add);
    }

    @AfterAll
    static void stop() {
        server.close();
        assertThat(BUGS).isEmpty();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static Document page(String path) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Jsoup.parse(response.body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            model=vit_small_patch16_224&hardware=dgx-a100 | vit_small_patch16_224 --hardware dgx-a100
            model=resnet50&hardware=dgx-a100&devices=2&global-batch=64&epochs=90.5&precision=fp32&region=country%2Ffra&price=1.5 | resnet50 --hardware dgx-a100 --devices 2 --global-batch 64 --epochs 90.5 --precision fp32 --region country/fra --price 1.5
            model=dino_vit_small_patch16&local-crops=2&hardware=dgx-a100 | dino_vit_small_patch16_local2 --hardware dgx-a100
            """)
    void theApiSaysWhatTheCommandSays(String query, String line) throws Exception {
        HttpResponse<String> served = get("/api/estimate?" + query);
        assertThat(served.statusCode()).as(served.body()).isEqualTo(200);
        assertThat(served.body())
                .isEqualTo(
                        Program.run(("estimate " + line + " --json").split(" ")).out());
    }

    @Test
    void aPaperIsServedAsItIsReported() throws Exception {
        HttpResponse<String> served = get("/api/papers/ibot");
        assertThat(served.body())
                .isEqualTo(Program.run("report", "ibot", "--json").out());
        assertThat(get("/papers/ibot/report").body())
                .isEqualTo(Program.run("report", "ibot", "--format", "html").out());
    }

    @Test
    void aReadingThatIsSettledNarrowsThePaper() throws Exception {
        JsonNode open =
                JSON.readTree(get("/api/papers/perceptual-group-tokenizer").body());
        JsonNode settled = JSON.readTree(get("/api/papers/perceptual-group-tokenizer?tpu=v5p&tokens=in-total")
                .body());
        JsonNode wide = open.get("runs").get(0);
        JsonNode narrow = settled.get("runs").get(0);
        assertThat(narrow.get("hardware").asText()).isEqualTo("tpu-v5p");
        assertThat(ratio(narrow)).isLessThan(ratio(wide));
        assertThat(narrow.get("readings"))
                .allSatisfy(each -> assertThat(each.get("choices").has("tpu")).isFalse());
    }

    private static double ratio(JsonNode run) {
        return run.at("/hours/high").asDouble() / run.at("/hours/low").asDouble();
    }

    @Test
    void aPageHoldsItsResultsWithoutScripts() throws Exception {
        Document page = page("/estimate?" + RUN + "&global-batch=256&epochs=10");
        JsonNode run = JSON.readTree(
                get("/api/estimate?" + RUN + "&global-batch=256&epochs=10").body());
        assertThat(page.select("form#controls[method=get][action=/estimate] button[type=submit]"))
                .hasSize(1);
        for (Element field : page.select("form input:not([type=hidden]), form select")) {
            assertThat(page.select("label[for=" + field.id() + "]").text())
                    .as(field.outerHtml())
                    .isNotBlank();
        }
        assertThat(page.select("input[name=global-batch]").val()).isEqualTo("256");
        assertThat(page.select("select[name=hardware] option[selected]").val()).isEqualTo("dgx-a100");
        assertThat(page.select(".tile[data-key=hours] strong").text())
                .isEqualTo(org.corehours.cli.document.Numbers.hours(
                        run.at("/hours/median").asDouble()));
        assertThat(page.select("figure table")).hasSameSizeAs(page.select("figure"));
        assertThat(page.select("figcaption strong").eachText())
                .contains(
                        "How sure the figures are",
                        "Where the FLOPs go, and where the time goes",
                        "The step as it goes on",
                        "Memory over the step");
        assertThat(page.select("meter")).hasSize(1);
        assertThat(page.select(".elsewhere code").text())
                .isEqualTo(
                        "corehours estimate vit_small_patch16_224 --hardware dgx-a100 --global-batch 256 --epochs 10");
        assertThat(page.select("[id]").eachAttr("id")).doesNotHaveDuplicates();
        assertThat(page.select("[onclick], [onchange], script:not([src]):not([type=application/json])"))
                .isEmpty();
    }

    @Test
    void everyPageLinksOnlyToWhatThereIs() throws Exception {
        List<String> open = new ArrayList<>(List.of("/", "/papers", "/estimate", "/papers/class-embedding-space"));
        List<String> seen = new ArrayList<>();
        while (!open.isEmpty()) {
            String path = open.remove(0);
            if (seen.contains(path)) {
                continue;
            }
            seen.add(path);
            // Whole reports are looked at elsewhere.
            if (path.contains("/report") || path.startsWith("/api/papers") || seen.size() > 20) {
                continue;
            }
            HttpResponse<String> response = get(path);
            assertThat(response.statusCode()).as(path).isEqualTo(200);
            if (response.headers().firstValue("Content-Type").orElse("").startsWith("text/html")) {
                Document page = Jsoup.parse(response.body());
                page.select("a[href^=/]").eachAttr("href").stream()
                        .filter(each -> !each.startsWith("/papers/") || each.contains("class-embedding"))
                        .forEach(open::add);
                page.select("[src]").eachAttr("src").forEach(open::add);
                page.select("link[rel=stylesheet]").eachAttr("href").forEach(open::add);
            }
        }
        assertThat(seen).contains("/assets/serve.js", "/assets/echarts.js", "/papers/class-embedding-space/report");
    }

    @Test
    void everyPaperHasItsPage() throws Exception {
        for (String id : Papers.ids()) {
            Document page = page("/papers/" + id);
            assertThat(page.select("#results .tile")).hasSizeGreaterThan(6);
            assertThat(page.select("#results figure").size()).isGreaterThanOrEqualTo(4);
            for (Element select : page.select("form select[name]:not([name=run])")) {
                assertThat(Lookups.paper(id).assumptions().stream().map(each -> each.id()))
                        .contains(select.attr("name"));
            }
            assertThat(Lookups.paper(id).assumptions())
                    .noneMatch(each -> each.id().equals("run"));
        }
    }

    @Test
    void aRunThatDoesNotFitIsShownWithTheWaysOut() throws Exception {
        String query = "model=vit_large_patch16_224&hardware=t4&global-batch=1024";
        Document page = page("/estimate?" + query);
        assertThat(page.select(".memory.over").text()).contains("does not fit", "accumulation steps");
        JsonNode run = JSON.readTree(get("/api/estimate?" + query).body());
        assertThat(run.get("fits_memory").asBoolean()).isFalse();
        assertThat(run.get("ways_out")).isNotEmpty();
    }

    @Test
    void anotherRunCanStandBesideIt() throws Exception {
        String pinned = URLEncoder.encode(RUN + "&devices=16", StandardCharsets.UTF_8);
        Document page = page("/estimate?" + RUN + "&pinned=" + pinned);
        assertThat(page.select("figcaption strong").eachText()).contains("Beside the pinned run");
        String nested = URLEncoder.encode(RUN + "&pinned=" + pinned, StandardCharsets.UTF_8);
        assertThat(get("/estimate?" + RUN + "&pinned=" + nested).statusCode()).isEqualTo(200);
        for (String bad : List.of("x", "model=../x", "model=%25", "a=1&a=2", "hardware=t4")) {
            assertThat(get("/parts/estimate?" + RUN + "&pinned=" + URLEncoder.encode(bad, StandardCharsets.UTF_8))
                            .statusCode())
                    .as(bad)
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            hardware=t4                                   | Say which model
            model=resnet50                                | --hardware
            model=resnet5&hardware=t4                     | resnet50
            model=resnet50&hardware=t5                    | did you mean t4
            model=./x.yaml&hardware=t4                    | not a file
            model=x.yaml&hardware=t4                      | not a file
            model=../../etc/passwd&hardware=t4            | not a file
            model=/etc/passwd&hardware=t4                 | not a file
            model=C:%5Cx&hardware=t4                      | not a file
            model=model.onnx&hardware=t4                  | not a file
            model=model.ONNX&hardware=t4                  | not a file
            model=@file&hardware=t4                       | not a file
            model=--help&hardware=t4                      | not a file
            model=resnet50&hardware=./x.yaml              | The hardware cannot be ./x.yaml
            model=resnet50&hardware=t4,dgx-a100           | The hardware cannot be
            model=resnet50&hardware=t4&input=x.yaml       | not a file
            model=resnet50&hardware=t4&input=nothing      | nothing
            model=resnet50&hardware=t4&region=../x        | The region cannot be
            model=resnet50&hardware=t4&dataset=x.csv      | The dataset cannot be
            model=resnet50&hardware=t4&stack=x            | The stack cannot be
            model=resnet50&hardware=t4&stacktrace=true    | There is no parameter stacktrace
            model=resnet50&hardware=t4&json=1             | There is no parameter json
            model=resnet50&hardware=t4&help=1             | There is no parameter help
            model=resnet50&hardware=t4&Model=x            | There is no parameter Model
            model=resnet50&hardware=t4&devices=-1         | The devices (-1) must be a whole number from 1
            model=resnet50&hardware=t4&devices=0          | The devices (0)
            model=resnet50&hardware=t4&devices=1.5        | The devices (1.5)
            model=resnet50&hardware=t4&devices=1e3        | The devices (1e3)
            model=resnet50&hardware=t4&devices=NaN        | The devices (NaN)
            model=resnet50&hardware=t4&devices=99999999999999999999 | The devices (99999999999999999999)
            model=resnet50&hardware=t4&devices=%D9%A3     | The devices (
            model=resnet50&hardware=t4&global-batch=0x10  | The global-batch (0x10)
            model=resnet50&hardware=t4&epochs=NaN         | The epochs (NaN)
            model=resnet50&hardware=t4&epochs=Infinity    | The epochs (Infinity)
            model=resnet50&hardware=t4&epochs=1e308       | The epochs (1e308)
            model=resnet50&hardware=t4&epochs=-1          | The epochs (-1)
            model=resnet50&hardware=t4&epochs=1&steps=1   | both say how long
            model=resnet50&hardware=t4&epochs=1&epochs=2  | given twice
            model=resnet50&hardware=t4&price=-1           | The price (-1)
            model=resnet50&hardware=t4&pue=0.5            | The pue (0.5)
            model=resnet50&hardware=t4&local-crops=3      | go with a dino or ibot method
            model=vit_base_patch16_224&hardware=t4&image-size=5 | image-size
            model=resnet50&hardware=dgx-a100&global-batch=7&devices=2 | 7
            model=resnet50&hardware=t4&precision=fp8      | fp8
            model=resnet50&hardware=dgx-a100&devices=12   | 12
            """)
    void whatIsWrongIsOneLineThatSaysSo(String query, String message) throws Exception {
        HttpResponse<String> response = get("/api/estimate?" + query);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(response.body().lines()).hasSize(1);
        assertThat(JSON.readTree(response.body()).get("error").asText()).contains(message);
        assertThat(response.body()).doesNotContain("Exception", "\tat ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "devices=100000&global-batch=1000000000",
                "devices=1&global-batch=1000000000&accumulation=1",
                "accumulation=256&global-batch=256",
                "epochs=1000000&price=1000000&pue=10&grid=100000",
                "steps=1000000000000",
                "epochs=0.001&price=0&grid=0",
                "image-size=4096",
                "image-size=1"
            })
    void atTheLimitsThereIsAnAnswerOrARefusalInTime(String query) throws Exception {
        for (String model : List.of("vit_base_patch16_224", "resnet50")) {
            HttpResponse<String> response = get("/api/estimate?model=" + model + "&hardware=t4&" + query);
            assertThat(response.statusCode()).as(model + " " + response.body()).isIn(200, 400);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/estimate?model=<script>alert(1)</script>&hardware=t4",
                "/estimate?model=x\"onfocus=alert(1)%20autofocus=\"&hardware=t4",
                "/estimate?model=resnet50&hardware=t4&epochs='\"><img src=x onerror=alert(1)>",
                "/estimate?<script>alert(1)</script>=1",
                "/estimate?model=resnet50&hardware=t4&pinned=<script>alert(1)</script>",
                "/papers/ibot?run=<script>alert(1)</script>",
                "/papers/ibot?machine=<script>alert(1)</script>",
                "/papers/<script>alert(1)</script>",
                "/<img src=x onerror=alert(1)>"
            })
    void aScriptInARequestIsText(String path) throws Exception {
        String encoded = path.replace("<", "%3C")
                .replace(">", "%3E")
                .replace("\"", "%22")
                .replace(" ", "%20");
        HttpResponse<String> response = get(encoded);
        assertThat(response.statusCode()).isIn(400, 404);
        Document page = Jsoup.parse(response.body());
        assertThat(page.select("script:not([src]):not([type=application/json]), img, [onfocus], [onerror]"))
                .isEmpty();
    }

    @Test
    void aPortThatIsTakenOrWrongIsWrongUsage() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            Program.Result result = Program.run("serve", "--no-open", "--port", String.valueOf(taken.getLocalPort()));
            assertThat(result.code()).isEqualTo(ExitCode.USAGE);
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).contains("Cannot listen on localhost port " + taken.getLocalPort(), "--port 0");
        }
        assertThat(Program.run("serve", "--no-open", "--port", "70000").err()).contains("between 0 and 65535");
        assertThat(Program.run("serve", "--no-open", "--host", "no such host").code())
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void anInterruptEndsItWith130(@TempDir Path folder) throws Exception {
        Path messages = folder.resolve("messages");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "org.corehours.cli.Main",
                        "serve",
                        "--no-open",
                        "--host",
                        "0.0.0.0",
                        "--port",
                        "0")
                .redirectError(messages.toFile())
                .start();
        try {
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String url = out.readLine();
            assertThat(url).as(Files.readString(messages)).startsWith("http://localhost:");
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(Files.readString(messages).toLowerCase(Locale.ROOT)).contains("warning", "0.0.0.0");
            new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(ExitCode.INTERRUPTED);
        } finally {
            process.destroyForcibly();
        }
    }
}
