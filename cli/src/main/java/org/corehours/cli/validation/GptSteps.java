package org.corehours.cli.validation;

import java.util.List;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.Checkpointing;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.SoftwareStacks;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.Update;
import org.corehours.models.Model;
import org.corehours.models.method.Loss;
import org.corehours.models.method.SupervisedTraining;
import org.corehours.models.text.LanguageBlock;
import org.corehours.models.text.LanguageModel;

/**
 * Steps of GPT models on A100s, in the columns of VIA-Research/vTrain: Megatron-DeepSpeed in fp16, every block's forward
 * pass computed again in the backward pass. Rows of data parallelism alone are predicted. Megatron's one kernel for the
 * mask, scale and softmax of the scores has no stack here; attention in one kernel stands in for it.
 */
final class GptSteps implements TableLayout {

    /** GPT-2's vocabulary, which Megatron pads to a multiple of 128. */
    private static final int VOCABULARY = 50_304;

    private static final String MACHINE = "dgx-a100";

    @Override
    public String description() {
        return "training steps of GPT models on A100s";
    }

    @Override
    public String source() {
        return "VIA-Research/vTrain, github.com/VIA-Research/vTrain";
    }

    @Override
    public List<String> columns() {
        return List.of(
                "gpus",
                "global_batch",
                "micro_batch",
                "hidden",
                "heads",
                "layers",
                "seq",
                "tp",
                "dp",
                "pp",
                "measured_ms");
    }

    @Override
    public Prediction predict(MeasuredTable.Row row) throws NotCoveredException {
        long tensor = Cells.wholeNumber(row, "tp");
        long pipeline = Cells.wholeNumber(row, "pp");
        if (tensor != 1 || pipeline != 1) {
            throw new NotCoveredException((tensor == 1 ? "pipeline" : pipeline == 1 ? "tensor" : "tensor and pipeline")
                    + " parallelism is not simulated");
        }
        int devices = Cells.count(row, "gpus");
        long batch = Cells.wholeNumber(row, "global_batch");
        long micro = Cells.wholeNumber(row, "micro_batch");
        int width = Cells.count(row, "hidden");
        int tokens = Cells.count(row, "seq");
        int depth = Cells.count(row, "layers");
        String label = "GPT " + depth + " × " + width + ", " + devices + " × A100, batch " + batch + " by " + micro;
        RunEstimate estimate;
        try {
            LanguageBlock block = LanguageBlock.gpt(width, Cells.count(row, "heads"));
            Model model = new Model(
                    "gpt",
                    label,
                    new LanguageModel(
                            VOCABULARY, tokens, tokens, 0, false, block, depth, LanguageModel.Head.NEXT_TOKEN));
            var machine = Devices.builtIn().catalog().machine(MACHINE);
            Cluster cluster = Cluster.of(Devices.builtIn().accelerator(machine.accelerator()), machine, devices);
            long accumulation = batch / Math.multiplyExact(devices, micro);
            RunPlan plan = Estimates.step(
                    label,
                    new SupervisedTraining(model, Loss.CROSS_ENTROPY, Update.of(Optimizer.ADAM)).plan(micro),
                    SoftwareStacks.PYTORCH_FUSED_ATTENTION.in(Precision.FP16).with(Checkpointing.FULL),
                    Precision.FP16,
                    cluster,
                    batch,
                    Math.toIntExact(accumulation));
            estimate = Estimates.nominal(plan);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new NotCoveredException(String.valueOf(e.getMessage()));
        }
        return new Prediction(
                "data parallel × " + devices,
                label,
                Cells.number(row, "measured_ms"),
                1e3 * estimate.stepSeconds(),
                "ms");
    }
}
