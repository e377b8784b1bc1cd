package org.corehours.cli;

import java.util.ArrayList;
import java.util.List;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.cli.json.JsonText;
import org.corehours.core.graph.Graph;
import org.corehours.models.Model;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.spec.ModelFile;
import org.corehours.models.spec.ModelSchema;
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
            printSpec(Lookups.model(model));
        } else if (model == null) {
            list(ModelCatalog.listed().stream().map(ModelCatalog::get).toList());
        } else {
            show(Lookups.model(model));
        }
        return ExitCode.DONE;
    }

    private void printSpec(Model found) {
        String text;
        try {
            text = json() ? ModelFile.writeJson(found) : ModelFile.write(found);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
        print(text);
    }

    private void list(List<Model> models) {
        if (json()) {
            print(JsonText.array(
                    models, (to, each) -> to.text("id", each.id()).text("description", each.description())));
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        models.forEach(each -> rows.add(List.of(each.id(), each.description())));
        print(new DocumentBuilder()
                .table(List.of(Column.text("model"), Column.text("what it is")), rows)
                .build());
    }

    private void show(Model model) {
        Graph graph = model.graph(1);
        if (json()) {
            print(JsonText.array(
                    List.of(model),
                    (to, each) -> to.text("id", each.id())
                            .text("description", each.description())
                            .number("parameters", graph.parameterCount())
                            .number("forward_flops", graph.flops().forwardFlops())
                            .number("training_flops", graph.flops().trainingFlops())));
            return;
        }
        print(new DocumentBuilder()
                .table(
                        List.of(Column.text(""), Column.text("")),
                        List.of(
                                List.of("model", model.id()),
                                List.of("what it is", model.description()),
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
