package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of files from strangers, and what their texts do to outputs. */
class HostileFilesTest {

    private static final String SCRIPT = "<script>alert(\"1\" + '2')</script>";

    @TempDir
    private Path folder;

    private static String paper() throws IOException {
        try (var in = InitCommand.class.getResourceAsStream("paper.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aFolderOfRandomBytesAndBrokenPapersIsToldInBrief() throws IOException {
        long seed = 20_260_711;
        Random random = new Random(seed);
        String whole = paper();
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[200];
            random.nextBytes(bytes);
            if (i % 3 == 1) {
                bytes = whole.substring(0, random.nextInt(whole.length() / 2)).getBytes(StandardCharsets.UTF_8);
            } else if (i % 3 == 2) {
                bytes = whole.replace("value: 300", "value: -" + i).getBytes(StandardCharsets.UTF_8);
            }
            Files.write(folder.resolve(String.format("f%03d.yaml", i)), bytes);
        }
        long start = System.nanoTime();
        Program.Result result = Program.run("audit", folder.toString());
        assertThat(result.code()).isEqualTo(ExitCode.INPUT);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines().count()).isBetween(22L, 35L);
        assertThat(result.err())
                .startsWith(folder.resolve("f000.yaml").toString())
                .contains("and 280 more files. Of all 300 that are wrong:", "wrong fields");
        assertThat(System.nanoTime() - start).isLessThan(300_000_000_000L);
    }

    @Test
    void papersThatCanBeReadAreAuditedBesideBrokenOnes() throws IOException {
        Files.writeString(folder.resolve("good.yaml"), paper());
        Files.writeString(folder.resolve("bad.yaml"), "- 1");
        Program.Result result = Program.run("audit", folder.toString());
        assertThat(result.code()).isEqualTo(ExitCode.INPUT);
        assertThat(result.out()).contains("my-paper");
        assertThat(result.err()).contains("bad.yaml:1:1: found a list, expected a mapping");
    }

    @ParameterizedTest
    @ValueSource(strings = {"report", "audit"})
    void aScriptInATextStaysText(String command) throws IOException {
        String quoted = "'" + SCRIPT.replace("'", "''") + "'";
        Path file = Files.writeString(
                folder.resolve("p.yaml"),
                paper().replace("title: \"My Paper\"", "title: " + quoted)
                        .replaceFirst("summary: .*", "summary: " + quoted)
                        .replaceFirst("citation: .*", "citation: " + quoted)
                        .replaceFirst("question: .*", "question: " + quoted)
                        .replaceFirst("reason: .*", "reason: " + quoted)
                        .replace("label: the main model", "label: " + quoted)
                        .replace("quote: 22M", "quote: " + quoted));
        Path page = folder.resolve("page.html");
        Program.Result result = Program.run(command, file.toString(), "--format", "html", "-o", page.toString());
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        assertThat(Files.readString(page)).contains("&lt;script&gt;alert(").doesNotContain("<script>alert");
        Program.Result markdown = Program.run(command, file.toString(), "--format", "markdown");
        assertThat(markdown.out()).contains("&lt;script>alert").doesNotContain("<script");
    }

    @Test
    void whatSteersATerminalIsWrittenOut() throws IOException {
        Path file = Files.writeString(
                folder.resolve("p.yaml"), paper().replace("title: \"My Paper\"", "title: \"\\e]0;owned\\a\\e[31m\""));
        for (String format : new String[] {"text", "markdown", "html", "json"}) {
            Program.Result result = Program.run("report", file.toString(), "--format", format);
            assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
            assertThat(result.out())
                    .as(format)
                    .doesNotContain("\u001b", "\u0007")
                    .containsIgnoringCase("\\u001b");
        }
    }
}
