package org.corehours.cli.validation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.lowering.eager.TorchRelease;
import org.corehours.core.run.Placement;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunEstimator;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Schedule;
import org.corehours.core.run.SoftwareStack;
import org.corehours.core.run.Variation;
import org.corehours.core.simulate.FrameworkRuntime;
import org.corehours.core.simulate.InputDemand;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.corehours.models.Model;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.method.Loss;
import org.corehours.models.method.SupervisedTraining;

/**
 * Training steps of image models on one GPU, as timm's {@code benchmark.py} takes them: synthetic images that are on the
 * device already, autocast without a loss scaler, cross-entropy, SGD with momentum (its {@code TrainBenchmarkRunner}).
 * timm of that time scaled attention's scores.
 */
final class ImageTrainingSteps implements TableLayout {

    private static final Update SGD = Update.of(Optimizer.SGD_MOMENTUM);

    private final Devices devices = Devices.builtIn();
    private final RunEstimator estimator = new RunEstimator();

    @Override
    public String description() {
        return "training steps of image models on one GPU (timm's benchmark)";
    }

    @Override
    public List<String> columns() {
        return List.of("layout", "gpu", "precision", "model", "img_size", "batch", "train_step_ms");
    }

    @Override
    public Prediction predict(MeasuredTable.Row row) throws NotCoveredException {
        Model model = model(row);
        Precision precision = Cells.precision(row, "precision");
        Cluster cluster = Cluster.single(devices.accelerator(devices.id(row.text("gpu"))));
        long batch = Cells.wholeNumber(row, "batch");
        double measured = Cells.number(row, "train_step_ms");
        RunPlan plan;
        try {
            StepProgram step = new SupervisedTraining(model, Loss.CROSS_ENTROPY, SGD).plan(batch);
            plan = new RunPlan(
                    model.id(),
                    model.id(),
                    step.graph().parameterCount(),
                    step,
                    stack(precision, row.text("layout").equals("nhwc")),
                    precision,
                    cluster,
                    batch,
                    1,
                    InputDemand.NONE,
                    Schedule.ofSteps(1),
                    Placement.in(devices.catalog().region("world")));
        } catch (IllegalArgumentException e) {
            throw new NotCoveredException(String.valueOf(e.getMessage()));
        }
        RunEstimate estimate = estimator.estimate(plan, Variation.NOMINAL);
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("matrix_ms", 1e3 * estimate.timeline().matrixSeconds());
        details.put("memory_ms", 1e3 * estimate.timeline().memorySeconds());
        details.put("launch_ms", 1e3 * estimate.timeline().launchSeconds());
        details.put("host_stall_ms", 1e3 * estimate.timeline().hostStallSeconds());
        return new Prediction(
                        family(model.id()),
                        model.id() + ", " + batch + " images, " + row.text("layout"),
                        measured,
                        1e3 * estimate.stepSeconds(),
                        "ms")
                .withDetails(details);
    }

    private static Model model(MeasuredTable.Row row) throws NotCoveredException {
        String name = row.text("model");
        Optional<Model> found = ModelCatalog.find(name);
        if (found.isEmpty()) {
            throw new NotCoveredException("no family understands the model " + name);
        }
        int size = Math.toIntExact(Cells.wholeNumber(row, "img_size"));
        try {
            Model sized = found.get().withImageSize(size);
            return new Model(sized.id(), sized.description(), sized.network().withScale(ScalePlacement.SCORES));
        } catch (IllegalArgumentException e) {
            throw new NotCoveredException(String.valueOf(e.getMessage()));
        }
    }

    private static SoftwareStack stack(Precision precision, boolean channelsLast) {
        EagerLowering lowering = precision == Precision.FP32
                ? EagerLowering.fp32(TorchRelease.V1_12)
                : new EagerLowering(DataType.FP16, false, false, TorchRelease.V1_12);
        return new SoftwareStack(
                "pytorch-1.12-eager",
                channelsLast ? lowering.withChannelsLast() : lowering,
                FrameworkRuntime.pytorchBeforeLazyLoading(false));
    }

    /** The part of a timm name before the first underscore, without a size: {@code resnet} of {@code resnet50d}. */
    static String family(String model) {
        String first = model.toLowerCase(Locale.ROOT).split("_", 2)[0];
        String letters = first.replaceAll("\\d.*", "");
        return first.matches("deit3|resnetv2.*|swinv2.*") || letters.isEmpty()
                ? first.replaceAll("^(resnetv2|swinv2).*", "$1")
                : letters;
    }
}
