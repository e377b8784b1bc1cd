package org.corehours.models.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The JSON Schema of model files, for editors and checkers. */
public final class ModelSchema {

    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private ModelSchema() {}

    /** The schema's text. */
    public static String json() {
        return JsonDocument.of(schema());
    }

    private static Map<String, Object> schema() {
        List<Object> alternatives = new ArrayList<>();
        Families.ALL.forEach(family -> {
            Map<String, Object> ahead = common();
            ahead.put(ModelFile.FAMILY, Kinds.ordered("const", family.name(), "description", family.meaning()));
            Map<String, Object> alternative = family.objectSchema(ahead);
            List<Object> required = new ArrayList<>(List.of(ModelFile.FAMILY));
            if (alternative.get("required") instanceof List<?> fields) {
                required.addAll(fields);
            }
            alternative.put("required", required);
            alternatives.add(alternative);
        });
        Map<String, Object> blocks = common();
        blocks.put(ModelFile.INPUT, NetworkInput.KIND.schema());
        blocks.put(ModelFile.BLOCKS, ModelFile.BLOCK_LIST.schema());
        alternatives.add(Kinds.ordered(
                "description",
                "A network composed of blocks.",
                "type",
                "object",
                "properties",
                blocks,
                "required",
                List.of(ModelFile.INPUT, ModelFile.BLOCKS),
                "additionalProperties",
                false));
        Map<String, Object> definitions = new LinkedHashMap<>();
        definitions().kinds().forEach((name, kind) -> definitions.put(name, kind.definition()));
        return Kinds.ordered(
                "$schema",
                DIALECT,
                "title",
                "A model for corehours",
                "description",
                "A family with its parameters, or blocks composed from operators.",
                "type",
                "object",
                "anyOf",
                alternatives,
                "$defs",
                definitions);
    }

    private static Map<String, Object> common() {
        return Kinds.ordered(
                ModelFile.SCHEMA,
                Kinds.ordered("type", "string"),
                ModelFile.NAME,
                Kinds.ordered(
                        "type", "string", "description", "What reports call the model. Default: the file's name."),
                ModelFile.DESCRIPTION,
                Kinds.ordered("type", "string", "description", "What it is, in a line."));
    }

    /** Everything families and blocks refer to. */
    static Definitions definitions() {
        Definitions definitions = new Definitions();
        Families.ALL.forEach(family -> family.referParts(definitions));
        definitions.add(NetworkInput.KIND);
        definitions.add(ModelFile.BLOCK_LIST);
        return definitions;
    }
}
