package org.corehours.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.corehours.core.quantity.NameSuggestions;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.papers.FreeRun;
import org.corehours.papers.MethodCatalog;
import org.corehours.papers.MethodFile;
import org.corehours.papers.Paper;
import org.corehours.papers.Papers;
import org.corehours.papers.RunTemplate;
import org.corehours.papers.UnknownPaperException;
import org.corehours.spec.InputFile;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecFile;
import org.corehours.spec.SpecNode;
import org.jspecify.annotations.Nullable;

/**
 * What a command line names that has runs: a paper, or a model or training method, which has one run of usual values.
 *
 * @param id the name
 * @param title what a reader calls it
 * @param isPaper whether it is a paper, whose runs say how long they go on and on what
 * @param runs its runs
 */
record Subject(String id, String title, boolean isPaper, List<RunTemplate> runs) {

    private static final List<String> PAPER_FIELDS = List.of("runs", "claims", "assumptions");
    private static final List<String> OF_METHOD_FILES = List.of("name", "description");

    Subject {
        runs = List.copyOf(runs);
    }

    /** What a name or a file stands for. */
    static Subject of(String nameOrFile) {
        if (InputFile.isPath(nameOrFile)) {
            return ofFile(nameOrFile);
        }
        try {
            return of(Papers.get(nameOrFile, new BuiltInEnvironment()));
        } catch (UnknownPaperException e) {
            Optional<String> method = MethodCatalog.yaml(nameOrFile);
            if (method.isPresent()) {
                return ofMethod(nameOrFile, SpecFile.parse(nameOrFile, method.get()), null);
            }
            if (ModelCatalog.find(nameOrFile).isPresent()) {
                return ofModel(nameOrFile, nameOrFile, null);
            }
            Set<String> known = new TreeSet<>(Papers.ids());
            known.addAll(ModelCatalog.listed());
            known.addAll(MethodCatalog.listed());
            List<String> near = new ArrayList<>(NameSuggestions.nearest(nameOrFile, known, 3));
            throw new UsageException(
                    "There is no paper, model or training method " + nameOrFile + ". "
                            + (near.isEmpty() ? "" : "Did you mean " + String.join(" or ", near) + "? ")
                            + "See: corehours papers, corehours models",
                    e);
        }
    }

    private static Subject ofFile(String name) {
        Path file = Path.of(name);
        Path folder = file.toAbsolutePath().getParent();
        if (name.endsWith(".onnx")) {
            return ofModel(name, String.valueOf(file.getFileName()), folder);
        }
        SpecNode root = SpecFile.open(file);
        if (MethodFile.isOne(root)) {
            return ofMethod(name, root, folder);
        }
        return fields(root).stream().anyMatch(PAPER_FIELDS::contains)
                ? of(Lookups.paper(name))
                : ofModel(name, String.valueOf(file.getFileName()), folder);
    }

    private static Set<String> fields(SpecNode root) {
        return root.isMapping()
                ? root.fields(fields -> {
                    fields.ignoreOthers();
                    return Set.copyOf(fields.keys());
                })
                : Set.of();
    }

    private static Subject of(Paper paper) {
        return new Subject(paper.id(), paper.title(), true, paper.runs());
    }

    private static Subject ofMethod(String name, SpecNode root, @Nullable Path folder) {
        String id = root.fields(fields -> {
            SpecField<String> named = fields.optional("name", SpecNode::text, name);
            fields.ignoreOthers();
            fields.done();
            return named.get();
        });
        return new Subject(
                name, id, false, List.of(FreeRun.of(id, root, new BuiltInEnvironment(), folder, OF_METHOD_FILES)));
    }

    private static Subject ofModel(String name, String like, @Nullable Path folder) {
        RunTemplate run = FreeRun.of(name, null, new BuiltInEnvironment(), folder, List.of())
                .with("method.network.like", like);
        return new Subject(name, name, false, List.of(run));
    }

    /** One of its runs. */
    RunTemplate run(String wanted) {
        List<String> ids = runs.stream().map(RunTemplate::id).toList();
        int at = ids.indexOf(wanted);
        if (at >= 0) {
            return runs.get(at);
        }
        List<String> near = NameSuggestions.nearest(wanted, ids, 3);
        throw new UsageException((isPaper ? "The paper " : "") + id + " has no run " + wanted + ". "
                + (near.isEmpty()
                        ? "It has " + String.join(", ", ids) + "."
                        : "Did you mean " + String.join(" or ", near) + "?"));
    }
}
