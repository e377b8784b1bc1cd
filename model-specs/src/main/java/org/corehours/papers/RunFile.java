package org.corehours.papers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecNode;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a file and the templates they are based on. A run has what its bases have, the later ones and then its
 * own values written over the earlier ones; templates are like runs, but never run.
 */
final class RunFile {

    private static final Set<String> OWN = Set.of("label", "base", "assumptions");

    private final Citations citations;
    private final Map<String, OpenQuestion> questions;
    private final Set<String> assumptions;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, Entry> runs = new LinkedHashMap<>();
    private final Set<String> used = new LinkedHashSet<>();

    /** A run or a template as it stands in the file. */
    private record Entry(
            SpecNode node,
            Optional<String> label,
            List<SpecNode> bases,
            Optional<List<String>> assumptions,
            SettingGroup settings) {}

    /** A run or a template with what it is based on. */
    private record Resolved(@Nullable String label, List<String> assumptions, SettingGroup settings) {}

    RunFile(Citations citations, Map<String, OpenQuestion> questions, Set<String> assumptions) {
        this.citations = citations;
        this.questions = questions;
        this.assumptions = assumptions;
    }

    void readTemplates(SpecNode node) {
        entries.putAll(node.namedValues(this::entry));
    }

    void readRuns(SpecNode node) {
        Map<String, Entry> found = node.namedValues(this::entry);
        if (found.isEmpty()) {
            throw node.wrong("expected at least one run");
        }
        found.forEach((id, entry) -> {
            if (entries.putIfAbsent(id, entry) != null) {
                throw entry.node.problem("is the name of a template too; name one of them otherwise");
            }
            runs.put(id, entry);
        });
    }

    /** {@return the ids of the assumptions that runs name} */
    Set<String> used() {
        return used;
    }

    List<RunTemplate> templates(SettingBinder binder, RunEnvironment environment, Problems problems) {
        List<RunTemplate> made = new ArrayList<>();
        StepCache cache = new StepCache();
        runs.forEach((id, entry) -> problems.collect(() -> {
            Resolved run = resolve(entry, Set.of());
            used.addAll(run.assumptions);
            List<OpenQuestion> open = questions.values().stream()
                    .filter(each -> run.assumptions.contains(each.assumption().id()))
                    .toList();
            refuseConflicts(entry.node, run.settings, open);
            String label = run.label == null ? id : run.label;
            made.add(new RunTemplate(id, label, run.settings, open, Map.of(), binder, environment, cache));
        }));
        return made;
    }

    private Entry entry(SpecNode node) {
        return node.fields(fields -> {
            SpecField<Optional<String>> label = fields.optional("label", SpecNode::text);
            SpecField<List<SpecNode>> bases = fields.optional(
                    "base", value -> value.isList() ? value.list(each -> each) : List.of(value), List.of());
            SpecField<Optional<List<String>>> open =
                    fields.optional("assumptions", value -> value.list(each -> each.oneOf(assumptions)));
            Settings settings = SettingGroup.read(node, fields, null, citations, OWN);
            if (!(settings instanceof SettingGroup group)) {
                throw node.wrong("expected the fields of a run");
            }
            return new Entry(node, label.get(), bases.get(), open.get(), group);
        });
    }

    private Resolved resolve(Entry entry, Set<String> above) {
        Set<String> through = new LinkedHashSet<>(above);
        if (!through.add(entry.node.path())) {
            throw entry.node.problem("is based on itself, through " + String.join(", ", above));
        }
        String label = null;
        List<String> assumptions = List.of();
        SettingGroup settings = new SettingGroup(entry.node, Map.of());
        for (SpecNode base : entry.bases) {
            String name = base.oneOf(entries.keySet());
            Resolved below = resolve(Objects.requireNonNull(entries.get(name)), through);
            label = below.label == null ? label : below.label;
            assumptions = union(assumptions, below.assumptions);
            settings = settings.with(below.settings);
        }
        return new Resolved(
                entry.label.orElse(label), entry.assumptions.orElse(assumptions), settings.with(entry.settings));
    }

    private static List<String> union(List<String> a, List<String> b) {
        Set<String> both = new LinkedHashSet<>(a);
        both.addAll(b);
        return List.copyOf(both);
    }

    /** What is open cannot be known too, and only one assumption can leave it open. */
    private static void refuseConflicts(SpecNode node, SettingGroup known, List<OpenQuestion> open) {
        Map<String, String> setBy = new TreeMap<>();
        known.forEach("", (path, setting) -> setBy.put(path, "the run itself"));
        for (OpenQuestion question : open) {
            for (String path : question.paths()) {
                String other = setBy.put(path, question.assumption().id());
                if (other != null) {
                    throw new SpecException(node.problem(path + " is set by " + other + " and by the assumption "
                                    + question.assumption().id() + "; keep one")
                            .problems());
                }
            }
        }
    }
}
