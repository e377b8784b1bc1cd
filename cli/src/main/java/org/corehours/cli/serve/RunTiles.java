package org.corehours.cli.serve;

import java.util.Locale;
import java.util.function.DoubleFunction;
import org.corehours.cli.document.Numbers;
import org.corehours.cli.html.Markup;
import org.corehours.cli.report.RunText;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.RunMetric;
import org.corehours.core.quantity.Interval;
import org.corehours.core.simulate.MemoryUse;

/** The figures that a reader looks for first. */
final class RunTiles {

    private RunTiles() {}

    /** A run in one sentence, which is read out when it changes. */
    static String sentence(RunAudit run, String label) {
        MemoryUse memory = run.likeliest().memory();
        return label + ": " + Numbers.interval(run.interval(RunMetric.HOURS), Numbers::hours) + ", "
                + Numbers.plain(run.interval(RunMetric.DEVICE_HOURS).median()) + " device-hours"
                + (run.intervals().containsKey(RunMetric.COST_USD)
                        ? ", "
                                + Numbers.dollars(
                                        run.interval(RunMetric.COST_USD).median())
                        : "")
                + (memory.fits() ? "." : "; does not fit in memory.");
    }

    static String of(RunAudit run) {
        StringBuilder html = new StringBuilder("<dl class=\"tiles\">\n");
        tile(html, "Hours", "hours", run.interval(RunMetric.HOURS), Numbers::hours);
        tile(html, "Device-hours", "device_hours", run.interval(RunMetric.DEVICE_HOURS), Numbers::plain);
        if (run.intervals().containsKey(RunMetric.COST_USD)) {
            tile(html, "Cost", "cost_usd", run.interval(RunMetric.COST_USD), Numbers::dollars);
        } else {
            tile(html, "Cost", "cost_usd", "–", "no price is known");
        }
        tile(html, "Energy", "energy_kwh", run.interval(RunMetric.ENERGY_KWH), value -> Numbers.plain(value) + " kWh");
        tile(html, "Emissions", "co2_kg", run.interval(RunMetric.CO2_KG), value -> Numbers.plain(value) + " kg CO2");
        tile(html, "Step", "step_seconds", run.interval(RunMetric.STEP_SECONDS), Numbers::seconds);
        tile(html, "MFU", "mfu", run.interval(RunMetric.MFU), Numbers::percent);
        tile(
                html,
                "Bound by",
                "bound_by",
                run.likeliest().boundBy().phrase(),
                Numbers.plain(run.interval(RunMetric.SAMPLES_PER_SECOND).median()) + " samples/s");
        html.append("</dl>\n");
        memory(html, run);
        return html.toString();
    }

    private static void tile(
            StringBuilder html, String name, String key, Interval interval, DoubleFunction<String> format) {
        String median = format.apply(interval.median());
        String all = Numbers.interval(interval, format);
        // What stands in brackets behind the median.
        String range = all.equals(median) ? "" : all.substring(median.length() + 2, all.length() - 1);
        tile(html, name, key, median, range);
    }

    private static void tile(StringBuilder html, String name, String key, String value, String range) {
        html.append("<div class=\"tile\" data-key=\"")
                .append(key)
                .append("\"><dt>")
                .append(Markup.escape(name))
                .append("</dt><dd><strong>")
                .append(Markup.escape(value))
                .append("</strong> <span>")
                .append(Markup.escape(range))
                .append("</span></dd></div>\n");
    }

    private static void memory(StringBuilder html, RunAudit run) {
        MemoryUse memory = run.likeliest().memory();
        double share = (double) memory.deviceBytes() / memory.capacityBytes();
        String text = Numbers.bytes(memory.deviceBytes()) + " of " + Numbers.bytes(memory.capacityBytes()) + " ("
                + Numbers.wholePercent(share) + ")";
        html.append("<div class=\"memory")
                .append(memory.fits() ? "" : " over")
                .append("\"><p id=\"memory-label\"><span>Memory of a device"
                        + (run.readings().size() > 1 ? ", likeliest reading" : "") + "</span> <strong>")
                .append(Markup.escape(text))
                .append(memory.fits() ? "</strong>, fits" : "</strong>, does not fit")
                .append(String.format(
                        Locale.ROOT,
                        "</p><meter min=\"0\" max=\"1\" low=\"0.9\" high=\"0.9999\" optimum=\"0\" value=\"%.4f\" aria-labelledby=\"memory-label\">"
                                + "%s</meter>",
                        Math.min(1, share),
                        Markup.escape(text)));
        if (!memory.fits()) {
            html.append("<p>All else is as it would be if it did. What would help:</p><ul>");
            memory.waysOut()
                    .forEach(way -> html.append("<li>")
                            .append(Markup.escape(RunText.wayOut(way, run.likeliest())))
                            .append("</li>"));
            html.append("</ul>");
        }
        html.append("</div>\n");
    }
}
