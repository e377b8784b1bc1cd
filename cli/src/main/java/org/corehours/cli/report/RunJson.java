package org.corehours.cli.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.corehours.cli.json.JsonText;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.RunMetric;
import org.corehours.core.run.PhaseEstimate;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunPlan;
import org.corehours.core.simulate.MemoryUse;

/** A run as JSON. Breakdowns are of the likeliest reading, intervals of all. */
public final class RunJson {

    private RunJson() {}

    /**
     * Writes the fields of a run.
     *
     * @param to where to
     * @param run the run
     * @param label what the run is, as a phrase
     */
    public static void write(JsonText to, RunAudit run, String label) {
        RunEstimate likeliest = run.likeliest();
        RunPlan plan = likeliest.plan();
        to.text("id", run.id())
                .text("label", label)
                .text("model", plan.model())
                .numberOrInterval("parameters", run.interval(RunMetric.PARAMETERS))
                .text("hardware", plan.cluster().accelerator().id());
        if (plan.cluster().machine() != null) {
            to.text("machine", plan.cluster().machine().id());
        }
        to.numberOrInterval("devices", run.interval(RunMetric.DEVICES))
                .numberOrInterval("global_batch", run.interval(RunMetric.GLOBAL_BATCH))
                .number("micro_batch", plan.microBatch())
                .number("accumulation_steps", plan.accumulationSteps())
                .text("precision", plan.precision().id())
                .text("stack", plan.stack().id())
                .text("input", plan.input().recipe())
                .numberOrInterval("steps", run.interval(RunMetric.STEPS))
                .numberOrInterval("training_flops_per_sample", run.interval(RunMetric.TRAINING_FLOPS_PER_SAMPLE))
                .numbers("flops_per_sample_by_pass", Breakdown.flopsPerSample(plan))
                .interval("step_seconds", run.interval(RunMetric.STEP_SECONDS))
                .numbers("step_seconds_by_cause", Breakdown.stepSeconds(likeliest.timeline()))
                .numbers("step_seconds_by_kernel_kind", Breakdown.kernelSeconds(likeliest.timeline()))
                .text("bound_by", boundBy(run))
                .numbers("bound_by_weights", boundByWeights(run))
                .interval("samples_per_second", run.interval(RunMetric.SAMPLES_PER_SECOND))
                .interval("peak_memory_bytes", run.interval(RunMetric.PEAK_MEMORY_BYTES))
                .interval("allocated_memory_bytes", run.interval(RunMetric.ALLOCATED_MEMORY_BYTES))
                .numbers("memory_bytes_by_part", Breakdown.memoryBytes(likeliest.memory()))
                .number("memory_capacity_bytes", likeliest.memory().capacityBytes())
                .flag("fits_memory", likeliest.memory().fits())
                .number("fits_memory_weight", run.fittingMemory())
                .interval("hours", run.interval(RunMetric.HOURS))
                .numbers("hours_by_part", Breakdown.hours(likeliest))
                .number("goodput", likeliest.time().goodput())
                .interval("device_hours", run.interval(RunMetric.DEVICE_HOURS))
                .interval("core_hours", run.interval(RunMetric.CORE_HOURS))
                .interval("mfu", run.interval(RunMetric.MFU))
                .interval("hfu", run.interval(RunMetric.HFU));
        if (likeliest.cost().price() != null) {
            to.interval("cost_usd", run.interval(RunMetric.COST_USD)).object("price", each -> price(each, likeliest));
        }
        to.interval("energy_kwh", run.interval(RunMetric.ENERGY_KWH))
                .interval("co2_kg", run.interval(RunMetric.CO2_KG))
                .text("region", plan.placement().region().id())
                .number("device_watts", likeliest.energy().deviceWatts())
                .number("host_watts_per_device", likeliest.energy().hostWatts())
                .number("pue", likeliest.energy().powerUsageEffectiveness())
                .number(
                        "grid_g_co2_per_kwh",
                        plan.placement().region().gramsCo2PerKilowattHour().value())
                .number("grid_year", plan.placement().region().year());
        if (likeliest.phases().size() > 1) {
            to.text("main_phase", plan.main().name()).objects("phases", likeliest.phases(), RunJson::phase);
        }
        if (!likeliest.memory().fits()) {
            to.objects("ways_out", likeliest.memory().waysOut(), RunJson::wayOut);
            likeliest.largest().recomputationSeconds().ifPresent(added -> to.number("recomputation_seconds", added));
        }
        if (!run.assumptions().isEmpty()) {
            to.object("likeliest_reading", each -> run.reading().choices().forEach(each::text));
        }
        to.objects("readings", run.readings(), (each, reading) -> {
            each.object("choices", choices -> reading.reading().choices().forEach(choices::text))
                    .number("weight", reading.weight())
                    .text(
                            "hardware",
                            reading.estimate().plan().cluster().accelerator().id())
                    .number("devices", reading.estimate().devices())
                    .number("step_seconds", reading.estimate().stepSeconds())
                    .number("hours", reading.estimate().hours())
                    .number("device_hours", reading.estimate().deviceHours())
                    .number("mfu", reading.estimate().mfu())
                    .number("peak_memory_bytes", reading.estimate().peakMemoryBytes())
                    .flag("fits_memory", reading.estimate().memory().fits());
        });
        to.objects(
                "impossible_readings",
                run.impossible().entrySet(),
                (each, reading) -> each.object(
                                "choices", choices -> reading.getKey().choices().forEach(choices::text))
                        .text("reason", reading.getValue()));
        to.objects("influences", run.influences(), InfluenceJson::write);
    }

    private static void phase(JsonText to, PhaseEstimate phase) {
        to.text("name", phase.phase().name())
                .number("steps", phase.steps())
                .number("global_batch", phase.phase().globalBatch())
                .text("input", phase.phase().input().recipe())
                .number("training_flops_per_sample", phase.trainingFlopsPerSample())
                .number("step_seconds", phase.timeline().stepSeconds())
                .number("training_hours", phase.trainingHours())
                .number("mfu", phase.mfu())
                .number("peak_memory_bytes", phase.memory().deviceBytes())
                .text("bound_by", phase.timeline().boundBy().id());
    }

    private static void price(JsonText to, RunEstimate estimate) {
        var price = estimate.cost().price();
        if (price != null) {
            to.number("usd_per_hour", price.usdPerHour())
                    .text("provider", price.provider())
                    .text("offer", price.offer())
                    .text("as_of", price.asOf())
                    .text("source", price.source());
        }
    }

    private static void wayOut(JsonText to, MemoryUse.WayOut way) {
        to.text("kind", way.kind().name().toLowerCase(Locale.ROOT)).number("value", way.value());
    }

    static String boundBy(RunAudit run) {
        return run.boundBy().isEmpty()
                ? run.likeliest().boundBy().id()
                : run.boundBy().keySet().iterator().next().id();
    }

    private static Map<String, Double> boundByWeights(RunAudit run) {
        Map<String, Double> weights = new LinkedHashMap<>();
        run.boundBy().forEach((bound, weight) -> weights.put(bound.id(), weight));
        return weights;
    }
}
