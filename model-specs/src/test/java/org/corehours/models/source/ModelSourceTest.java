package org.corehours.models.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.corehours.models.Model;
import org.corehours.models.catalog.UnknownModelException;
import org.corehours.spec.SpecException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSourceTest {

    private static final Path HERE = Path.of("");

    @TempDir
    private Path folder;

    @Test
    void aPlainNameIsABuiltInModel() {
        assertThat(ModelSource.open("vit_base_patch16_224", HERE).id()).isEqualTo("vit_base_patch16_224");
        assertThatThrownBy(() -> ModelSource.open("vit_bse_patch16_224", HERE))
                .isInstanceOf(UnknownModelException.class);
    }

    @Test
    void aFileIsToldByItsNameAndContent() throws IOException {
        Files.writeString(folder.resolve("own.yaml"), "input: {features: [8]}\nblocks: [{linear: 4}]\n");
        Files.writeString(
                folder.resolve("own.json"), "{\"input\": {\"features\": [8]}, \"blocks\": [{\"linear\": 4}]}");
        Files.createDirectory(folder.resolve("tiny"));
        Files.writeString(folder.resolve("tiny/config.json"), "{\"model_type\": \"vit\"}");

        Model own = ModelSource.open("own.yaml", folder);
        assertThat(own.id()).isEqualTo("own");
        assertThat(own.graph(1).parameterCount()).isEqualTo(36);
        assertThat(ModelSource.open("own.json", folder).graph(1).parameterCount())
                .isEqualTo(36);
        assertThat(ModelSource.open("tiny/config.json", folder).id()).isEqualTo("tiny");
        assertThat(ModelSource.open("./tiny", folder).id()).isEqualTo("tiny");
    }

    @Test
    void aMissingFileIsAMistakeOfTheFile() {
        assertThatThrownBy(() -> ModelSource.open("none.yaml", folder))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> ModelSource.open("none.onnx", folder))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("there is no such file");
    }
}
