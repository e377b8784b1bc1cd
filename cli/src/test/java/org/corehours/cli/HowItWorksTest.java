package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Runs the commands of {@code docs/how-it-works.md}. What the page shows of a command are lines of its output, one after
 * the other. To write the page anew, from the first line of each: {@code mvn test -pl cli -am -Dtest=HowItWorksTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dcorehours.write=true}.
 */
class HowItWorksTest {

    private static final Path PAGE = Path.of("..", "docs", "how-it-works.md");
    private static final Pattern SHOWN =
            Pattern.compile("```console\n\\$ \\./corehours ([^\n]*)\n(.*?)```", Pattern.DOTALL);
    private static final int RECOGNIZED = 25;

    private final Map<String, List<String>> outputs = new HashMap<>();

    @Test
    void thePageShowsWhatTheProgramPrints() throws IOException {
        String page = Files.readString(PAGE);
        String anew = SHOWN.matcher(page)
                .replaceAll(shown -> Matcher.quoteReplacement("```console\n$ ./corehours " + shown.group(1) + "\n"
                        + printed(shown.group(1), shown.group(2)) + "```"));

        if (Boolean.getBoolean("corehours.write")) {
            Files.writeString(PAGE, anew);
        }
        assertThat(PAGE).as("write it anew with -Dcorehours.write=true").hasContent(anew);
        assertThat(SHOWN.matcher(page).results().count()).isGreaterThanOrEqualTo(5);
    }

    /** As many lines of a command's output as are shown, from the one that starts as they do. */
    private String printed(String command, String shown) {
        List<String> lines = outputs.computeIfAbsent(command, HowItWorksTest::run);
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

    private static List<String> run(String command) {
        Program.Result result = Program.run(Arrays.stream(command.split(" ")).toArray(String[]::new));
        assertThat(result.code()).as(result.err()).isZero();
        return result.out().lines().toList();
    }
}
