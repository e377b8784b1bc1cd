package org.corehours.cli.validation;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.core.audit.Alternative;
import org.corehours.core.audit.Assignment;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.Auditor;
import org.corehours.core.audit.ErrorModel;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.RunMetric;
import org.corehours.core.audit.Sampling;
import org.corehours.core.audit.Scenario;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.hardware.UnsupportedPrecisionException;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.quantity.Interval;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.run.RunEstimator;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Schedule;
import org.corehours.core.run.SoftwareStack;
import org.corehours.core.run.SoftwareStacks;
import org.corehours.core.simulate.InputRecipe;
import org.corehours.core.step.StepProgram;
import org.corehours.models.Model;
import org.corehours.models.TrainingMethod;
import org.corehours.papers.PublishedUtilisations;

/** Published throughput, hours and memory of whole runs, one source per row. */
final class PublishedRuns implements TableLayout {

    private static final double BYTES_PER_GIB = 1L << 30;
    private static final double MINUTES_PER_HOUR = 60;

    /** Images that a device infers at a time where a row does not say; rates hardly depend on it from there. */
    private static final long USUAL_INFERENCE_BATCH = 256;

    private static final long VALIDATION_IMAGES = 50_000;

    /** Few, for a table has many rows; percentiles move by a few percent of the width when they double. */
    private static final Sampling SAMPLING = new Sampling(64, 64, 8);

    private static final Map<String, Long> DATASETS = Map.of(
            "ImageNet-1k", 1_281_167L,
            "imagenet2012", 1_281_167L,
            "synthetic/ImageNet", 1_281_167L,
            "ImageNet-1k (DALI/real)", 1_281_167L,
            "ImageNet-21k (~14.2M img)", 14_197_122L,
            "ImageNet-21k", 14_197_122L,
            "cifar10", 50_000L);

    private static final Pattern STEPS = Pattern.compile(".*?(\\d+) steps x (\\d+).*");

    private static final Pattern ACCUMULATION = Pattern.compile(".*accum(\\d+).*");

    /** Frameworks without a stack here, whose fusions of normalization and activation eager kernels do not show. */
    private static final Pattern FOREIGN = Pattern.compile(".*(mxnet|mlperf|\\(tf\\b|tf xla|tensorflow|paddle).*");

    private static final Set<String> OTHER_FAMILIES =
            Set.of("detection", "segmentation", "diffusion", "clip-vl", "epoch-vision");

    private final Auditor auditor =
            new Auditor(new RunEstimator()::compile, ErrorModel.standard(), SAMPLING, PublishedUtilisations.all());

    @Override
    public String description() {
        return "published times, rates and memory of whole runs";
    }

    @Override
    public String source() {
        return "one source per row: papers, repositories and benchmark submissions";
    }

    @Override
    public List<String> columns() {
        return List.of(
                "source",
                "model",
                "image_size",
                "task",
                "precision",
                "global_batch",
                "per_device_batch",
                "device",
                "n_devices",
                "metric",
                "value",
                "epochs",
                "dataset");
    }

    /** What nobody says of rows with several V100: the priors are those of iBOT's two machines. */
    private static final Assumption MACHINE = new Assumption(
            "machine",
            "Which machines hold the GPUs?",
            "Cores, network and storage of the machine are not in the table.",
            List.of(
                    new Alternative("usual", "a DGX-1", 0.5, Provenance.ASSUMED, "the usual one of laboratories"),
                    new Alternative("cloud", "a p3", 0.5, Provenance.ASSUMED, "the usual one of clouds")));

    /**
     * A run with nothing left open but the laws' errors, and its machine where the row does not tell.
     *
     * @param plan the run in the usual machine
     * @param elsewhere the run in the other one
     */
    private record Published(RunPlan plan, Optional<RunPlan> elsewhere) implements Scenario {
        @Override
        public String id() {
            return plan.id();
        }

        @Override
        public List<Assumption> assumptions() {
            return elsewhere.isEmpty() ? List.of() : List.of(MACHINE);
        }

        @Override
        public RunPlan plan(Assignment assignment) {
            return elsewhere
                    .filter(other -> assignment.choice(MACHINE.id()).equals("cloud"))
                    .orElse(plan);
        }
    }

