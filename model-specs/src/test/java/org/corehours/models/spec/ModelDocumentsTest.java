package org.corehours.models.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.corehours.spec.SpecFile;
import org.junit.jupiter.api.Test;

/**
 * The published schema and reference are what the descriptions say. To write them anew:
 * {@code mvn test -pl model-specs -am -Dtest=ModelDocumentsTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dcorehours.write=true}.
 */
class ModelDocumentsTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    private static void isUpToDate(Path file, String text) throws IOException {
        if (Boolean.getBoolean("corehours.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertThat(file)
                .as("%s is out of date; write it anew with -Dcorehours.write=true", file)
                .hasContent(text);
    }

    @Test
    void theSchemaIsUpToDate() throws IOException {
        isUpToDate(DOCS.resolve("schema/model.schema.json"), ModelSchema.json());
    }

    @Test
    void theReferenceIsUpToDate() throws IOException {
        isUpToDate(DOCS.resolve("models.md"), ModelReference.markdown());
    }

    @Test
    void theExamplesOfTheReferenceAreModels() {
        Matcher examples = EXAMPLE.matcher(ModelReference.markdown());
        assertThat(examples.results()
                        .map(match -> match.group(1))
                        .filter(text -> !text.contains("\nmethod:"))
                        .toList())
                .isNotEmpty()
                .allSatisfy(text -> ModelFile.read(SpecFile.parse("example", text), "example"));
    }

    @Test
    void theExampleFilesAreModels() throws IOException {
        try (Stream<Path> files = Files.list(DOCS.resolve("examples/models"))) {
            List<Path> examples = files.toList();
            assertThat(examples).isNotEmpty().allSatisfy(file -> ModelFile.read(SpecFile.open(file), "example"));
        }
    }
}
