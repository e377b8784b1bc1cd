package org.corehours.core.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.Segment;
import org.corehours.core.quantity.Interval;
import org.corehours.core.run.CompiledRun;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Variation;
import org.corehours.core.simulate.Bottleneck;
import org.jspecify.annotations.Nullable;

/**
 * One run at every point of a design. Each different reading is lowered and timed once. Samples of readings that make no
 * run are NaN, here and nowhere else; so is the cost where no price is known.
 */
final class RunSamples {

    /** How many samples are estimated anew for each error, to see what it does together with others. */
    private static final int REDRAWN_SAMPLES = 64;

    private final Scenario scenario;
    private final Function<RunPlan, CompiledRun> compiler;
    private final SampleDesign.Draw draw;
    private final List<@Nullable CompiledRun> compiled = new ArrayList<>();
    private final List<@Nullable RunEstimate> nominal = new ArrayList<>();
    private final Map<Assignment, IllegalArgumentException> impossible = new LinkedHashMap<>();
    private final Map<RunMetric, double[]> values = new EnumMap<>(RunMetric.class);
    private final Map<Bottleneck, Double> boundBy = new EnumMap<>(Bottleneck.class);
    private final boolean[] fitsMemory;
    private final double[] memoryMeaning;
    private double @Nullable [] stepBytes;

    RunSamples(
            Scenario scenario,
            SampleDesign design,
            double[][] normals,
            ErrorModel errors,
            Function<RunPlan, CompiledRun> compiler) {
        this.scenario = scenario;
        this.compiler = compiler;
        this.memoryMeaning = design.uniforms(errors.memoryMeaning());
        this.draw = design.draw(scenario.assumptions());
        for (Reading reading :
                draw.readings().parallelStream().map(this::compile).toList()) {
            compiled.add(reading.run());
            if (reading.refusal() != null) {
                impossible.put(reading.assignment(), reading.refusal());
            }
        }
        fitsMemory = new boolean[compiled.size()];
        for (RunMetric metric : RunMetric.values()) {
            values.put(metric, new double[design.samples()]);
        }
        for (CompiledRun run : compiled) {
            nominal.add(run == null ? null : run.estimate(Variation.NOMINAL));
        }
        for (int i = 0; i < fitsMemory.length; i++) {
            RunEstimate estimate = nominal.get(i);
            fitsMemory[i] = estimate != null && estimate.memory().fits();
        }
        if (isPossible()) {
            sampleReadings(errors, normals);
            sampleLaws(errors, normals);
        }
    }

    private boolean isPossible() {
        return impossible.size() < compiled.size();
    }

    /**
     * This, if the run is possible under some reading.
     *
     * @throws IllegalArgumentException if it is not: what its first reading met
     */
    RunSamples orRefusal() {
        if (!isPossible()) {
            throw impossible.values().iterator().next();
        }
        return this;
    }

    /** Fills in the figures that depend on the reading alone. */
    private void sampleReadings(ErrorModel errors, double[][] normals) {
        values.forEach((metric, samples) -> {
            if (metric.dependsOnLaws()) {
                return;
            }
            double[] byReading = new double[compiled.size()];
            for (int r = 0; r < byReading.length; r++) {
                RunEstimate estimate = nominal.get(r);
                byReading[r] = estimate == null ? Double.NaN : metric.of(estimate);
            }
            for (int i = 0; i < samples.length; i++) {
                samples[i] = metric.vary(byReading[reading(i)], 1, errors.memoryFactor(normals, i));
            }
        });
    }

    private List<List<ErrorSource>> errorsOfReadings(ErrorModel errors) {
        List<List<ErrorSource>> ofReadings = new ArrayList<>();
        for (CompiledRun run : compiled) {
            ofReadings.add(
                    run == null
                            ? List.of()
                            : errors.errors(
                                    run.plan().cluster().accelerator(),
                                    run.plan().precision()));
        }
        return ofReadings;
    }

