package org.corehours.models.spec;

import java.util.LinkedHashMap;
import java.util.Map;

/** The kinds that have a name, in the order in which they are first referred to. */
final class Definitions {

    private final Map<String, NamedKind> kinds = new LinkedHashMap<>();

    /** Adds a kind and whatever it refers to, once. */
    void add(NamedKind kind) {
        if (kinds.putIfAbsent(kind.name(), kind) == null) {
            kind.referParts(this);
        }
    }

    Map<String, NamedKind> kinds() {
        return kinds;
    }

    /** A kind that the schema defines once, under its name. */
    interface NamedKind {
        String name();

        /** The schema behind the name. */
        Map<String, Object> definition();

        /** Adds the kinds of its parts. */
        void referParts(Definitions definitions);
    }

    static Map<String, Object> reference(String name) {
        return Map.of("$ref", "#/$defs/" + name);
    }
}
