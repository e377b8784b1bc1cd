package org.corehours.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.cli.json.JsonText;
import org.corehours.core.graph.FlopTable;
import org.corehours.core.graph.Graph;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.lowering.eager.TorchRelease;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.corehours.models.Model;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Counts a model's parameters and FLOPs. */
@Command(
        name = "count",
        description = {
            "Count a model's parameters and FLOPs exactly.",
            "A FLOP is half a multiply-add. Matrix products and convolutions are counted as PyTorch's counter counts"
                    + " them; elementwise work has a column of its own."
        },
        footer = {
            "",
            "Examples:",
            "  corehours count vit_base_patch16_224",
            "  corehours count vit_small_patch16_224 deit_small_patch16_224 --batch 64",
            "  corehours count vit_base_patch16_224 --image-size 384 --by module"
        })
final class CountCommand extends BaseCommand {

    private static final int MODULE_DEPTH = 2;

    private enum Grouping {
        OPERATOR,
        MODULE
    }

    @Parameters(arity = "1..*", paramLabel = "MODEL", description = "The models; image models by their timm names.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private List<String> models;

    @Option(names = "--image-size", paramLabel = "N", description = "Side of the images in pixels.")
    private @Nullable Integer imageSize;

    @Option(names = "--sequence-length", paramLabel = "N", description = "Tokens of a sample of text.")
    private @Nullable Integer sequenceLength;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "1", description = "Samples; 1 if not given.")
    private long batch;

    @Option(
            names = "--by",
            paramLabel = "operator|module",
            defaultValue = "operator",
            description = "How to break the FLOPs down.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Grouping by;

    CountCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        if (batch < 1) {
            throw new UsageException("The --batch (" + batch + ") must be at least 1.");
        }
        List<Count> counts = models.stream().map(this::count).toList();
        if (json()) {
            print(
                    counts.size() == 1
                            ? JsonText.object(to -> write(to, counts.get(0)))
                            : JsonText.array(counts, this::write));
        } else {
            text(counts);
        }
        return ExitCode.DONE;
    }

    private record Count(String model, Graph graph, long savedActivationBytes) {

        FlopTable flops() {
            return graph.flops();
        }
    }

    private Count count(String name) {
        Model model = Lookups.model(name);
        if (imageSize != null) {
            try {
                model = model.withImageSize(imageSize);
            } catch (IllegalArgumentException e) {
                throw new UsageException(
                        "The --image-size (" + imageSize + ") does not go with " + name + ": " + e.getMessage(), e);
            }
        }
        if (sequenceLength != null) {
            try {
                model = model.withSequenceLength(sequenceLength);
            } catch (IllegalArgumentException e) {
                throw new UsageException(
                        "The --sequence-length (" + sequenceLength + ") does not go with " + name + ": "
                                + e.getMessage(),
                        e);
            }
        }
        Graph graph = model.graph(batch);
        long saved = EagerLowering.fp32(TorchRelease.V1)
                .lower(new StepProgram(graph, Update.of(Optimizer.SGD)))
                .memory()
                .savedActivations();
        return new Count(model.id(), graph, saved);
    }

    private void write(JsonText to, Count count) {
        FlopTable flops = count.flops();
        to.text("model", count.model())
                .number("batch", count.graph().batch())
                .number("parameters", count.graph().parameterCount())
                .number("trainable_parameters", count.graph().trainableParameterCount())
                .number("forward_flops", flops.forwardFlops())
                .numbers("forward_flops_by_operator", labels(flops.forwardByCategory()))
                .number("training_flops", flops.trainingFlops())
                .numbers("training_flops_by_operator", labels(flops.trainingByCategory()))
                .number("elementwise_flops", flops.elementwiseFlops())
                .number("saved_activation_bytes", count.savedActivationBytes());
        if (by == Grouping.MODULE) {
            to.numbers("forward_flops_by_module", flops.forwardByModule(MODULE_DEPTH))
                    .numbers("backward_flops_by_module", flops.backwardByModule(MODULE_DEPTH));
        }
    }

    private static Map<String, Long> labels(Map<FlopTable.Category, Long> flops) {
        Map<String, Long> labelled = new LinkedHashMap<>();
        new EnumMap<>(flops).forEach((category, count) -> labelled.put(category.label(), count));
        return labelled;
    }

    private void text(List<Count> counts) {
        DocumentBuilder document = new DocumentBuilder();
        List<List<String>> rows = new ArrayList<>();
        for (Count each : counts) {
            rows.add(List.of(
                    each.model(),
                    Numbers.count(each.graph().parameterCount()),
                    Numbers.count(each.flops().forwardFlops()),
                    Numbers.count(each.flops().trainingFlops()),
                    Numbers.si(each.flops().elementwiseFlops(), ""),
                    Numbers.bytes(each.savedActivationBytes())));
        }
        document.table(
                List.of(
                        Column.text("model"),
                        Column.number("parameters"),
                        Column.number("forward FLOPs"),
                        Column.number("training FLOPs"),
                        Column.number("elementwise"),
                        Column.number("saved, fp32")),
                rows);
        for (Count each : counts) {
            document.heading(3, each.model() + " by " + by.name().toLowerCase(Locale.ROOT));
            document.table(
                    List.of(
                            Column.text(by == Grouping.MODULE ? "module" : "operator"),
                            Column.number("forward FLOPs"),
                            Column.number(by == Grouping.MODULE ? "backward FLOPs" : "training FLOPs")),
                    breakdown(each));
        }
        document.paragraph("Counts are of " + Numbers.count(batch) + (batch == 1 ? " sample" : " samples")
                + " and of matrix products and convolutions unless the column says otherwise, 2 FLOPs per"
                + " multiply-add; training is forward and backward. Elementwise work is of the forward pass. Saved is"
                + " what PyTorch keeps for the backward computation in fp32, attention unfused.");
        print(document.build());
    }

    private List<List<String>> breakdown(Count count) {
        Map<String, Long> forward = by == Grouping.MODULE
                ? count.flops().forwardByModule(MODULE_DEPTH)
                : labels(count.flops().forwardByCategory());
        Map<String, Long> other = by == Grouping.MODULE
                ? count.flops().backwardByModule(MODULE_DEPTH)
                : labels(count.flops().trainingByCategory());
        Map<String, Long> keys = new LinkedHashMap<>(forward);
        other.forEach(keys::putIfAbsent);
        List<List<String>> rows = new ArrayList<>();
        for (String key : keys.keySet()) {
            long ahead = forward.getOrDefault(key, 0L);
            long back = other.getOrDefault(key, 0L);
            if (ahead != 0 || back != 0) {
                rows.add(List.of(key, Numbers.count(ahead), Numbers.count(back)));
            }
        }
        return rows;
    }
}