    /** Fills in the figures that depend on the errors of the laws too. */
    private void sampleLaws(ErrorModel errors, double[][] normals) {
        List<List<ErrorSource>> ofReadings = errorsOfReadings(errors);
        int possible = 0;
        for (int i = 0; i < draw.bySample().length; i++) {
            CompiledRun run = compiled.get(reading(i));
            RunEstimate estimate =
                    run == null ? null : run.estimate(ErrorModel.variation(ofReadings.get(reading(i)), normals, i));
            double timeFactor = run == null ? 1 : ErrorModel.timeFactor(run.plan(), normals, i);
            for (Map.Entry<RunMetric, double[]> each : values.entrySet()) {
                RunMetric metric = each.getKey();
                if (metric.dependsOnLaws()) {
                    each.getValue()[i] =
                            estimate == null ? Double.NaN : metric.vary(metric.of(estimate), timeFactor, 1);
                }
            }
            if (estimate != null) {
                boundBy.merge(estimate.boundBy(), 1.0, Double::sum);
                possible++;
            }
        }
        int samples = possible;
        boundBy.replaceAll((bottleneck, count) -> count / samples);
    }

    /** A reading with the run it makes, or why it makes none. */
    private record Reading(
            Assignment assignment,
            @Nullable CompiledRun run,
            @Nullable IllegalArgumentException refusal) {}

    private Reading compile(Assignment reading) {
        try {
            return new Reading(reading, compiler.apply(scenario.plan(reading)), null);
        } catch (IllegalArgumentException e) {
            return new Reading(reading, null, e);
        }
    }

    Scenario scenario() {
        return scenario;
    }

    List<Assignment> readings() {
        return draw.readings();
    }

    /** The index in {@link #readings()} of a sample's reading. */
    int reading(int sample) {
        return draw.bySample()[sample];
    }

    /** The run under a reading; null if it makes none. */
    @Nullable CompiledRun compiled(int reading) {
        return compiled.get(reading);
    }

    /** Whether the run fits the memory of its device under a reading that makes one. */
    boolean fitsMemory(int reading) {
        return fitsMemory[reading];
    }

    /** A figure in every sample; not to be changed. */
    double[] values(RunMetric metric) {
        double[] samples = values.get(metric);
        if (samples == null) {
            throw new IllegalArgumentException("No samples of " + metric.id() + ".");
        }
        return samples;
    }

    /** The figure that claims of a quantity are about, in every sample; not to be changed. */
    double[] values(Quantity quantity) {
        return switch (quantity) {
            case HOURS -> values(RunMetric.HOURS);
            case DEVICE_HOURS -> values(RunMetric.DEVICE_HOURS);
            case CORE_HOURS -> values(RunMetric.CORE_HOURS);
            case STEP_SECONDS -> values(RunMetric.STEP_SECONDS);
            case SAMPLES_PER_SECOND -> values(RunMetric.SAMPLES_PER_SECOND);
            case MFU -> values(RunMetric.MFU);
            case PARAMETERS -> values(RunMetric.PARAMETERS);
            case TRAINING_FLOPS_PER_SAMPLE -> values(RunMetric.TRAINING_FLOPS_PER_SAMPLE);
            case PEAK_MEMORY_BYTES -> memoryAsPrinted();
            case ALLOCATED_MEMORY_BYTES -> values(RunMetric.ALLOCATED_MEMORY_BYTES);
            case STEP_BYTES -> stepBytes();
        };
    }

    private double[] memoryAsPrinted() {
        double[] allocated = values(RunMetric.ALLOCATED_MEMORY_BYTES);
        double[] device = values(RunMetric.PEAK_MEMORY_BYTES);
        double[] printed = new double[allocated.length];
        Arrays.setAll(printed, i -> allocated[i] + memoryMeaning[i] * (device[i] - allocated[i]));
        return printed;
    }

    private synchronized double[] stepBytes() {
        if (stepBytes == null) {
            double[] byReading = new double[compiled.size()];
            for (int i = 0; i < byReading.length; i++) {
                CompiledRun run = compiled.get(i);
                byReading[i] = run == null ? Double.NaN : stepBytes(run.plan());
            }
            double[] bySample = new double[draw.bySample().length];
            Arrays.setAll(bySample, i -> byReading[draw.bySample()[i]]);
            stepBytes = bySample;
        }
        return stepBytes;
    }

