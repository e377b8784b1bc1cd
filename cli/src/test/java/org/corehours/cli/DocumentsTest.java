package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the commands of the README and of the pages in {@code docs}. What a page shows of a command are lines of its
 * output, one after the other. To write them anew, from the first line of each: {@code mvn test -pl cli -am
 * -Dtest=DocumentsTest -Dsurefire.failIfNoSpecifiedTests=false -Dcorehours.write=true}.
 */
class DocumentsTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern SHOWN =
            Pattern.compile("```console\n\\$ \\./corehours ([^\n]*)\n(.*?)```", Pattern.DOTALL);
    /** A command of a block of shell, of an indented block, or in a sentence; a name in capitals is to be filled in. */
    private static final Pattern COMMAND =
            Pattern.compile("(?:^(?:\\$ |    )?|`)\\./corehours ((?:[^`\n\\\\]|\\\\\n)*)", Pattern.MULTILINE);

    private static final Pattern PLACEHOLDER = Pattern.compile(".*\\b[A-Z]{2,}\\b.*", Pattern.DOTALL);
    private static final int RECOGNIZED = 25;
    private static final Map<String, Program.Result> RESULTS = new HashMap<>();

    @TempDir
    private Path folder;

    static Stream<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        // Their commands read measurements that are not part of the project, or need the module of another profile.
        for (String elsewhere : List.of("accuracy.md", "laws.md", "cluster.md")) {
            pages.remove(ROOT.resolve("docs").resolve(elsewhere));
        }
        return pages.stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aPageShowsWhatTheProgramPrints(Path page) throws IOException {
        String text = Files.readString(page);
        String anew = SHOWN.matcher(text)
                .replaceAll(shown -> Matcher.quoteReplacement("```console\n$ ./corehours " + shown.group(1) + "\n"
                        + printed(shown.group(1), shown.group(2)) + "```"));

        if (Boolean.getBoolean("corehours.write")) {
            Files.writeString(page, anew);
        }
        assertThat(page).as("write it anew with -Dcorehours.write=true").hasContent(anew);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyCommandOfAPageRuns(Path page) throws IOException {
        List<String> commands = COMMAND.matcher(Files.readString(page))
                .results()
                .map(match -> match.group(1).replace("\\\n", " "))
                .filter(command -> !PLACEHOLDER.matcher(command).matches())
                // It runs until it is interrupted; ServeCommandTest does that.
                .filter(command -> !command.startsWith("serve"))
                .toList();
        assumeThat(commands).as("commands of the page").isNotEmpty();
        for (String command : commands) {
            Program.Result result = run(command);
            assertThat(result.code()).as("%s%n%s", command, result.err()).isZero();
            assertThat(result.out() + written()).as(command).isNotEmpty();
        }
    }

    /** As many lines of a command's output as are shown, from the one that starts as they do. */
    private String printed(String command, String shown) {
        Program.Result result = run(command);
        assertThat(result.code()).as("%s%n%s", command, result.err()).isZero();
        List<String> lines = result.out().lines().toList();
        List<String> wanted = shown.lines().toList();
        String first = start(wanted.get(0));
        int from = 0;
        while (from < lines.size() && !start(lines.get(from)).equals(first)) {
            from++;
        }
        assertThat(from).as("a line of %s that starts with %s", command, first).isLessThan(lines.size());
        int to = Math.min(lines.size(), from + wanted.size());
        return String.join("\n", lines.subList(from, to)) + "\n";
    }

    /** Words without the figures among them, which may change. */
    private static String start(String line) {
        return line.substring(0, Math.min(line.length(), RECOGNIZED)).strip();
    }

    private Program.Result run(String command) {
        ShellCommand parsed = ShellCommand.parse(command, ROOT, folder);
        if (parsed.writes()) {
            return parsed.run();
        }
        return RESULTS.computeIfAbsent(command, unused -> parsed.run());
    }

    private String written() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName() + " of " + size(file))
                    .reduce("", String::concat);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
