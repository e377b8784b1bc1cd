package org.corehours.papers;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.corehours.core.audit.Quantity;
import org.corehours.core.quantity.Provenance;
import org.corehours.models.spec.JsonDocument;

/**
 * The JSON Schema of paper files, for editors. Names of fields, quantities, units and methods come from what the reader
 * reads; it says more than a schema can, and its word counts.
 */
public final class PaperSchema {

    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private PaperSchema() {}

    /** {@return the schema's text} */
    public static String json() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", DIALECT);
        schema.put("title", "A paper for corehours");
        schema.put("description", "What a paper trained or ran, what it leaves open, and what it reports of the cost.");
        schema.putAll(object(
                Map.of(),
                List.of("id", "title", "citation", "summary", "sources", "runs"),
                "id",
                text("The id on the command line."),
                "title",
                text("The paper's title."),
                "citation",
                text("Who published it where."),
                "summary",
                text("What its compute goes into, in a sentence or two."),
                "sources",
                named("Full references by the id that sources begin with.", text("A reference.")),
                "facts",
                named("What is known and no estimate needs.", reference("sourced")),
                "assumptions",
                named("What is not known.", reference("assumption")),
                "templates",
                named("What runs share; like runs, but never run.", reference("run")),
                "runs",
                named("What was trained or run.", reference("run")),
                "claims",
                list("Published figures, in groups of one source.", reference("claims"))));
        Map<String, Object> definitions = new LinkedHashMap<>();
        definitions.put("provenance", choice("How a value is known.", names(Provenance.values())));
        definitions.put(
                "sourced",
                object(
                        described("A value with what vouches for it."),
                        List.of("value", "provenance", "source"),
                        "value",
                        Map.of(),
                        "provenance",
                        reference("provenance"),
                        "source",
                        text("An id of sources, a comma and the place; or, for what is assumed, the reason.")));
        definitions.put("assumption", assumption());
        definitions.put("run", run());
        definitions.put("claims", claims());
        schema.put("$defs", definitions);
        return JsonDocument.of(schema);
    }

    private static Map<String, Object> assumption() {
        Map<String, Object> alternative = object(
                described("One answer."),
                List.of("label", "prior", "source", "set"),
                "label",
                text("What it means."),
                "prior",
                ordered("type", "number", "minimum", 0, "maximum", 1, "description", "Its probability; all sum to 1."),
                "source",
                text("What speaks for it."),
                "provenance",
                reference("provenance"),
                "set",
                ordered("type", "object", "description", "The fields of a run that it sets."));
        return object(
                described("A question that the paper leaves open."),
                List.of("question", "reason", "alternatives"),
                "question",
                text("The question."),
                "reason",
                text("Why it is open."),
                "alternatives",
                named("Answers by their ids.", alternative));
    }

    private static Map<String, Object> run() {
        Set<String> fields = new TreeSet<>();
        for (RecordComponent each : RunValues.class.getRecordComponents()) {
            fields.add(SettingBinder.snakeCase(each.getName()));
        }
        fields.remove("share");
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("label", text("What the run is, for readers."));
        properties.put(
                "base",
                ordered(
                        "description",
                        "A template or a run, or a list of them; the later are written over the earlier.",
                        "anyOf",
                        List.of(
                                Map.of("type", "string"),
                                ordered("type", "array", "items", Map.of("type", "string")))));
        properties.put("assumptions", list("The assumptions that leave something of this run open.", text("An id.")));
        properties.put("provenance", reference("provenance"));
        properties.put("source", text("What vouches for the plain values inside."));
        for (String field : fields) {
            properties.put(field, field.equals("method") ? method() : described("See the reference of paper files."));
        }
        Map<String, Object> run = new LinkedHashMap<>(described("A run, or what runs share."));
        run.put("type", "object");
        run.put("properties", properties);
        properties.put(PhaseSettings.PHASES, named("Phases by their names, in order.", phase()));
        fields.add(PhaseSettings.PHASES);
        // A name with dots stands for nested mappings.
        run.put("patternProperties", Map.of("^(" + String.join("|", fields) + ")\\.", Map.of()));
        run.put("additionalProperties", false);
        return run;
    }

    private static Map<String, Object> phase() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("provenance", reference("provenance"));
        properties.put("source", text("What vouches for the plain values inside."));
        for (String field : new TreeSet<>(PhaseSettings.OWN)) {
            properties.put(field, described("As of a run."));
        }
        Map<String, Object> phase = new LinkedHashMap<>(described("What a phase changes of the run, and its length."));
        phase.put("type", "object");
        phase.put("properties", properties);
        phase.put(
                "patternProperties",
                Map.of("^(" + String.join("|", new TreeSet<>(PhaseSettings.OWN)) + ")\\.", Map.of()));
        phase.put("additionalProperties", false);
        return phase;
    }

    private static Map<String, Object> method() {
        Map<String, Object> method = new LinkedHashMap<>(described("How the model is trained or run."));
        List<String> types = MethodTypes.methods().keySet().stream().sorted().toList();
        method.put(
                "properties",
                Map.of(
                        "type",
                        ordered(
                                "anyOf",
                                List.of(Map.of("enum", types), reference("sourced")),
                                "description",
                                "Its kind.")));
        return method;
    }

    private static Map<String, Object> claims() {
        Set<String> units = new TreeSet<>();
        for (Quantity quantity : Quantity.values()) {
            units.addAll(Figure.Unit.of(quantity, true).keySet());
            units.addAll(Figure.Unit.of(quantity, false).keySet());
        }
        Map<String, Object> number = Map.of("type", "number");
        Map<String, Object> figure = object(
                described("One figure."),
                List.of("run", "quantity", "quote"),
                "id",
                text("Its id, if not made of run and quantity."),
                "run",
                text("The run it is about."),
                "quantity",
                choice(
                        "What it measures.",
                        Arrays.stream(Quantity.values()).map(Quantity::id).toList()),
                "value",
                number,
                "low",
                number,
                "high",
                number,
                "unit",
                choice("What the number counts.", List.copyOf(units)),
                "ratio_to",
                text("The run that it is a ratio to."),
                "difference_to",
                text("The run that it is a difference to."),
                "quote",
                text("The figure as printed."),
                "basis",
                text("What must be known to compare it."));
        return object(
                described("Figures of one source."),
                List.of("source", "figures"),
                "source",
                text("An id of sources, a comma and the place."),
                "provenance",
                reference("provenance"),
                "basis",
                text("What must be known to compare them."),
                "figures",
                list("The figures.", figure));
    }

    private static List<String> names(Provenance[] all) {
        return Arrays.stream(all).map(Provenance::id).toList();
    }

    private static Map<String, Object> described(String description) {
        return Map.of("description", description);
    }

    private static Map<String, Object> text(String description) {
        return ordered("description", description, "type", List.of("string", "number"));
    }

    private static Map<String, Object> choice(String description, List<String> names) {
        return ordered("description", description, "enum", names);
    }

    private static Map<String, Object> reference(String definition) {
        return Map.of("$ref", "#/$defs/" + definition);
    }

    private static Map<String, Object> list(String description, Map<String, Object> items) {
        return ordered("description", description, "type", "array", "items", items);
    }

    private static Map<String, Object> named(String description, Map<String, Object> values) {
        return ordered("description", description, "type", "object", "additionalProperties", values);
    }

    private static Map<String, Object> object(
            Map<String, Object> ahead, List<String> required, Object... namesAndSchemas) {
        Map<String, Object> object = new LinkedHashMap<>(ahead);
        object.put("type", "object");
        object.put("properties", ordered(namesAndSchemas));
        object.put("required", new ArrayList<>(required));
        object.put("additionalProperties", false);
        return object;
    }

    private static Map<String, Object> ordered(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
