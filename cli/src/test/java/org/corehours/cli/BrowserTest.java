package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.corehours.cli.serve.LocalServer;
import org.corehours.papers.Papers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every page in a real browser. Run by {@code ./mvnw verify -Dbrowser}; without a browser it is skipped. */
@Tag("browser")
class BrowserTest {

    private static final int DESKTOP = 1200;
    private static final int PHONE = 390;

    private static final String RUN =
            "/estimate?model=vit_small_patch16_224&hardware=dgx-a100&global-batch=512&epochs=100";

    /** Contrast of the text of elements with what they stand on, by WCAG's formula; those below 4.5 are listed. */
    private static final String FAINT_TEXTS = """
            (() => {
              const rgb = text => (text.match(/[0-9.]+/g) || []).map(Number);
              const light = ([r, g, b]) => [r, g, b].map(each => each / 255)
                .map(each => each <= 0.03928 ? each / 12.92 : Math.pow((each + 0.055) / 1.055, 2.4))
                .reduce((sum, each, i) => sum + each * [0.2126, 0.7152, 0.0722][i], 0);
              const behind = element => {
                for (let each = element; each; each = each.parentElement) {
                  const colour = rgb(getComputedStyle(each).backgroundColor);
                  if (colour.length === 3 || colour[3] > 0.99) return colour;
                }
                return matchMedia('(prefers-color-scheme: dark)').matches ? [0, 0, 0] : [255, 255, 255];
              };
              const faint = [];
              for (const each of document.querySelectorAll('h1,h2,h3,p,li,a,th,td,dt,dd strong,dd span,label,summary,figcaption,button,input,select,code')) {
                if (!each.checkVisibility() || each.disabled) continue;
                const [one, other] = [light(rgb(getComputedStyle(each).color)), light(behind(each))].sort((a, b) => b - a);
                const contrast = (one + 0.05) / (other + 0.05);
                if (contrast < 4.5) faint.push(each.tagName + ' ' + each.textContent.slice(0, 30) + ' ' + contrast.toFixed(2));
              }
              return faint;
            })()""";

    /** Charts that are seen and have nothing in them. */
    private static final String EMPTY_CHARTS = """
            [...document.querySelectorAll('.chart')]
              .filter(each => each.checkVisibility() && (!each.querySelector('svg, canvas')
                || each.clientHeight < 60 || each.querySelectorAll('svg path, svg text').length < 5))
              .map(each => each.getAttribute('aria-label'))""";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Chromium browser;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static LocalServer server;

