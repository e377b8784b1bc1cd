package org.corehours.papers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.corehours.core.audit.Alternative;
import org.corehours.core.audit.Assignment;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.Claim;
import org.corehours.core.quantity.Provenance;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecFields;
import org.corehours.spec.SpecFile;
import org.corehours.spec.SpecNode;
import org.jspecify.annotations.Nullable;

/** Reads a paper's file, strictly: everything that is wrong with it is reported together, each with its place. */
public final class PaperReader {

    private final RunEnvironment environment;

    /**
     * @param environment what runs are put together from
     */
    public PaperReader(RunEnvironment environment) {
        this.environment = environment;
    }

    /**
     * Reads a file and tries each run under each of its readings, one assumption at a time. Models that it names by
     * file stand beside it or below.
     *
     * @param file the file
     * @return the paper
     * @throws SpecException if the file has mistakes
     */
    public Paper read(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        Paper paper = read(SpecFile.open(file), folder == null ? NamedModels.BUILT_IN : NamedModels.beside(folder));
        check(paper);
        return paper;
    }

    /** Reads a paper; what its runs are made of is looked at when they are planned. */
    Paper read(SpecNode root) {
        return read(root, NamedModels.BUILT_IN);
    }

    private Paper read(SpecNode root, NamedModels models) {
        SettingBinder binder = MethodTypes.binder(models);
        return root.fields(fields -> {
            SpecField<String> id = fields.required("id", SpecNode::text);
            SpecField<String> title = fields.required("title", SpecNode::text);
            SpecField<String> citation = fields.required("citation", SpecNode::text);
            SpecField<String> summary = fields.required("summary", SpecNode::text);
            SpecField<Map<String, String>> sources =
                    fields.required("sources", node -> node.namedValues(SpecNode::text));
            SpecField<Optional<SpecNode>> facts = fields.optional("facts", node -> node);
            SpecField<Optional<SpecNode>> assumptions = fields.optional("assumptions", node -> node);
            SpecField<Optional<SpecNode>> templates = fields.optional("templates", node -> node);
            SpecField<SpecNode> runs = fields.required("runs", node -> node);
            SpecField<Optional<SpecNode>> claims = fields.optional("claims", node -> node);
            fields.done();

            Problems problems = new Problems();
            Citations citations = Citations.of(sources.get());
            Settings known = facts.get()
                    .map(node -> problems.get(() -> Settings.read(node, null, citations)))
                    .orElse(null);
            Map<String, OpenQuestion> questions = assumptions
                    .get()
                    .map(node -> problems.get(() -> node.namedValues(each -> question(each, citations))))
                    .orElse(Map.of());
            RunFile file = new RunFile(
                    citations,
                    questions,
                    assumptions.get().map(PaperReader::names).orElse(Set.of()));
            templates.get().ifPresent(node -> problems.collect(() -> file.readTemplates(node)));
            problems.collect(() -> file.readRuns(runs.get()));

            List<RunTemplate> made = file.templates(binder, environment, problems);
            questions.values().stream()
                    .filter(question ->
                            !file.used().contains(question.assumption().id()))
                    .forEach(question -> problems.add(question.node()
                            .problem("no run names this assumption; add it to the assumptions of the runs it is about,"
                                    + " or take it out")));
            ClaimReader reader = new ClaimReader(citations, names(runs.get()));
            List<Claim> figures = new ArrayList<>();
            claims.get()
                    .ifPresent(node ->
                            problems.collect(() -> node.list(reader::group).forEach(figures::addAll)));
            claims.get().ifPresent(node -> distinct(node, figures, problems));
            problems.throwIfAny();
            return new Paper(
                    id.get(),
                    title.get(),
                    citation.get(),
                    summary.get(),
                    sources.get(),
                    inputs(known, made),
                    questions.values().stream().map(OpenQuestion::assumption).toList(),
                    made,
                    figures);
        });
    }

    /**
     * Reads claims about a paper's runs from a file of their own: {@code claims} as in the paper's file, and the
     * {@code sources} that they cite besides the paper's.
     *
     * @param file the file
     * @param paper the paper
     * @return the claims
     * @throws SpecException if the file has mistakes
     */
    public static List<Claim> claims(Path file, Paper paper) {
        return SpecFile.open(file).fields(fields -> {
            SpecField<Map<String, String>> own =
                    fields.optional("sources", node -> node.namedValues(SpecNode::text), Map.of());
            SpecField<SpecNode> claims = fields.required("claims", node -> node);
            fields.done();
            Map<String, String> sources = new LinkedHashMap<>(paper.sources());
            sources.putAll(own.get());
            List<String> runs = paper.runs().stream().map(RunTemplate::id).toList();
            ClaimReader reader = new ClaimReader(Citations.of(sources), runs);
            List<Claim> figures = new ArrayList<>();
            Problems problems = new Problems();
            problems.collect(() -> claims.get().list(reader::group).forEach(figures::addAll));
            distinct(claims.get(), figures, problems);
            problems.throwIfAny();
            return figures;
        });
    }

