package org.corehours.cli.validation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corehours.core.graph.Operator.Attention.Masking;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.SoftwareStacks;
import org.corehours.core.simulate.Timeline;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.corehours.models.Model;
import org.corehours.models.method.Loss;
import org.corehours.models.method.SupervisedTraining;
import org.corehours.models.text.LanguageBlock;
import org.corehours.models.text.LanguageModel;

/**
 * Forward passes, or forward and backward passes without an update, of language models as Hugging Face's transformers
 * builds them with eager attention, in the columns of sitar-lab/NeuSight, with what others predicted for the same rows.
 *
 * <p>Its measurement never clears gradients, so that every backward pass adds them to those of the one before: a pass
 * over two tensors of all parameters into one, as an update by SGD is. BERT predicts tokens in training and classifies
 * sequences otherwise ({@code neusight/Tracing/trace.py}).
 */
final class LanguageModelSteps implements TableLayout {

    private static final Map<String, String> OTHERS = Map.of(
            "neusight_ms", "NeuSight", "roofline_ms", "roofline", "habitat_ms", "Habitat", "micro_ms", "Li et al.");

    private static final int BERT_SEGMENTS = 2;

    /** OPT's positions start at the third row. */
    private static final int OPT_FIRST_POSITION = 2;

    @Override
    public String description() {
        return "passes of whole language models on one device";
    }

    @Override
    public String source() {
        return "sitar-lab/NeuSight (MIT licence), scripts/asplos, github.com/sitar-lab/NeuSight";
    }

    @Override
    public List<String> columns() {
        return List.of(
                "model",
                "arch",
                "hidden",
                "layers",
                "heads",
                "ffn",
                "vocab",
                "seq",
                "batch",
                "device",
                "mode",
                "option",
                "precision",
                "measured_e2e_ms");
    }

    @Override
    public Prediction predict(MeasuredTable.Row row) throws NotCoveredException {
        String option = row.text("option");
        boolean compiled = option.equals("fusion");
        if (!option.isEmpty() && !compiled) {
            throw new NotCoveredException(
                    "the option " + option + ": tensor and pipeline parallelism are not simulated");
        }
        boolean training = switch (row.text("mode")) {
            case "train" -> true;
            case "inf" -> false;
            default -> throw Cells.bad(row, "mode", "is neither train nor inf");
        };
        String device = Devices.builtIn().id(row.text("device"));
        Precision precision = Cells.precision(row, "precision");
        long batch = Cells.wholeNumber(row, "batch");
        Model model;
        StepProgram step;
        try {
            model = model(row, training);
            step = training
                    ? new SupervisedTraining(model, Loss.CROSS_ENTROPY, Update.of(Optimizer.SGD)).plan(batch)
                    : StepProgram.inference(model.graph(batch));
        } catch (IllegalArgumentException e) {
            throw new NotCoveredException(String.valueOf(e.getMessage()));
        }
        RunEstimate estimate = Estimates.nominal(Estimates.step(
                model.id(),
                step,
                (compiled ? SoftwareStacks.TORCH_COMPILE : SoftwareStacks.PYTORCH_EAGER).in(precision),
                precision,
                Cluster.single(Devices.builtIn().accelerator(device)),
                batch,
                1));
        Timeline timeline = estimate.timeline();
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("matrix_ms", 1e3 * timeline.matrixSeconds());
        details.put("memory_ms", 1e3 * timeline.memorySeconds());
        details.put("host_stall_ms", 1e3 * timeline.hostStallSeconds());
        return new Prediction(
                        (training ? "train · " : "inference · ") + (compiled ? "compiled · " : "") + device,
                        model.id() + " × " + batch + ", " + row.text("mode") + (compiled ? ", compiled" : ""),
                        Cells.number(row, "measured_e2e_ms"),
                        1e3 * estimate.stepSeconds(),
                        "ms")
                .withOthers(others(row))
                .withDetails(details);
    }

    private static Map<String, Double> others(MeasuredTable.Row row) throws NotCoveredException {
        Map<String, Double> others = new LinkedHashMap<>();
        for (Map.Entry<String, String> each : OTHERS.entrySet()) {
            if (!row.text(each.getKey()).isEmpty()) {
                others.put(each.getValue(), Cells.number(row, each.getKey()));
            }
        }
        return others;
    }

    private static Model model(MeasuredTable.Row row, boolean training) throws NotCoveredException {
        int width = Cells.count(row, "hidden");
        int heads = Cells.count(row, "heads");
        int inner = row.text("ffn").isEmpty() ? Math.multiplyExact(4, width) : Cells.count(row, "ffn");
        int depth = Cells.count(row, "layers");
        int vocabulary = Cells.count(row, "vocab");
        int tokens = Cells.count(row, "seq");
        LanguageModel network = switch (row.text("arch")) {
            case "bert" ->
                new LanguageModel(
                        vocabulary,
                        tokens,
                        tokens,
                        BERT_SEGMENTS,
                        true,
                        block(width, heads, inner, LanguageBlock.Mlp.GELU, Masking.NONE, false),
                        depth,
                        training ? LanguageModel.Head.MASKED_TOKENS : LanguageModel.Head.POOLER);
            case "gpt2" ->
                new LanguageModel(
                        vocabulary,
                        tokens,
                        tokens,
                        0,
                        false,
                        block(width, heads, inner, LanguageBlock.Mlp.GELU_WRITTEN_OUT, Masking.REPLACED, true),
                        depth,
                        LanguageModel.Head.NEXT_TOKEN);
            case "opt" ->
                new LanguageModel(
                        vocabulary,
                        tokens,
                        tokens + OPT_FIRST_POSITION,
                        0,
                        false,
                        block(width, heads, inner, LanguageBlock.Mlp.RELU, Masking.ADDED_AND_RAISED, false),
                        depth,
                        LanguageModel.Head.NEXT_TOKEN);
            default -> throw new NotCoveredException("no family builds the architecture", row.text("arch"));
        };
        return new Model(row.text("model"), row.text("arch"), network);
    }

    /** Norms come first in all decoders; all drop out, at Hugging Face's default rate. */
    private static LanguageBlock block(
            int width, int heads, int inner, LanguageBlock.Mlp mlp, Masking masking, boolean joint) {
        boolean decoder = masking != Masking.NONE;
        return new LanguageBlock(
                width,
                heads,
                heads,
                inner,
                LanguageBlock.Norm.LAYER,
                decoder,
                LanguageBlock.Bias.ALL,
                joint,
                false,
                mlp,
                masking,
                true);
    }
}
