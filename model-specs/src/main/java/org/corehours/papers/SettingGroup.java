package org.corehours.papers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.corehours.core.quantity.Provenance;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecFields;
import org.corehours.spec.SpecNode;
import org.corehours.spec.SpecProblem;
import org.jspecify.annotations.Nullable;

/**
 * Settings by name.
 *
 * @param node where the group stands
 * @param members the settings, in the order of the file
 */
record SettingGroup(SpecNode node, Map<String, Settings> members) implements Settings {

    SettingGroup {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    static Settings read(
            SpecNode node, SpecFields fields, @Nullable Known around, Citations citations, Set<String> notSettings) {
        SpecField<Optional<Provenance>> provenance =
                fields.optional("provenance", value -> value.oneOf(Provenance.class));
        SpecField<Optional<SpecNode>> source = fields.optional("source", value -> value);
        if (fields.has("value")) {
            SpecField<SpecNode> value = fields.required("value", SettingGroup::plain);
            fields.done();
            Known known = known(node, provenance.get(), source.get(), around, citations);
            if (known == null) {
                throw node.problem("needs a provenance and a source beside its value");
            }
            return new Setting(value.get(), known.provenance(), known.source());
        }
        Map<String, SpecField<SpecNode>> nodes = new LinkedHashMap<>();
        for (String key : fields.keys()) {
            if (!ABOUT.contains(key) && !notSettings.contains(key)) {
                nodes.put(key, fields.required(key, value -> value));
            }
        }
        fields.done();
        Known known = known(node, provenance.get(), source.get(), around, citations);
        List<SpecProblem> problems = new ArrayList<>();
        Map<String, Settings> members = new LinkedHashMap<>();
        nodes.forEach((name, field) -> {
            try {
                put(members, name, Settings.read(field.get(), known, citations));
            } catch (SpecException e) {
                problems.addAll(e.problems());
            }
        });
        if (!problems.isEmpty()) {
            throw new SpecException(problems);
        }
        return new SettingGroup(node, members);
    }

    private static SpecNode plain(SpecNode value) {
        if (value.isMapping()) {
            throw value.wrong("expected a plain value or a list");
        }
        return value;
    }

    /** A name with dots stands for nested groups. */
    private static void put(Map<String, Settings> members, String name, Settings value) {
        int dot = name.indexOf('.');
        if (dot < 0) {
            members.merge(name, value, Settings::with);
        } else {
            Map<String, Settings> nested = new LinkedHashMap<>();
            put(nested, name.substring(dot + 1), value);
            members.merge(name.substring(0, dot), new SettingGroup(value.node(), nested), Settings::with);
        }
    }

    /** What is assumed has a reason for its source; what is known cites. */
    private static @Nullable Known known(
            SpecNode node,
            Optional<Provenance> provenance,
            Optional<SpecNode> source,
            @Nullable Known around,
            Citations citations) {
        if (provenance.isEmpty() && source.isEmpty()) {
            return around;
        }
        if (around == null && (provenance.isEmpty() || source.isEmpty())) {
            throw node.problem("has a " + (source.isEmpty() ? "provenance but no source" : "source but no provenance"));
        }
        Provenance how = provenance
                .or(() -> Optional.ofNullable(around).map(Known::provenance))
                .orElseThrow();
        String where = source.map(how == Provenance.ASSUMED ? SpecNode::text : citations::cited)
                .or(() -> Optional.ofNullable(around).map(Known::source))
                .orElseThrow();
        return new Known(how, where);
    }

    /** One setting alone, at a path whose parts are joined by dots. */
    static SettingGroup of(String path, Setting setting) {
        Map<String, Settings> members = new LinkedHashMap<>();
        put(members, path, setting);
        return new SettingGroup(setting.node(), members);
    }

    SettingGroup without(Set<String> names) {
        Map<String, Settings> rest = new LinkedHashMap<>(members);
        rest.keySet().removeAll(names);
        return new SettingGroup(node, rest);
    }

    SettingGroup with(SettingGroup over) {
        Map<String, Settings> merged = new LinkedHashMap<>(members);
        over.members.forEach((name, value) -> merged.merge(name, value, Settings::with));
        return new SettingGroup(node, merged);
    }
}
