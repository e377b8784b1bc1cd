package org.corehours.papers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.corehours.core.audit.Quantity;
import org.junit.jupiter.api.Test;

/** The documentation of paper files says what the reader reads. */
class PaperDocumentsTest {

    private static final Path DOCS = Path.of("..", "docs");

    @Test
    void theExamplesAreRight() throws IOException {
        try (Stream<Path> files = Files.list(DOCS.resolve("examples/papers"))) {
            assertThat(files)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(new PaperReader(new TestEnvironment())
                                    .read(file)
                                    .claims())
                            .isNotEmpty());
        }
    }

    @Test
    void everyFieldOfARunIsDescribed() throws IOException {
        String text = Files.readString(DOCS.resolve("paper-files.md"));
        assertThat(Arrays.stream(RunValues.class.getRecordComponents())
                        .map(component -> "`" + SettingBinder.snakeCase(component.getName()) + "`"))
                .allSatisfy(field -> assertThat(text).contains(field));
        assertThat(Quantity.values()).allSatisfy(quantity -> assertThat(text).contains("`" + quantity.id() + "`"));
    }
}
