package org.corehours.cli.validation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.lowering.eager.TorchRelease;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.SoftwareStack;
import org.corehours.core.run.SoftwareStacks;
import org.corehours.core.simulate.FrameworkRuntime;
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
 * timm of that time scaled attention's scores. Tables of {@code benchmarks/measure} say in further columns which PyTorch
 * it was, whether attention was fused and whether the model was compiled.
 */
final class ImageTrainingSteps implements TableLayout {

    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");
    private static final int LAST_BEFORE_FUSED_NORMS = 10;

    private static final Update SGD = Update.of(Optimizer.SGD_MOMENTUM);

    private final Devices devices = Devices.builtIn();

    @Override
    public String description() {
        return "training steps of image models on one GPU (timm's benchmark)";
    }

    @Override
    public String source() {
        return "huggingface/pytorch-image-models (Apache 2.0), results/benchmark-train-amp-{nchw,nhwc}-pt112-cu113-rtx3090.csv";
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
        RunEstimate estimate;
        try {
            StepProgram step = new SupervisedTraining(model, Loss.CROSS_ENTROPY, SGD).plan(batch);
            estimate = Estimates.nominal(
                    Estimates.step(model.id(), step, stack(row, precision), precision, cluster, batch, 1));
        } catch (IllegalArgumentException e) {
            throw new NotCoveredException(String.valueOf(e.getMessage()));
        }
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
            throw new NotCoveredException("no family understands the model", name);
        }
        int size = Math.toIntExact(Cells.wholeNumber(row, "img_size"));
        try {
            Model sized = found.get().withImageSize(size);
            return new Model(
                    sized.id(),
                    sized.description(),
                    timm(row) ? sized.network().withScale(ScalePlacement.SCORES) : sized.network());
        } catch (IllegalArgumentException e) {
            throw new NotCoveredException(String.valueOf(e.getMessage()));
        }
    }

    /** Whether a row is of timm's published benchmark, which says neither release nor attention. */
    private static boolean timm(MeasuredTable.Row row) {
        return row.text("torch").isEmpty();
    }

    private static SoftwareStack stack(MeasuredTable.Row row, Precision precision) throws NotCoveredException {
        if (row.text("execution").equals("compile")) {
            if (!row.text("attention").equals("fused")) {
                throw new NotCoveredException("compiled models are taken to fuse attention");
            }
            return SoftwareStacks.TORCH_COMPILE.in(precision);
        }
        TorchRelease release = release(row);
        DataType autocast = switch (precision) {
            case FP32 -> null;
            case FP16 -> DataType.FP16;
            case BF16 -> DataType.BF16;
            case TF32, FP8, INT8 -> throw new NotCoveredException("no stack of PyTorch runs here in", precision.id());
        };
        boolean scales = autocast == DataType.FP16 && !timm(row);
        boolean fused = row.text("attention").equals("fused");
        EagerLowering lowering = new EagerLowering(autocast, fused, scales, release);
        return new SoftwareStack(
                "pytorch-eager",
                row.text("layout").equals("nhwc") ? lowering.withChannelsLast() : lowering,
                release.equals(TorchRelease.V2)
                        ? FrameworkRuntime.pytorch(scales)
                        : FrameworkRuntime.pytorchBeforeLazyLoading(scales));
    }

    private static TorchRelease release(MeasuredTable.Row row) throws NotCoveredException {
        String text = row.text("torch");
        if (text.isEmpty()) {
            return TorchRelease.V1_12;
        }
        Matcher release = RELEASE.matcher(text);
        if (!release.matches()) {
            throw Cells.bad(row, "torch", "is no release of PyTorch");
        }
        if (Integer.parseInt(release.group(1)) > 1) {
            return TorchRelease.V2;
        }
        return Integer.parseInt(release.group(2)) > LAST_BEFORE_FUSED_NORMS ? TorchRelease.V1_12 : TorchRelease.V1;
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
