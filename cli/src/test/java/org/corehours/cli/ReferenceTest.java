package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * Holds what is generated from the commands to them: the reference, the manual page and the completion of bash. To write
 * them anew: {@code mvn test -pl cli -am -Dtest=ReferenceTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dcorehours.write=true}.
 */
class ReferenceTest {

    private static final Path REFERENCE = Path.of("..", "docs", "reference.md");
    private static final Path MANUAL = Path.of("src", "release", "corehours.1");
    private static final Path COMPLETION = Path.of("src", "release", "corehours.bash");

    @Test
    void theReferenceIsTheHelp() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Commands

                What each command prints with `--help`. This page is generated from the program.

                ```text
                """).append(help()).append("```\n");
        program()
                .getSubcommands()
                .forEach((name, command) -> page.append("\n## ")
                        .append(name)
                        .append("\n\n```text\n")
                        .append(help(name))
                        .append("```\n"));
        isAsWritten(REFERENCE, page.toString());
    }

    @Test
    void theManualPageIsTheHelp() throws IOException {
        isAsWritten(MANUAL, new ManualPage(program()).text());
    }

    @Test
    void completionKnowsEveryCommandAndOption() throws IOException {
        isAsWritten(COMPLETION, AutoComplete.bash("corehours", program()));
    }

    /** Examples of a help text are read without a complaint; what they name need not exist. */
    @ParameterizedTest
    @MethodSource("examples")
    void examplesOfTheHelpAreUnderstood(String example) {
        String[] words = ShellCommand.parse(example, Path.of(".."), Path.of("target"))
                .arguments()
                .toArray(String[]::new);
        assertThat(program().parseArgs(words).hasSubcommand()).isTrue();
    }

    static Stream<String> examples() {
        return program().getSubcommands().keySet().stream().flatMap(ReferenceTest::examplesOf);
    }

    private static Stream<String> examplesOf(String command) {
        // An example that is longer than a line goes on at the margin of the next.
        String[] parts = help(command).split("Examples:\n", 2);
        return parts.length == 1
                ? Stream.empty()
                : Arrays.stream(parts[1].replaceAll("\n(?! {2}corehours)", " ").split("\n"))
                        .map(line -> line.strip().replaceFirst("^corehours ", ""))
                        .filter(line -> !line.isEmpty());
    }

    private static void isAsWritten(Path file, String anew) throws IOException {
        if (Boolean.getBoolean("corehours.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, anew);
        }
        assertThat(file).as("write it anew with -Dcorehours.write=true").hasContent(anew);
    }

    private static CommandLine program() {
        CommandLine program = new CommandLine(new Corehours());
        Commands.all(Terminal.NONE, InputStream.nullInputStream())
                .forEach((name, command) -> program.addSubcommand(name, command.get()));
        return program.setCaseInsensitiveEnumValuesAllowed(true).setUsageHelpWidth(100);
    }

    private static String help(String... command) {
        String[] words =
                Stream.concat(Arrays.stream(command), Stream.of("--help")).toArray(String[]::new);
        return Program.run(words).out();
    }
}