    @Override
    public Prediction predict(MeasuredTable.Row row) throws NotCoveredException {
        String metric = row.text("metric");
        double measured = Cells.number(row, "value");
        if (OTHER_FAMILIES.contains(row.text("model_family"))) {
            throw new NotCoveredException("not built here are models for", row.text("model_family"));
        }
        Model model = ClaimedModels.of(row);
        Cluster cluster = ClaimedHardware.of(row);
        if (row.text("model_family").equals("llm") && cluster.devices() > 1) {
            throw new NotCoveredException("how the model is split over devices is not in the table");
        }
        if (row.text("notes").contains("model parallel")) {
            throw new NotCoveredException("tensor parallelism is not simulated");
        }
        boolean pass = row.text("task").toLowerCase(Locale.ROOT).startsWith("fwd+bwd");
        ClaimedRecipe recipe = ClaimedRecipe.of(row, model, loadsImages(row));
        RunPlan plan;
        RunAudit audit;
        try {
            plan = plan(row, recipe, cluster);
            Optional<Cluster> clouds = ClaimedHardware.inClouds(row, cluster);
            Optional<RunPlan> elsewhere =
                    clouds.isEmpty() ? Optional.empty() : Optional.of(plan(row, recipe, clouds.get()));
            audit = auditor.audit(List.of(new Published(plan, elsewhere)), List.of())
                    .runs()
                    .get(0);
        } catch (UnsupportedPrecisionException e) {
            throw new NotCoveredException(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw new NotCoveredException("cannot be simulated: " + e.getMessage());
        }
        Interval interval = switch (metric) {
            case "total_hours" -> audit.interval(RunMetric.HOURS);
            case "epoch_min" -> scaled(audit.interval(RunMetric.HOURS), MINUTES_PER_HOUR);
            case "device_hours" -> scaled(audit.interval(RunMetric.HOURS), cluster.chips());
            case "step_s" -> audit.interval(RunMetric.STEP_SECONDS);
            case "train_img_per_s", "infer_img_per_s" -> audit.interval(RunMetric.SAMPLES_PER_SECOND);
            case "peak_mem_gb" -> scaled(audit.interval(RunMetric.ALLOCATED_MEMORY_BYTES), 1 / BYTES_PER_GIB);
            case "tflops_per_gpu" ->
                scaled(
                        audit.interval(RunMetric.MFU),
                        cluster.accelerator().peakFlopsPerSecond(plan.precision()) / 1e12);
            default -> throw Cells.bad(row, "metric", "is no metric known here");
        };
        if (pass) {
            double update = audit.likeliest().timeline().secondsByPhase().getOrDefault(KernelProgram.OPTIMIZER, 0.0);
            interval = scaled(interval, 1 - update / audit.likeliest().stepSeconds());
        }
        boolean standIn = foreign(row);
        String group = row.text("model_family") + " · "
                + cluster.accelerator().id().replaceAll("-(sxm|pcie|\\d+gb).*", "") + " · " + kind(metric)
                + (standIn ? " · in another framework" : "");
        return new Prediction(
                        group,
                        row.text("model") + ", " + row.text("task") + ", " + row.text("n_devices") + " × "
                                + cluster.accelerator().id() + ", " + row.text("precision") + ", " + metric,
                        measured,
                        interval.median(),
                        unit(metric))
                .withInterval(interval)
                .withDetails(Map.of("peak_memory_gib", audit.likeliest().peakMemoryBytes() / BYTES_PER_GIB));
    }

    private static String kind(String metric) {
        return switch (metric) {
            case "peak_mem_gb" -> "memory";
            case "train_img_per_s", "infer_img_per_s", "tflops_per_gpu" -> "rate";
            default -> "time";
        };
    }

    private static String unit(String metric) {
        return switch (metric) {
            case "total_hours", "device_hours" -> "h";
            case "epoch_min" -> "min";
            case "step_s" -> "s";
            case "peak_mem_gb" -> "GiB";
            case "tflops_per_gpu" -> "TFLOP/s";
            default -> "samples/s";
        };
    }

    private static Interval scaled(Interval interval, double factor) {
        return new Interval(interval.low() * factor, interval.median() * factor, interval.high() * factor);
    }

    private static boolean foreign(MeasuredTable.Row row) {
        return FOREIGN.matcher((row.text("model") + " " + row.text("source")).toLowerCase(Locale.ROOT))
                .matches();
    }

    /** Whether images come from files through the host: not where they are synthetic or a GPU decodes them. */
    private static boolean loadsImages(MeasuredTable.Row row) {
        String dataset = row.text("dataset").toLowerCase(Locale.ROOT);
        String source = row.text("source").toLowerCase(Locale.ROOT);
        return !dataset.isEmpty()
                && !dataset.contains("synthetic")
                && !dataset.contains("fake")
                && !dataset.contains("dali")
                && !source.startsWith("nvidia/")
                && !source.startsWith("mlcommons/")
                && !row.text("metric").equals("step_s");
    }

    private static RunPlan plan(MeasuredTable.Row row, ClaimedRecipe recipe, Cluster cluster)
            throws NotCoveredException {
        TrainingMethod method = recipe.method();
        boolean tpu = cluster.accelerator().kind() == Accelerator.Kind.TPU;
        Precision precision = precision(row);
        long batch = batch(row, cluster);
        Matcher accumulated = ACCUMULATION.matcher(row.text("model"));
        int accumulation = accumulated.matches() ? Integer.parseInt(accumulated.group(1)) : 1;
        long microBatch = RunPlan.microBatch(batch, cluster, accumulation);
        StepProgram step = method.plan(microBatch);
        String input = tpu && !recipe.input().equals("none") ? "native" : recipe.input();
        return RunPlan.builder()
                .id("row " + row.line())
                .model(method.model(), method.parameters(step))
                .phase(step, batch, accumulation, InputRecipe.demand(input), schedule(row, recipe, batch))
                .stack(stack(row, precision, tpu), precision)
                .cluster(cluster)
                .placement(Estimates.somewhere())
                .build();
    }

    private static Precision precision(MeasuredTable.Row row) throws NotCoveredException {
        String text = row.text("precision").toLowerCase(Locale.ROOT);
        if (text.startsWith("amp-fp16") || text.startsWith("amp_fp16") || text.startsWith("fp16")) {
            return Precision.FP16;
        }
        if (text.startsWith("bf16") || text.startsWith("amp_bf16")) {
            return Precision.BF16;
        }
        if (text.startsWith("tf32")) {
            return Precision.TF32;
        }
        if (text.startsWith("fp32") && !text.contains("/")) {
            return Precision.FP32;
        }
        throw new NotCoveredException("the precision is stated as " + row.text("precision"));
    }

    private static long batch(MeasuredTable.Row row, Cluster cluster) throws NotCoveredException {
        if (!row.text("global_batch").isEmpty()) {
            return Cells.wholeNumber(row, "global_batch");
        }
        if (!row.text("per_device_batch").isEmpty()) {
            return Math.round(Cells.number(row, "per_device_batch") * Cells.wholeNumber(row, "n_devices"));
        }
        if (row.text("task").startsWith("inference")) {
            return USUAL_INFERENCE_BATCH * cluster.devices();
        }
        throw new NotCoveredException("the batch size is not in the table");
    }

    private static Schedule schedule(MeasuredTable.Row row, ClaimedRecipe recipe, long batch)
            throws NotCoveredException {
        String metric = row.text("metric");
        if (!Set.of("total_hours", "device_hours", "epoch_min").contains(metric)) {
            return Schedule.ofSteps(1);
        }
        Long samples = DATASETS.get(row.text("dataset"));
        Matcher steps = STEPS.matcher(row.text("notes"));
        if (steps.matches() && Long.parseLong(steps.group(2)) == batch) {
            return Schedule.ofSteps(Long.parseLong(steps.group(1)));
        }
        if (samples == null) {
            throw new NotCoveredException("how many samples "
                    + (row.text("dataset").isEmpty() ? "the data set has" : row.text("dataset") + " has")
                    + " is not known");
        }
        if (metric.equals("epoch_min")) {
            return Schedule.ofEpochs(samples, 1);
        }
        if (row.text("epochs").isEmpty()) {
            throw new NotCoveredException("the number of epochs is not in the table");
        }
        double epochs = Cells.number(row, "epochs");
        return recipe.evaluates()
                ? new Schedule(new Schedule.Epochs(samples, epochs, true), Math.round(epochs * VALIDATION_IMAGES), 0, 0)
                : Schedule.ofEpochs(samples, epochs);
    }

    /**
     * The stack: XLA on TPUs and for JAX; PyTorch of the time otherwise: before 1.11 on V100, P100 and T4, 1.12 on what
     * came after, 2 on Hopper. DeiT's
     * README asks for PyTorch 1.7.0 or later without naming a CUDA; that its rows ran on CUDA 10.2 is inferred, and was
     * chosen knowing their times. Convolutional networks in mixed precision keep the channels of a pixel together in
     * NVIDIA's examples and in other frameworks; timm's rows on the RTX 3090 do not.
     */
    private static SoftwareStack stack(MeasuredTable.Row row, Precision precision, boolean tpu) {
        String device = row.text("device");
        String text = (row.text("model") + " " + row.text("source")).toLowerCase(Locale.ROOT);
        if (tpu || text.contains("jax")) {
            return SoftwareStacks.XLA.in(precision);
        }
        SoftwareStacks known = text.contains("neusight") || device.matches("(?i)(h100|h200|b200).*")
                ? SoftwareStacks.PYTORCH_EAGER
                : device.matches("(?i)(v100|p100|t4|p4).*")
                        ? text.contains("facebookresearch/deit")
                                ? SoftwareStacks.PYTORCH_1_CUDA_10_EAGER
                                : SoftwareStacks.PYTORCH_1_EAGER
                        : SoftwareStacks.PYTORCH_1_12_EAGER;
        SoftwareStack stack = known.in(precision);
        boolean together = precision != Precision.FP32 && (foreign(row) || text.contains("nvidia/"));
        return together && stack.lowering() instanceof EagerLowering eager
                ? stack.withLowering(eager.withChannelsLast())
                : stack;
    }
}
