package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Wrong input of every kind and exactly what is said of it. {@code -Dcorehours.write=true} writes the table anew with what
 * the program says now: read what changed.
 */
class BadInputsTest {

    private static final Path TABLE = Path.of("src/test/resources/org/corehours/cli", BadInput.RESOURCE);

    static List<BadInput> cases() throws IOException {
        return BadInput.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aBadInputGetsItsMessage(BadInput bad, @TempDir Path folder) throws IOException {
        BadInput met = bad.run(folder);
        if (!Boolean.getBoolean("corehours.write")) {
            assertThat(met.code() + "\n" + met.message()).as(bad.name()).isEqualTo(bad.code() + "\n" + bad.message());
        }
    }

    @Test
    void everyMessageIsOneThatAUserCanActOn(@TempDir Path folder) throws IOException {
        List<BadInput> cases = cases();
        assertThat(cases).hasSizeGreaterThanOrEqualTo(200);
        assertThat(cases).extracting(BadInput::name).doesNotHaveDuplicates();
        for (BadInput each : cases) {
            assertThat(each.code()).as(each.name()).isIn(ExitCode.USAGE, ExitCode.INPUT, ExitCode.INFEASIBLE);
            assertThat(each.message())
                    .as(each.name())
                    .isNotBlank()
                    .doesNotContain("Exception", "this is a bug", "\tat ", "null", "\u001b");
            if (each.code() == ExitCode.INPUT) {
                assertThat(each.message().lines().findFirst().orElseThrow())
                        .as(each.name())
                        .contains("DIR");
            }
        }
        if (Boolean.getBoolean("corehours.write")) {
            StringBuilder table = new StringBuilder(head());
            for (int i = 0; i < cases.size(); i++) {
                table.append(cases.get(i)
                        .run(Files.createDirectory(folder.resolve("case" + i)))
                        .text());
            }
            Files.writeString(TABLE, table, StandardCharsets.UTF_8);
        }
    }

    private static String head() throws IOException {
        String table = Files.readString(TABLE, StandardCharsets.UTF_8);
        return table.substring(0, table.indexOf("\n== ") + 1);
    }
}
