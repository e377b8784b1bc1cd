package org.corehours.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.corehours.cli.chart.Intervals;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.Document;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.StepExplanation;
import org.corehours.core.simulate.Timeline;

/** An explained step for readers. */
public final class ExplanationText {

    /** The longest bar, in characters: what 80 columns have left. */
    private static final int BAR = 6;

    /** Eighths of a character. */
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

    /** What uses the device, what waits for bytes, and what leaves the device idle. */
    private static final Map<String, Intervals.Tone> LIMITS = Map.of(
            "arithmetic", Intervals.Tone.AGREES,
            "memory", Intervals.Tone.OPEN,
            "cache", Intervals.Tone.OPEN,
            "launch", Intervals.Tone.DISAGREES,
            "host", Intervals.Tone.DISAGREES);

    private final StepExplanation step;
    private final boolean barred;
    private final double stepSeconds;
    private final List<List<String>> rows = new ArrayList<>();

    private ExplanationText(StepExplanation step, KernelGroup.By by) {
        this.step = step;
        this.barred = by == KernelGroup.By.KIND || by == KernelGroup.By.PHASE;
        this.stepSeconds = step.timeline().stepSeconds();
    }

    /**
     * A step with the groups of kernels that take longest.
     *
     * @param step the step
     * @param by what makes a group
     * @param top how many are shown
     * @return the document
     */
    public static Document of(StepExplanation step, KernelGroup.By by, int top) {
        return new ExplanationText(step, by).document(by, top);
    }

    private Document document(KernelGroup.By by, int top) {
        RunPlan plan = step.plan();
        Timeline timeline = step.timeline();
        DocumentBuilder document = new DocumentBuilder()
                .heading(
                        1,
                        plan.model() + ", one " + (plan.step().trains() ? "training step" : "forward pass") + " on "
                                + plan.cluster().accelerator().id());
        document.paragraph(String.format(
                Locale.ROOT,
                "%s: %s samples on each of %d device%s, %s, %s. %,d kernels are launched; they are bound by %s.",
                Numbers.seconds(stepSeconds),
                Numbers.count((double) plan.globalBatch() / plan.cluster().devices()),
                plan.cluster().devices(),
                plan.cluster().devices() == 1 ? "" : "s",
                plan.stack().id(),
                plan.precision().id(),
                step.kernels().stream()
                        .mapToLong(use -> use.calls() * use.kernel().launches())
                        .sum(),
                timeline.boundBy().phrase()));
        List<KernelGroup> groups = KernelGroup.of(step, by);
        groups.stream().limit(top).forEach(group -> row(group, by));
        if (groups.size() > top) {
            rest(groups.subList(top, groups.size()));
        }
        Breakdown.idleSeconds(timeline).forEach((cause, seconds) -> idleRow(Breakdown.words(cause), seconds));
        rows.add(List.of("100 %", "", Numbers.seconds(stepSeconds), "", "", "", "", "the step"));
        List<Column> columns = List.of(
                Column.number("share"),
                Column.text(""),
                Column.number("time"),
                Column.number("calls"),
                Column.words("held up by", LIMITS),
                Column.number("rate"),
                Column.number(barred ? "peak" : "of peak"),
                Column.text(by.id()));
        document.table(
                barred ? columns : withoutBar(columns),
                barred ? rows : rows.stream().map(ExplanationText::withoutBar).toList());
        document.paragraph("Products are written batch·m×n×k; their rate is in FLOP/s, that of other kernels in bytes"
                + " per second. Of peak is the least time that the datasheet's rates allow over the predicted time;"
                + " convolutions of 3 × 3 in fp32 pass it where minimal filtering saves multiplications.");
        return document.build();
    }

    private static <T> List<T> withoutBar(List<T> cells) {
        List<T> others = new ArrayList<>(cells);
        others.remove(1);
        return others;
    }

    /** A bar as long as a share of the step, to an eighth of a character. */
    private String bar(double seconds) {
        int eighths = (int) Math.round(8 * BAR * seconds / stepSeconds);
        return "█".repeat(eighths / 8) + (eighths % 8 == 0 ? "" : String.valueOf(EIGHTHS.charAt(eighths % 8)));
    }

    private void row(KernelGroup group, KernelGroup.By by) {
        String name = KernelNames.group(group, by);
        boolean product = group.flops() > 0;
        rows.add(List.of(
                share(group.seconds()),
                bar(group.seconds()),
                Numbers.seconds(group.seconds()),
                Numbers.count(group.calls()),
                group.limit().name().toLowerCase(Locale.ROOT),
                product ? Numbers.si(group.flopsPerSecond(), "FLOP/s") : Numbers.si(group.bytesPerSecond(), "B/s"),
                Numbers.wholePercent(group.rooflineFraction()),
                name.isEmpty() ? "(outside of modules)" : name));
    }

    private void rest(List<KernelGroup> rest) {
        double seconds = rest.stream().mapToDouble(KernelGroup::seconds).sum();
        long calls = rest.stream().mapToLong(KernelGroup::calls).sum();
        rows.add(List.of(
                share(seconds),
                bar(seconds),
                Numbers.seconds(seconds),
                Numbers.count(calls),
                "",
                "",
                "",
                rest.size() + " more (--top " + (rest.size() + rows.size()) + " shows them)"));
    }

    private void idleRow(String cause, double seconds) {
        if (seconds > 0) {
            rows.add(List.of(share(seconds), bar(seconds), Numbers.seconds(seconds), "", "", "", "", "idle: " + cause));
        }
    }

    private String share(double seconds) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * seconds / stepSeconds);
    }
}
