package org.corehours.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.cli.json.JsonText;
import org.corehours.core.graph.FlopTable;
import org.corehours.core.graph.Graph;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.lowering.eager.TorchRelease;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.corehours.models.Model;
import org.corehours.papers.NamedMethod;
import org.corehours.spec.SpecException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Counts a model's parameters and FLOPs. */
@Command(
        name = "count",
        description = {
            "Count a model's parameters and FLOPs exactly.",
            "A FLOP is half a multiply-add (MAC). Matrix products and convolutions are counted as PyTorch's counter"
                    + " counts them; elementwise work has a column of its own.",
            "A model is a name, or a file: one of your own (docs/models.md), a Hugging Face config.json or an ONNX"
                    + " file. A method's whole training step is counted by its name or file as well."
        },
        footer = {
            "",
            "Examples:",
            "  corehours count vit_base_patch16_224",
            "  corehours count vit_small_patch16_224 deit_small_patch16_224 --batch 64",
            "  corehours count vit_base_patch16_224 --image-size 384 --by module --depth 1",
            "  corehours count mine.yaml model.onnx path/to/config.json",
            "  corehours count mae_vit_base_patch16 ibot_vit_small_patch16 beit_dvae"
        })
final class CountCommand extends BaseCommand {

    private enum Grouping {
        OPERATOR,
        MODULE
    }

