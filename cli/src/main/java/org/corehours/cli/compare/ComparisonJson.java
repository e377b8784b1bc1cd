package org.corehours.cli.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.corehours.cli.json.JsonText;
import org.corehours.cli.report.RunJson;
import org.corehours.core.audit.RunMetric;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.ScalingCurve;

/** A comparison as JSON. */
public final class ComparisonJson {

    /** By what rows are ranked: less is better. */
    private static final List<RunMetric> RANKED = List.of(RunMetric.HOURS, RunMetric.COST_USD, RunMetric.ENERGY_KWH);

    private ComparisonJson() {}

    /**
     * The JSON of a comparison.
     *
     * @param comparison the comparison
     * @return the text
     */
    public static String of(Comparison comparison) {
        return JsonText.object(to -> {
            to.text(comparison.isPaper() ? "paper" : "model", comparison.subject())
                    .object("terms", each -> terms(each, comparison.terms()))
                    .objects("rows", comparison.rows(), (each, row) -> row(each, comparison, row))
                    .objects("infeasible", comparison.refused(), ComparisonJson::refused);
            if (!comparison.curves().isEmpty()) {
                to.objects("scaling", comparison.curves(), ComparisonJson::curve);
            }
        });
    }

    private static void terms(JsonText to, Comparison.Terms terms) {
        to.text("same", terms.kind().name().toLowerCase(Locale.ROOT));
        if (!Double.isNaN(terms.amount())) {
            to.number(terms.kind() == Comparison.Kind.BUDGET ? "usd" : "hours", terms.amount());
        }
    }

    private static void row(JsonText to, Comparison comparison, Comparison.Row row) {
        RunJson.write(to, row.audit(), row.label());
        to.text("asked_hardware", row.hardware())
                .number("completed_share", row.share())
                .interval("samples_per_kwh", row.audit().interval(RunMetric.SAMPLES_PER_KWH));
        if (row.audit().intervals().containsKey(RunMetric.SAMPLES_PER_USD)) {
            to.interval("samples_per_usd", row.audit().interval(RunMetric.SAMPLES_PER_USD));
        }
        Map<String, Integer> ranks = new LinkedHashMap<>();
        for (RunMetric metric : RANKED) {
            int rank = comparison.rank(row, metric);
            if (rank > 0) {
                ranks.put(metric.id(), rank);
            }
        }
        to.numbers("rank", ranks);
    }

    private static void refused(JsonText to, Comparison.Refused refused) {
        to.text("run", refused.run()).text("hardware", refused.hardware());
        if (refused.devices() > 0) {
            to.number("devices", refused.devices());
        }
        to.text("reason", refused.reason());
    }

    private static void curve(JsonText to, Comparison.Curve curve) {
        to.text("run", curve.run())
                .text("hardware", curve.hardware())
                .objects("points", curve.curve().points(), ComparisonJson::point)
                .objects("infeasible", curve.refused(), ComparisonJson::refused);
        curve.curve()
                .bend()
                .ifPresent(bend -> to.object(
                        "bend",
                        each -> each.number("devices", bend.point().devices())
                                .text("cause", bend.cause().id())
                                .number("cause_share", bend.share())));
    }

    private static void point(JsonText to, ScalingCurve.Point point) {
        RunEstimate estimate = point.estimate();
        to.number("devices", point.devices())
                .number("global_batch", estimate.plan().globalBatch())
                .number("micro_batch", estimate.plan().microBatch())
                .number("accumulation_steps", estimate.plan().accumulationSteps())
                .number("step_seconds", estimate.stepSeconds())
                .number("samples_per_second", estimate.samplesPerSecond())
                .number("speedup", point.speedup())
                .number("efficiency", point.efficiency())
                .number("marginal_efficiency", point.marginalEfficiency())
                .number("exposed_communication_seconds", estimate.timeline().exposedCommunicationSeconds())
                .text("bound_by", estimate.boundBy().id())
                .number("mfu", estimate.mfu())
                .number("peak_memory_bytes", estimate.peakMemoryBytes())
                .number("hours", estimate.hours())
                .number("device_hours", estimate.deviceHours());
        if (estimate.cost().known()) {
            to.number("cost_usd", estimate.cost().usd());
        }
        to.number("energy_kwh", estimate.energy().kilowattHours());
    }
}