    private static double stepBytes(RunPlan plan) {
        double bytes = 0;
        for (Segment segment : plan.stack().lowering().lower(plan.step()).segments()) {
            for (Kernel kernel : segment.kernels()) {
                bytes += (double) kernel.bytes() * segment.times();
            }
        }
        return bytes * plan.accumulationSteps();
    }

    /** The hours of the first samples with one error drawn anew. */
    private double[] redrawnHours(ErrorModel errors, double[][] normals, int error) {
        if (!errors.movesTimes(error)) {
            return new double[0];
        }
        double[] hours = new double[Math.min(REDRAWN_SAMPLES, draw.bySample().length)];
        double[][] changed = normals.clone();
        // Times do not depend on what is meant by memory, so its deviates are another draw of any of their errors.
        // Samples of one error are none: in a Sobol sequence those at a distance may be next to each other.
        changed[error] = normals[errors.memoryMeaning()];
        List<List<ErrorSource>> ofReadings = errorsOfReadings(errors);
        for (int i = 0; i < hours.length; i++) {
            CompiledRun run = compiled.get(reading(i));
            hours[i] = run == null
                    ? Double.NaN
                    : RunMetric.HOURS.vary(
                            run.estimate(ErrorModel.variation(ofReadings.get(reading(i)), changed, i))
                                    .hours(),
                            ErrorModel.timeFactor(run.plan(), changed, i),
                            1);
        }
        return hours;
    }

    RunAudit audit(ErrorModel errors, int[][] classes, double[][] normals) {
        List<RunReading> readings = new ArrayList<>();
        double[] weights = new double[compiled.size()];
        int possible = 0;
        for (int reading : draw.bySample()) {
            if (compiled.get(reading) != null) {
                weights[reading]++;
                possible++;
            }
        }
        for (int i = 0; i < compiled.size(); i++) {
            CompiledRun run = compiled.get(i);
            if (run != null) {
                readings.add(
                        new RunReading(draw.readings().get(i), weights[i] / possible, run.estimate(Variation.NOMINAL)));
            }
        }
        readings.sort(Comparator.comparingDouble(RunReading::weight).reversed());
        RunReading nominal = likeliest(readings);
        Map<RunMetric, Interval> intervals = new EnumMap<>(RunMetric.class);
        values.forEach((metric, samples) -> {
            double[] known = possible(samples);
            if (known.length > 0) {
                intervals.put(metric, Interval.ofSamples(known));
            }
        });
        Map<Bottleneck, Double> bounds = new LinkedHashMap<>();
        boundBy.entrySet().stream()
                .sorted(Map.Entry.<Bottleneck, Double>comparingByValue().reversed())
                .forEach(each -> bounds.put(each.getKey(), each.getValue()));
        Map<Assignment, String> reasons = new LinkedHashMap<>();
        impossible.forEach((reading, reason) -> reasons.put(reading, String.valueOf(reason.getMessage())));
        return new RunAudit(
                scenario.id(),
                scenario.assumptions(),
                nominal.estimate(),
                nominal.reading(),
                intervals,
                bounds,
                readings,
                reasons,
                Influences.of(
                        values(RunMetric.HOURS),
                        scenario.assumptions(),
                        i -> draw.readings().get(draw.bySample()[i]),
                        classes,
                        errors,
                        error -> redrawnHours(errors, normals, error)));
    }

    /** The reading of the likeliest alternatives, even if no sample met it; else the heaviest that makes a run. */
    private RunReading likeliest(List<RunReading> heaviestFirst) {
        Assignment likeliest = Assignment.likeliest(scenario.assumptions());
        for (RunReading each : heaviestFirst) {
            if (each.reading().equals(likeliest)) {
                return each;
            }
        }
        CompiledRun run =
                impossible.containsKey(likeliest) ? null : compile(likeliest).run();
        return run == null ? heaviestFirst.get(0) : new RunReading(likeliest, 0, run.estimate(Variation.NOMINAL));
    }

    private static double[] possible(double[] samples) {
        return Arrays.stream(samples).filter(each -> !Double.isNaN(each)).toArray();
    }
}