    private static final List<Throwable> BUGS = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        Optional<Path> program = Chromium.installed();
        assumeTrue(program.isPresent(), "no Chromium is installed: apt-get install chromium");
        browser = Chromium.start(program.get());
        server = new LocalServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "localhost",
                new ServedEvaluations(),
                BUGS::add);
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (server != null) {
            server.close();
        }
        assertThat(BUGS).isEmpty();
    }

    @BeforeEach
    void asUsual() {
        browser.size(DESKTOP, 900);
        browser.dark(false);
        browser.scripts(true);
    }

    private static String at(String path) {
        return "http://localhost:" + server.port() + path;
    }

    private static List<String> texts(String expression) {
        List<String> texts = new ArrayList<>();
        browser.evaluate(expression).forEach((JsonNode each) -> texts.add(each.asText()));
        return texts;
    }

    private static int number(String expression) {
        return browser.evaluate(expression).asInt();
    }

    private static String text(String selector) {
        return browser.evaluate("document.querySelector('" + selector + "').textContent")
                .asText();
    }

    /** What holds for every page, in every width and in the dark. */
    private static void isSound(String name, String url, boolean charts) {
        browser.scripts(true);
        browser.size(DESKTOP, 900);
        browser.dark(false);
        browser.open(url);
        if (charts) {
            browser.until("document.querySelector('.chart svg')");
            browser.until(EMPTY_CHARTS + ".length === 0");
            assertThat(number("document.querySelectorAll('figure').length"))
                    .as(name)
                    .isPositive();
            assertThat(number("document.querySelectorAll('main table tbody tr').length"))
                    .as(name)
                    .isPositive();
            assertThat(number("document.querySelectorAll('.chart[role=img]:not([aria-label])').length"))
                    .as(name)
                    .isZero();
        }
        for (int width : new int[] {DESKTOP, PHONE}) {
            browser.size(width, 800);
            // Charts are drawn anew one by one.
            browser.until("document.documentElement.scrollWidth <= " + width);
        }
        for (boolean dark : new boolean[] {false, true}) {
            browser.dark(dark);
            assertThat(texts(FAINT_TEXTS))
                    .as(name + (dark ? " in the dark" : " in the light"))
                    .isEmpty();
        }
        assertThat(browser.complaints())
                .as(name)
                .allMatch(each -> url.contains("=nothing&") && each.contains("status of 400"));
    }

    @Test
    void everyFileIsDrawnWhole() {
        Map<String, String> files = new LinkedHashMap<>();
        Papers.ids().forEach(id -> files.put(id, "report " + id));
        files.put("audit", "audit perceptual-group-tokenizer ibot");
        files.put("compare", "compare perceptual-group-tokenizer --hardware tpu-v5p,tpu-v5e --run pgt-g-b");
        files.forEach((name, command) -> {
            Path file = folder.resolve(name + ".html");
            Program.Result result = Program.run((command + " --format html -o " + file).split(" "));
            assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
            isSound(name, file.toUri().toString(), true);
        });
        browser.scripts(false);
        browser.open(folder.resolve("ibot.html").toUri().toString());
        assertThat(number("document.querySelectorAll('.chart svg').length")).isZero();
        assertThat(number("[...document.querySelectorAll('main table')].length"))
                .isGreaterThan(10);
        assertThat(number("[...document.querySelectorAll('.chart')].filter(each => each.checkVisibility()).length"))
                .isZero();
    }

    @Test
    void everyServedPageIsSound() {
        for (String path : List.of("/", "/papers", "/estimate?model=nothing&hardware=t4")) {
            browser.open(at(path));
            isSound(path, at(path), false);
        }
        for (String path : List.of("/estimate", RUN, "/papers/perceptual-group-tokenizer", "/papers/ibot")) {
            isSound(path, at(path), true);
        }
    }

    private static void choose(String name, String value) {
        browser.evaluate("(() => { const field = document.querySelector('[name=\"" + name + "\"]'); field.value = '"
                + value + "'; field.dispatchEvent(new Event('input', { bubbles: true }));"
                + " field.dispatchEvent(new Event('change', { bubbles: true })); })()");
    }

    /** Does something and waits until its results are shown. */
    private static void settled(Runnable change) {
        int before = number("Number(document.documentElement.dataset.settled ?? 0)");
        change.run();
        browser.until("Number(document.documentElement.dataset.settled ?? 0) > " + before);
    }

    private static String hours() {
        return text(".tile[data-key=hours] strong");
    }

    @Test
    void aControlMovesTheFiguresTheChartsAndTheAddress() {
        browser.open(at(RUN));
        String before = hours();
        String status = text("#status");
        String charts = browser.evaluate("document.querySelector('.chart svg').outerHTML")
                .asText();
        assertThat(number("document.querySelector('[name=local-crops]').disabled ? 1 : 0"))
                .isOne();

        settled(() -> choose("hardware", "dgx-1-v100-32gb"));
        String slower = hours();
        assertThat(slower).isNotEqualTo(before);
        assertThat(text("#status")).contains("v100-sxm2-32gb").isNotEqualTo(status);
        assertThat(browser.evaluate("location.search").asText()).contains("hardware=dgx-1-v100-32gb");
        assertThat(browser.evaluate("document.querySelector('.chart svg').outerHTML")
                        .asText())
                .isNotEqualTo(charts);
        assertThat(texts(EMPTY_CHARTS)).isEmpty();

        String link = browser.evaluate("location.href").asText();
        settled(() -> browser.back());
        assertThat(hours()).isEqualTo(before);
        assertThat(browser.evaluate("document.querySelector('[name=hardware]').value")
                        .asText())
                .isEqualTo("dgx-a100");
        browser.open(link);
        assertThat(hours()).isEqualTo(slower);
        assertThat(browser.evaluate("document.querySelector('[name=hardware]').value")
                        .asText())
                .isEqualTo("dgx-1-v100-32gb");

        settled(() -> choose("model", "dino_vit_small_patch16"));
        assertThat(number("document.querySelector('[name=local-crops]').disabled ? 1 : 0"))
                .isZero();
        String eight = hours();
        settled(() -> choose("local-crops", "2"));
        assertThat(hours()).isNotEqualTo(eight);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aMistakeIsSaidAndTheNextGoodValueShown() {
        browser.open(at(RUN));
        String before = hours();
        settled(() -> choose("model", "vit_smal_patch16_224"));
        assertThat(text("#problem")).contains("vit_small_patch16_224");
        assertThat(number("document.querySelector('#problem').checkVisibility() ? 1 : 0"))
                .isOne();
        settled(() -> choose("model", "vit_small_patch16_224"));
        assertThat(number("document.querySelector('#problem').checkVisibility() ? 1 : 0"))
                .isZero();
        assertThat(hours()).isEqualTo(before);
    }

    @Test
    void theKeyboardIsEnough() {
        browser.open(at(RUN));
        String before = text(".tile[data-key=step_seconds] strong");
        browser.evaluate("document.querySelector('[name=global-batch]').focus()");
        browser.press("Tab", 9);
        assertThat(browser.evaluate("document.activeElement.getAttribute('aria-label')")
                        .asText())
                .isEqualTo("Half the global batch");
        settled(() -> browser.press("Enter", 13));
        assertThat(browser.evaluate("document.querySelector('[name=global-batch]').value")
                        .asText())
                .isEqualTo("256");
        assertThat(text(".tile[data-key=step_seconds] strong")).isNotEqualTo(before);
        assertThat(browser.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                        .asText())
                .isNotEqualTo("none");
        assertThat(number("[...document.querySelectorAll('#controls input, #controls select')].filter(each => each.type"
                        + " !== 'hidden' && !each.labels.length).length"))
                .isZero();
    }

    @Test
    void aPinnedRunStandsBesideTheNext() {
        browser.open(at(RUN));
        settled(() -> browser.evaluate("[...document.querySelectorAll('.send button')].at(-1).click()"));
        assertThat(text("#results figcaption strong")).isEqualTo("Beside the pinned run");
        settled(() -> choose("devices", "16"));
        assertThat(text("#results figure")).contains("×");
        assertThat(browser.evaluate("location.search").asText()).contains("pinned=", "devices=16");
    }

    @Test
    void aReadingMovesThePaper() {
        browser.open(at("/papers/perceptual-group-tokenizer"));
        String before = hours();
        settled(() -> choose("tpu", "v5p"));
        assertThat(hours()).isNotEqualTo(before);
        assertThat(browser.evaluate("location.search").asText()).contains("tpu=v5p");
        assertThat(text(".elsewhere")).contains("whole report");
        settled(() -> browser.back());
        assertThat(hours()).isEqualTo(before);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void withoutScriptsAFormIsSentAndTablesAreThere() {
        browser.scripts(false);
        browser.open(at(RUN));
        String before = hours();
        assertThat(number("document.querySelector('.send button').checkVisibility() ? 1 : 0"))
                .isOne();
        assertThat(number("document.querySelectorAll('#results figure table').length"))
                .isGreaterThan(3);
        browser.evaluate("document.querySelector('[name=global-batch]').value = '2048'");
        browser.evaluate("document.querySelector('#controls').submit()");
        browser.until("location.search.includes('global-batch=2048') && document.readyState === 'complete'");
        assertThat(hours()).isNotEqualTo(before);
    }
}