    /** The names in a mapping, right or wrong: a mistake in one of its values is not one of whoever names it. */
    private static Set<String> names(SpecNode node) {
        return node.isMapping() ? node.fields(SpecFields::keys) : Set.of();
    }

    private static void distinct(SpecNode node, List<Claim> claims, Problems problems) {
        Set<String> ids = new HashSet<>();
        for (Claim claim : claims) {
            if (!ids.add(claim.id())) {
                problems.add(node.problem("two claims are called " + claim.id() + "; give one an id of its own"));
            }
        }
    }

    private static OpenQuestion question(SpecNode node, Citations citations) {
        return node.fields(fields -> {
            SpecField<String> question = fields.required("question", SpecNode::text);
            SpecField<String> reason = fields.required("reason", SpecNode::text);
            SpecField<Map<String, Reading>> alternatives =
                    fields.required("alternatives", list -> list.namedValues(each -> reading(each, citations)));
            fields.done();
            Map<String, SettingGroup> readings = new LinkedHashMap<>();
            List<Alternative> choices = new ArrayList<>();
            alternatives.get().forEach((name, reading) -> {
                readings.put(name, reading.settings());
                choices.add(reading.alternative());
            });
            Assumption assumption = new Assumption(lastPart(node), question.get(), reason.get(), choices);
            return new OpenQuestion(node, assumption, readings);
        });
    }

    /** An alternative, and what a run has where it holds. */
    private record Reading(Alternative alternative, SettingGroup settings) {}

    private static Reading reading(SpecNode node, Citations citations) {
        return node.fields(fields -> {
            SpecField<String> label = fields.required("label", SpecNode::text);
            SpecField<Double> prior = fields.required("prior", SpecNode::share);
            SpecField<Provenance> provenance =
                    fields.optional("provenance", each -> each.oneOf(Provenance.class), Provenance.ASSUMED);
            SpecField<String> source = fields.required("source", SpecNode::text);
            SpecField<SpecNode> set = fields.required("set", each -> each);
            fields.done();
            Settings.Known known = new Settings.Known(provenance.get(), source.get());
            if (!(Settings.read(set.get(), known, citations) instanceof SettingGroup group)
                    || group.members().isEmpty()) {
                throw set.get().wrong("expected the fields of a run that this alternative sets");
            }
            Alternative alternative =
                    new Alternative(lastPart(node), label.get(), prior.get(), provenance.get(), source.get());
            return new Reading(alternative, group);
        });
    }

    static String lastPart(SpecNode node) {
        return node.path().substring(node.path().lastIndexOf('.') + 1);
    }

    /** Every known value once, with the runs that have it. */
    private static List<PaperInput> inputs(@Nullable Settings facts, List<RunTemplate> runs) {
        List<PaperInput> inputs = new ArrayList<>();
        if (facts != null) {
            facts.forEach(
                    "",
                    (name, value) -> inputs.add(
                            new PaperInput(name, value.text(), value.provenance(), value.source(), List.of())));
        }
        Map<PaperInput, List<String>> users = new LinkedHashMap<>();
        for (RunTemplate run : runs) {
            run.known()
                    .forEach(
                            "",
                            (name, value) -> users.computeIfAbsent(
                                            new PaperInput(
                                                    name, value.text(), value.provenance(), value.source(), List.of()),
                                            input -> new ArrayList<>())
                                    .add(run.id()));
        }
        users.forEach((input, ids) ->
                inputs.add(new PaperInput(input.name(), input.value(), input.provenance(), input.source(), ids)));
        return inputs;
    }

    /**
     * Tries every run of a paper under its likeliest reading, and under every other alternative alone.
     *
     * @param paper the paper
     * @throws SpecException if one of them is no run
     */
    void check(Paper paper) {
        Problems problems = new Problems();
        for (RunTemplate run : paper.runs()) {
            Assignment likeliest = Assignment.likeliest(run.assumptions());
            problems.collect(() -> run.check(likeliest));
            for (Assumption assumption : run.assumptions()) {
                for (Alternative alternative : assumption.alternatives()) {
                    problems.collect(() -> run.check(likeliest.with(assumption.id(), alternative.id())));
                }
            }
        }
        problems.throwIfAny();
    }
}