    @Parameters(arity = "1..*", paramLabel = "MODEL", description = "The models: names, or files.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private List<String> models;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ModelOptions options;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "1", description = "Samples; 1 if not given.")
    private long batch;

    @Option(
            names = "--by",
            paramLabel = "operator|module",
            defaultValue = "operator",
            description = "How to break the FLOPs down.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Grouping by;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "2",
            description = "Parts of a module's path that --by module keeps apart; 2 if not given.")
    private int depth;

    CountCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        if (batch < 1) {
            throw new UsageException("The --batch (" + batch + ") must be at least 1.");
        }
        if (depth < 1) {
            throw new UsageException("The --depth (" + depth + ") must be at least 1.");
        }
        List<Count> counts = new ArrayList<>();
        WrongInputs wrong = new WrongInputs();
        for (String name : models) {
            try {
                counts.add(Lookups.checked(() -> counted(name)));
            } catch (SpecException e) {
                wrong.add(e);
            }
        }
        if (!wrong.isEmpty()) {
            say(wrong.summary());
            return ExitCode.INPUT;
        }
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

    /**
     * A graph, and by number format and attention what a training step keeps for the backward computation, by the
     * operator that needs it first.
     *
     * @param whole whether it is a method's whole step instead of one pass of a network
     */
    private record Count(String model, boolean whole, Graph graph, Map<String, SortedMap<String, Long>> savedBytes) {

        FlopTable flops() {
            return graph.flops();
        }

        long saved(String policy) {
            return Objects.requireNonNull(savedBytes.get(policy), policy).values().stream()
                    .reduce(0L, Math::addExact);
        }
    }

    private static final String FP32 = "fp32";
    private static final String AMP_FP16 = "amp_fp16";
    private static final String AMP_BF16 = "amp_bf16";
    private static final String FUSED = "_fused_attention";

    private static Map<String, SortedMap<String, Long>> saved(StepProgram step) {
        Map<String, SortedMap<String, Long>> saved = new LinkedHashMap<>();
        for (boolean fused : new boolean[] {false, true}) {
            String suffix = fused ? FUSED : "";
            saved.put(FP32 + suffix, new EagerLowering(null, fused, false, TorchRelease.V2).savedActivations(step));
            saved.put(
                    AMP_FP16 + suffix,
                    new EagerLowering(DataType.FP16, fused, true, TorchRelease.V2).savedActivations(step));
            saved.put(
                    AMP_BF16 + suffix,
                    new EagerLowering(DataType.BF16, fused, false, TorchRelease.V2).savedActivations(step));
        }
        return saved;
    }

    /** Counts at once, so that what is too large to count is refused before anything is printed. */
    private Count counted(String name) {
        Count count = count(name);
        count.flops();
        count.savedBytes().keySet().forEach(count::saved);
        return count;
    }

    private Count count(String name) {
        Optional<NamedMethod> method = Lookups.method(name);
        if (method.isPresent()) {
            if (options.given()) {
                throw new UsageException("The size of the samples is part of the method " + name
                        + ", so no option changes it. See: corehours models " + name + " --spec");
            }
            StepProgram step = method.get().plan(batch);
            return new Count(method.get().id(), true, step.graph(), saved(step));
        }
        Model model = options.model(name);
        Graph graph = model.graph(batch);
        return new Count(model.id(), false, graph, saved(new StepProgram(graph, Update.of(Optimizer.SGD))));
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
                .number("saved_activation_bytes", count.saved(FP32))
                .number("forward_macs", flops.forwardMacs())
                .number("training_macs", flops.trainingMacs())
                .number("causal_forward_flops", flops.causalForwardFlops())
                .number("causal_training_flops", flops.causalTrainingFlops())
                .object(
                        "saved_activation_bytes_by_policy",
                        each -> count.savedBytes().keySet().forEach(policy -> each.number(policy, count.saved(policy))))
                .object(
                        "saved_activation_bytes_by_operator",
                        each -> count.savedBytes().forEach(each::numbers));
        if (by == Grouping.MODULE) {
            to.numbers("forward_flops_by_module", flops.forwardByModule(depth))
                    .numbers("backward_flops_by_module", flops.backwardByModule(depth));
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
                    Numbers.count(each.flops().forwardMacs()),
                    Numbers.count(each.flops().forwardFlops()),
                    Numbers.count(each.flops().trainingFlops()),
                    Numbers.si(each.flops().elementwiseFlops(), "")));
        }
        document.table(
                List.of(
                        Column.text("model"),
                        Column.number("parameters"),
                        Column.number("forward MACs"),
                        Column.number("forward FLOPs"),
                        Column.number("training FLOPs"),
                        Column.number("elementwise")),
                rows);
        causal(document, counts);
        kept(document, counts);
        for (Count each : counts) {
            document.heading(3, each.model() + " by " + by.name().toLowerCase(Locale.ROOT));
            document.table(
                    List.of(
                            Column.text(by == Grouping.MODULE ? "module" : "operator"),
                            Column.number("forward FLOPs"),
                            Column.number(by == Grouping.MODULE ? "backward FLOPs" : "training FLOPs")),
                    breakdown(each));
            if (by == Grouping.OPERATOR) {
                document.paragraph("What " + each.model()
                        + " keeps for the backward computation, by the operator that needs it first:");
                document.table(policies("operator"), keptByOperator(each));
            }
        }
        if (counts.stream().anyMatch(Count::whole)) {
            document.paragraph("Of a method, the counts are of its whole step: all forward passes, teachers' and"
                    + " tokenizers' among them, and parameters of all networks that take part.");
        }
        document.paragraph("Counts are of " + Numbers.count(batch) + (batch == 1 ? " sample" : " samples")
                + " and of matrix products and convolutions unless the column says otherwise, 2 FLOPs per"
                + " multiply-add (MAC); training is forward and backward. Elementwise work is of the forward pass.");
        print(document.build());
    }

    /** Masked attention without what the mask hides, for models that have any. */
    private static void causal(DocumentBuilder document, List<Count> counts) {
        List<List<String>> rows = new ArrayList<>();
        for (Count each : counts) {
            if (each.flops().causalForwardFlops() != each.flops().forwardFlops()) {
                rows.add(List.of(
                        each.model(),
                        Numbers.count(each.flops().forwardFlops()),
                        Numbers.count(each.flops().causalForwardFlops()),
                        Numbers.count(each.flops().trainingFlops()),
                        Numbers.count(each.flops().causalTrainingFlops())));
            }
        }
        if (!rows.isEmpty()) {
            document.heading(3, "causal attention, in full as everywhere else and without what its mask hides");
            document.table(
                    List.of(
                            Column.text("model"),
                            Column.number("forward, full"),
                            Column.number("forward, masked"),
                            Column.number("training, full"),
                            Column.number("training, masked")),
                    rows);
        }
    }

    private static void kept(DocumentBuilder document, List<Count> counts) {
        List<List<String>> rows = new ArrayList<>();
        for (Count each : counts) {
            rows.add(List.of(
                    each.model(),
                    Numbers.bytes(each.saved(FP32)),
                    Numbers.bytes(each.saved(FP32 + FUSED)),
                    Numbers.bytes(each.saved(AMP_FP16)),
                    Numbers.bytes(each.saved(AMP_FP16 + FUSED)),
                    Numbers.bytes(each.saved(AMP_BF16)),
                    Numbers.bytes(each.saved(AMP_BF16 + FUSED))));
        }
        document.heading(3, "kept by PyTorch for the backward computation; fused is its fused attention");
        document.table(policies("model"), rows);
    }

    private static List<Column> policies(String first) {
        return List.of(
                Column.text(first),
                Column.number("fp32"),
                Column.number("fp32, fused"),
                Column.number("AMP fp16"),
                Column.number("AMP fp16, fused"),
                Column.number("AMP bf16"),
                Column.number("AMP bf16, fused"));
    }

    private static List<List<String>> keptByOperator(Count count) {
        SortedSet<String> operators = new TreeSet<>();
        count.savedBytes().values().forEach(each -> operators.addAll(each.keySet()));
        return operators.stream()
                .map(operator -> Stream.concat(
                                Stream.of(operator),
                                Stream.of(FP32, FP32 + FUSED, AMP_FP16, AMP_FP16 + FUSED, AMP_BF16, AMP_BF16 + FUSED)
                                        .map(policy -> Objects.requireNonNull(
                                                count.savedBytes().get(policy), policy))
                                        .map(bytes -> bytes.containsKey(operator)
                                                ? Numbers.bytes(Objects.requireNonNull(bytes.get(operator)))
                                                : "–"))
                        .toList())
                .toList();
    }

    private List<List<String>> breakdown(Count count) {
        Map<String, Long> forward = by == Grouping.MODULE
                ? count.flops().forwardByModule(depth)
                : labels(count.flops().forwardByCategory());
        Map<String, Long> other = by == Grouping.MODULE
                ? count.flops().backwardByModule(depth)
                : labels(count.flops().trainingByCategory());
        Map<String, Long> keys = new LinkedHashMap<>(forward);
        other.forEach(keys::putIfAbsent);
        List<List<String>> rows = new ArrayList<>();
        for (String key : keys.keySet()) {
            long ahead = forward.getOrDefault(key, 0L);
            long back = other.getOrDefault(key, 0L);
            if (ahead != 0 || back != 0) {
                rows.add(List.of(
                        key.isEmpty() ? "(outside of modules)" : key, Numbers.count(ahead), Numbers.count(back)));
            }
        }
        return rows;
    }
}
