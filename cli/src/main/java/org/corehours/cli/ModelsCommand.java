package org.corehours.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.cli.json.JsonText;
import org.corehours.core.graph.Graph;
import org.corehours.models.Model;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.spec.ModelFile;
import org.corehours.models.spec.ModelSchema;
import org.corehours.papers.MethodCatalog;
import org.corehours.papers.NamedMethod;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists models. */
@Command(
        name = "models",
        description = {
            "List the built-in models, or show one.",
            "A name that a family's pattern can express resolves even if it is not listed, such as"
                    + " vit_small_patch8_384.",
            "Training methods and tokenizers have names too, which count takes: mae_vit_base_patch16,"
                    + " ibot_vit_small_patch16_local10.",
            "A model of your own is a file; docs/models.md tells what it may hold. With --spec a model is printed as"
                    + " such a file."
        },
        footer = {
            "",
            "Examples:",
            "  corehours models",
            "  corehours models vit_base_patch16_224",
            "  corehours models vit_base_patch16_224 --spec > mine.yaml",
            "  corehours models --schema > model.schema.json"
        })
final class ModelsCommand extends BaseCommand {

    @Parameters(arity = "0..1", paramLabel = "MODEL", description = "The model to show: a name, or a file.")
    private @Nullable String model;

    @Option(names = "--spec", description = "Print the model as a file that can be changed and read: YAML, or JSON.")
    private boolean spec;

    @Option(names = "--schema", description = "Print the JSON Schema of model files, for editors.")
    private boolean schema;

    ModelsCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        if (schema) {
            print(ModelSchema.json());
        } else if (spec) {
            if (model == null) {
                throw new UsageException("Name the model whose --spec you want. See: corehours models");
            }
            print(spec(model));
        } else if (model == null) {
            list(entries());
        } else {
            show(model);
        }
        return ExitCode.DONE;
    }

    private String spec(String name) {
        Optional<String> method = json() ? MethodCatalog.json(name) : MethodCatalog.yaml(name);
        return method.orElseGet(() -> {
            Model found = Lookups.model(name);
            try {
                return json() ? ModelFile.writeJson(found) : ModelFile.write(found);
            } catch (IllegalArgumentException e) {
                throw new UsageException(String.valueOf(e.getMessage()), e);
            }
        });
    }

    /** A line of the listing. */
    private record Entry(String group, String id, String description) {}

    private static List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        ModelCatalog.groups()
                .forEach((title, names) -> names.forEach(name -> entries.add(
                        new Entry(title, name, ModelCatalog.get(name).description()))));
        MethodCatalog.listed()
                .forEach(name -> entries.add(new Entry(
                        "Training methods and tokenizers, as whole steps",
                        name,
                        MethodCatalog.find(name).orElseThrow().description())));
        return entries;
    }

    private void list(List<Entry> entries) {
        if (json()) {
            print(JsonText.array(
                    entries,
                    (to, each) -> to.text("id", each.id())
                            .text("description", each.description())
                            .text("group", each.group())));
            return;
        }
        DocumentBuilder document = new DocumentBuilder();
        Map<String, List<List<String>>> tables = new LinkedHashMap<>();
        entries.forEach(each -> tables.computeIfAbsent(each.group(), group -> new ArrayList<>())
                .add(List.of(each.id(), each.description())));
        tables.forEach((group, rows) ->
                document.heading(3, group).table(List.of(Column.text("model"), Column.text("what it is")), rows));
        document.paragraph(
                "These are examples: a family answers to every name of its pattern, with other sizes, patches"
                        + " and resolutions.");
        print(document.build());
    }

    private void show(String name) {
        Optional<NamedMethod> method = Lookups.method(name);
        if (method.isPresent()) {
            show(
                    method.get().id(),
                    method.get().description(),
                    method.get().plan(1).graph());
        } else {
            Model found = Lookups.model(name);
            show(found.id(), found.description(), found.graph(1));
        }
    }

    private void show(String id, String description, Graph graph) {
        if (json()) {
            print(JsonText.array(
                    List.of(graph),
                    (to, each) -> to.text("id", id)
                            .text("description", description)
                            .number("parameters", graph.parameterCount())
                            .number("forward_flops", graph.flops().forwardFlops())
                            .number("training_flops", graph.flops().trainingFlops())));
            return;
        }
        print(new DocumentBuilder()
                .table(
                        List.of(Column.text(""), Column.text("")),
                        List.of(
                                List.of("model", id),
                                List.of("what it is", description),
                                List.of("parameters", Numbers.count(graph.parameterCount())),
                                List.of(
                                        "forward FLOPs per sample",
                                        Numbers.count(graph.flops().forwardFlops())),
                                List.of(
                                        "training FLOPs per sample",
                                        Numbers.count(graph.flops().trainingFlops()))))
                .build());
    }
}
