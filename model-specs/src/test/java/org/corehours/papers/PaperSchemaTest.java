package org.corehours.papers;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The published schema of paper files accepts what the reader accepts; see {@code ModelDocumentsTest} for writing it. */
class PaperSchemaTest {

    private static final Path FILE = Path.of("..", "docs", "schema", "paper.schema.json");
    private static final Path PAPERS = Path.of("src", "main", "resources", "org", "corehours", "papers");
    private static final Path EXAMPLE = Path.of("..", "docs", "examples", "papers", "small-vit.yaml");

    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(PaperSchema.json(), InputFormat.JSON);

    @Test
    void theFileIsUpToDate() throws IOException {
        if (Boolean.getBoolean("corehours.write")) {
            Files.writeString(FILE, PaperSchema.json());
        }
        assertThat(FILE).hasContent(PaperSchema.json());
    }

    static List<Path> papers() throws IOException {
        try (Stream<Path> built = Files.walk(PAPERS)) {
            return Stream.concat(built, Stream.of(EXAMPLE))
                    .filter(each -> each.toString().endsWith(".yaml"))
                    .filter(each -> !each.endsWith("datasets.yaml") && !each.endsWith("utilisation.yaml"))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("papers")
    void acceptsEveryPaper(Path paper) throws IOException {
        assertThat(SCHEMA.validate(Files.readString(paper), InputFormat.YAML)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "epochs:, epoch:",
        "quantity: hours, quantity: minutes",
        "prior:, weight:",
        "runs:, run_list:",
        "unit: million, unit: dozen",
        "provenance: reported, provenance: rumoured"
    })
    void refusesWhatTheReaderRefuses(String right, String wrong) throws IOException {
        String example = Files.readString(EXAMPLE);
        assertThat(example).contains(right);
        assertThat(SCHEMA.validate(example.replace(right, wrong), InputFormat.YAML))
                .isNotEmpty();
    }
}
