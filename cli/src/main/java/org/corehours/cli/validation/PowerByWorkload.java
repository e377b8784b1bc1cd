package org.corehours.cli.validation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.SoftwareStacks;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.Update;
import org.corehours.models.Model;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.method.Loss;
import org.corehours.models.method.SupervisedTraining;

/**
 * The average power of a GPU while it trains, in the columns of ml-energy/zeus. Under a lower power limit it draws what it
 * would without, or what the limit holds it to.
 */
final class PowerByWorkload implements TableLayout {

    /** Zeus's names of GPUs: its cards of the PCIe form. */
    private static final Map<String, String> DEVICES =
            Map.of("v100", "v100-pcie-32gb", "p100", "p100-pcie-16gb", "a40", "a40");

    /** Names in the catalogue of the networks. */
    private static final Map<String, String> NETWORKS =
            Map.of("bert_base_uncased", "bert_base_pooler", "shufflenetv2", "shufflenetv2_x1_0");

    /**
     * Average power under a limit that binds, as a share of the limit: the clock steps down until peaks stay below. The
     * median of the half of the table that errors are not reported on, 0.89 to 0.94.
     */
    private static final double HELD_SHARE_OF_LIMIT = 0.91;

    /** Tokens of a question and its paragraph on SQuAD, and of a tweet. */
    private static final Map<String, Integer> TOKENS = Map.of("squad", 384, "sentiment140", 128);

    @Override
    public String description() {
        return "average power of a GPU while it trains";
    }

    @Override
    public boolean fitted() {
        return true;
    }

    @Override
    public String source() {
        return "ml-energy/zeus (Apache 2.0), trace, github.com/ml-energy/zeus";
    }

    @Override
    public List<String> columns() {
        return List.of(
                "gpu",
                "dataset",
                "network",
                "batch_size",
                "optimizer",
                "power_limit",
                "time_per_epoch",
                "average_power");
    }

    @Override
    public Prediction predict(MeasuredTable.Row row) throws NotCoveredException {
        String gpu = row.text("gpu");
        String network = row.text("network");
        Optional<Model> found = ModelCatalog.find(NETWORKS.getOrDefault(network, network));
        if (found.isEmpty()) {
            throw new NotCoveredException("no family understands the model", network);
        }
        String id = DEVICES.get(gpu);
        if (id == null) {
            throw new NotCoveredException("no accelerator is called", gpu);
        }
        Accelerator accelerator = Devices.builtIn().accelerator(id);
        double limit = Cells.number(row, "power_limit");
        long batch = Cells.wholeNumber(row, "batch_size");
        RunEstimate estimate;
        try {
            Integer tokens = TOKENS.get(row.text("dataset"));
            Model model = tokens == null ? found.get() : found.get().withSequenceLength(tokens);
            estimate = Estimates.nominal(Estimates.step(
                    model.id(),
                    new SupervisedTraining(model, Loss.CROSS_ENTROPY, Update.of(Optimizer.ADAMW)).plan(batch),
                    SoftwareStacks.PYTORCH_1_EAGER.in(Precision.FP32),
                    Precision.FP32,
                    Cluster.single(accelerator),
                    batch,
                    1));
        } catch (IllegalArgumentException e) {
            throw new NotCoveredException(String.valueOf(e.getMessage()));
        }
        return new Prediction(
                        network + " · " + gpu,
                        network + " × " + batch + " on " + id + ", " + row.text("dataset"),
                        Cells.number(row, "average_power"),
                        Math.min(estimate.energy().deviceWatts(), HELD_SHARE_OF_LIMIT * limit),
                        "W")
                .withLeftOut(Split.leavesOut(network, row.text("dataset"), batch));
    }
}
