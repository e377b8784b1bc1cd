package org.corehours.models.spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The reference documentation of model files, in Markdown. */
public final class ModelReference {

    private ModelReference() {}

    /** The whole document. */
    public static String markdown() {
        StringBuilder text = new StringBuilder(resource("reference-introduction.md"));
        text.append("\n## Families\n");
        Families.ALL.forEach(family -> record(text, "### " + family.name(), family));
        text.append("\n### Parts of families\n");
        ModelSchema.definitions().kinds().values().forEach(kind -> {
            if (kind instanceof RecordKind<?> part && !isBlock(part) && !isInput(part)) {
                record(text, "#### " + part.name(), part);
            }
        });
        text.append("\n## Input\n\n").append(NetworkInput.KIND.meaning()).append('\n');
        NetworkInput.KIND.variants().values().forEach(kind -> record(text, "### " + kind.name(), kind));
        text.append("\n## Blocks\n\n").append(Operators.BLOCK.meaning()).append('\n');
        Operators.BLOCK.variants().values().forEach(kind -> record(text, "### " + kind.name(), kind));
        return text.toString();
    }

    private static boolean isBlock(RecordKind<?> kind) {
        return Operators.BLOCK.variants().containsValue(kind);
    }

    private static boolean isInput(RecordKind<?> kind) {
        return NetworkInput.KIND.variants().containsValue(kind);
    }

    private static void record(StringBuilder text, String heading, RecordKind<?> kind) {
        text.append('\n').append(heading).append("\n\n").append(kind.meaning()).append('\n');
        if (kind.fields().isEmpty()) {
            return;
        }
        kind.shorthand()
                .ifPresent(field -> text.append("\nShort form: `")
                        .append(kind.name())
                        .append(": ` and the value of `")
                        .append(field.name())
                        .append("`.\n"));
        text.append("\n| field | value | default | meaning |\n|---|---|---|---|\n");
        for (Field<?> field : kind.fields()) {
            List<String> cells = List.of(
                    "`" + field.name() + "`",
                    field.kind().label(),
                    field.required() ? "required" : field.otherwiseText(),
                    field.meaning());
            text.append("| ").append(String.join(" | ", cells)).append(" |\n");
        }
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(ModelReference.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
