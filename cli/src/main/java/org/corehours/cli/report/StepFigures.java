package org.corehours.cli.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.corehours.cli.chart.Bars;
import org.corehours.cli.chart.Curve;
import org.corehours.cli.chart.Point;
import org.corehours.cli.chart.Roofline;
import org.corehours.cli.chart.Spans;
import org.corehours.cli.document.Block;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.Numbers;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.memory.MemoryCurve;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.StepExplanation;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.Timeline;

/** Charts of one step: where its work and its time go, what happens when, what memory it takes, what holds kernels up. */
final class StepFigures {

    /** Parts smaller than this in both respects share one row. */
    private static final double SHOWN_SHARE = 0.005;

    /** Pauses and pieces shorter than this share of the step cannot be seen. */
    private static final double VISIBLE_SHARE = 0.003;

    private static final MathContext FOUR_DIGITS = new MathContext(4);
    private static final int KERNELS = 40;
    private static final double TERA = 1e12;

    private final StepExplanation step;
    private final MemoryUse memory;
    private final RunPlan plan;
    private final Timeline timeline;
    private final AxisUnit time;

    private StepFigures(StepExplanation step, MemoryUse memory) {
        this.step = step;
        this.memory = memory;
        this.plan = step.plan();
        this.timeline = step.timeline();
        this.time = AxisUnit.seconds(timeline.stepSeconds());
    }

    /**
     * The charts of the step of an estimate under the laws as they are.
     *
     * @param estimate the estimate
     * @return the charts that have anything to show
     */
    static List<Block.Figure> of(RunEstimate estimate) {
        RunPlan plan = estimate.plan();
        KernelProgram program = plan.stack().lowering().lower(plan.step());
        StepExplanation step = StepExplanation.of(plan, estimate.timeline(), program);
        StepFigures figures = new StepFigures(step, estimate.memory());
        List<Block.Figure> all = new ArrayList<>();
        all.add(figures.work());
        all.add(figures.course());
        MemoryTrack track = MemoryTrack.of(plan, estimate.timeline(), program);
        all.add(track.samples().isEmpty() ? figures.memory() : figures.memory(track));
        List<KernelGroup> products = KernelGroup.of(step, KernelGroup.By.KERNEL).stream()
                .filter(group -> group.flops() > 0 && group.bytes() > 0)
                .limit(KERNELS)
                .toList();
        if (!products.isEmpty()) {
            all.add(figures.roofline(products));
        }
        return all;
    }

    private record Part(String name, double flops, double seconds) {}

    private Block.Figure work() {
        List<KernelGroup> groups = KernelGroup.of(step, KernelGroup.By.KIND);
        double flops = groups.stream().mapToDouble(KernelGroup::flops).sum();
        List<Part> parts = new ArrayList<>();
        double others = 0;
        for (KernelGroup group : groups) {
            if (group.flops() < SHOWN_SHARE * flops && group.seconds() < SHOWN_SHARE * timeline.stepSeconds()) {
                others += group.seconds();
            } else {
                parts.add(new Part(kind(group.first().kernel().kind()), group.flops(), group.seconds()));
            }
        }
        if (others > 0) {
            parts.add(new Part("other kernels", 0, others));
        }
        Breakdown.idleSeconds(timeline).forEach((cause, seconds) -> {
            if (seconds >= SHOWN_SHARE * timeline.stepSeconds()) {
                parts.add(new Part("idle: " + Breakdown.words(cause), 0, seconds));
            }
        });
        List<Bars.Row> bars = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        double products = 0;
        for (Part part : parts) {
            double work = flops == 0 ? 0 : part.flops() / flops;
            double share = part.seconds() / timeline.stepSeconds();
            if (part.flops() > 0) {
                products += share;
            }
            bars.add(new Bars.Row(
                    part.name(),
                    List.of(
                            new Bars.Bar(100 * work, Numbers.wholePercent(work)),
                            new Bars.Bar(100 * share, Numbers.wholePercent(share)))));
            rows.add(List.of(
                    part.name(),
                    part.flops() == 0 ? "0" : Numbers.si(part.flops(), "FLOPs"),
                    Numbers.wholePercent(work),
                    Numbers.seconds(part.seconds()),
                    Numbers.wholePercent(share)));
        }
        return new Block.Figure(
                "Where the FLOPs go, and where the time goes",
                "Kernels with products do all of the counted FLOPs in " + Numbers.wholePercent(products)
                        + " of the step's " + Numbers.seconds(timeline.stepSeconds())
                        + "; the rest of the time does work that no FLOP count shows.",
                new Bars("share of the step (%)", List.of("FLOPs", "time"), bars),
                new Block.Table(
                        List.of(
                                Column.text("kind of kernel"),
                                Column.number("FLOPs"),
                                Column.number("share"),
                                Column.number("time"),
                                Column.number("share")),
                        rows));
    }

    private static String kind(KernelKind kind) {
        return Breakdown.words(kind.name().toLowerCase(Locale.ROOT));
    }

    private Block.Figure course() {
        List<Piece> pieces = new ArrayList<>();
        timeline.spans().forEach(span -> add(pieces, 0, span.phase(), span.startSeconds(), span.endSeconds()));
        int kernels = pieces.size();
        timeline.exchanges()
                .forEach(each -> add(
                        pieces, 1, each.collective().id().replace('_', '-'), each.startSeconds(), each.endSeconds()));
        List<String> lanes = kernels == pieces.size() ? List.of("kernels") : List.of("kernels", "exchange");
        List<Spans.Span> spans = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (Piece piece : pieces) {
            double seconds = piece.end - piece.start;
            spans.add(new Spans.Span(
                    piece.lane, piece.name, time.of(piece.start), time.of(piece.end), Numbers.seconds(seconds)));
            rows.add(
                    List.of(lanes.get(piece.lane), piece.name, Numbers.seconds(piece.start), Numbers.seconds(seconds)));
        }
        String exchange = timeline.communicationSeconds() == 0
                ? ""
                : " The exchange of gradients takes " + Numbers.seconds(timeline.communicationSeconds()) + ", "
                        + Numbers.wholePercent(timeline.communicationOverlap()) + " of it hidden behind kernels.";
        return new Block.Figure(
                "The step as it goes on",
                "What one device does from the start of a step to its end; gaps are waiting." + exchange,
                new Spans(
                        "time since the start of the step (" + time.name() + ")",
                        time.of(timeline.stepSeconds()),
                        lanes,
                        spans),
                new Block.Table(
                        List.of(
                                Column.text("stream"),
                                Column.text("phase"),
                                Column.number("starts at"),
                                Column.number("takes")),
                        rows));
    }

    private static final class Piece {
        private final int lane;
        private final String name;
        private final double start;
        private double end;

        Piece(int lane, String name, double start, double end) {
            this.lane = lane;
            this.name = name;
            this.start = start;
            this.end = end;
        }
    }

    /** Pieces of the same name with no visible pause between them are one. */
    private void add(List<Piece> pieces, int lane, String name, double start, double end) {
        if (!pieces.isEmpty()) {
            Piece last = pieces.get(pieces.size() - 1);
            if (last.lane == lane
                    && last.name.equals(name)
                    && start - last.end <= VISIBLE_SHARE * timeline.stepSeconds()) {
                last.end = end;
                return;
            }
        }
        pieces.add(new Piece(lane, name, start, end));
    }

    private Block.Figure memory(MemoryTrack track) {
        AxisUnit unit = AxisUnit.bytes(memory.deviceBytes());
        List<Curve.Level> levels = new ArrayList<>();
        levels.add(new Curve.Level(
                "with context and buffers " + Numbers.bytes(memory.deviceBytes()), unit.of(memory.deviceBytes())));
        // A far larger capacity would press the curve flat.
        if (memory.capacityBytes() <= 3 * memory.deviceBytes()) {
            levels.add(new Curve.Level(
                    "capacity " + Numbers.bytes(memory.capacityBytes()), unit.of(memory.capacityBytes())));
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("start", Numbers.bytes(track.startBytes()), "", ""));
        for (MemoryCurve.Peak peak : track.peaks()) {
            rows.add(List.of(
                    peak.phase(), Numbers.bytes(track.startBytes() + peak.bytes()), peak.operator(), peak.module()));
        }
        return new Block.Figure(
                "Memory over the step",
                "Bytes of all tensors alive on one device. At the peak the device holds "
                        + Numbers.bytes(memory.deviceBytes()) + " of its " + Numbers.bytes(memory.capacityBytes())
                        + ", the framework's own memory included.",
                new Curve(
                        "time since the start of the step (" + time.name() + ")",
                        "memory of tensors (" + unit.name() + ")",
                        points(track.samples(), unit),
                        levels),
                new Block.Table(
                        List.of(
                                Column.text("most in"),
                                Column.number("memory"),
                                Column.text("at operator"),
                                Column.text("of module")),
                        rows));
    }

    /** What the memory is taken by, where a compiler decides when its tensors come and go. */
    private Block.Figure memory() {
        AxisUnit unit = AxisUnit.bytes(memory.deviceBytes());
        List<Bars.Row> bars = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        memory.bytesByPart().forEach((part, bytes) -> {
            String label = Numbers.bytes(bytes);
            bars.add(new Bars.Row(part.label(), List.of(new Bars.Bar(unit.of(bytes), label))));
            rows.add(List.of(part.label(), label));
        });
        return new Block.Figure(
                "Memory at its peak",
                "What the " + Numbers.bytes(memory.deviceBytes()) + " of one device consist of; it has "
                        + Numbers.bytes(memory.capacityBytes()) + ".",
                new Bars("memory (" + unit.name() + ")", List.of("memory"), bars),
                new Block.Table(List.of(Column.text("part"), Column.number("memory")), rows));
    }

    /** The course without points that lie closer together than can be seen; the highest of each such run is kept. */
    private List<Point> points(List<MemoryTrack.Sample> samples, AxisUnit unit) {
        List<Point> points = new ArrayList<>();
        Map<Long, MemoryTrack.Sample> highest = new TreeMap<>();
        for (MemoryTrack.Sample each : samples) {
            long bucket = Math.round(each.seconds() / (VISIBLE_SHARE * timeline.stepSeconds()));
            highest.merge(bucket, each, (one, other) -> one.bytes() >= other.bytes() ? one : other);
        }
        highest.values()
                .forEach(each -> points.add(new Point(round(time.of(each.seconds())), round(unit.of(each.bytes())))));
        return points;
    }

    /** Four digits are more than can be seen. */
    private static double round(double value) {
        return new BigDecimal(value).round(FOUR_DIGITS).doubleValue();
    }

    private Block.Figure roofline(List<KernelGroup> groups) {
        Accelerator accelerator = plan.cluster().accelerator();
        double bandwidth = accelerator.memory().bytesPerSecond().value();
        List<Precision> precisions = groups.stream()
                .map(group -> step.precision(group.first().kernel().type()))
                .distinct()
                .sorted(Comparator.comparingDouble(accelerator::peakFlopsPerSecond)
                        .reversed())
                .toList();
        double peak = accelerator.peakFlopsPerSecond(precisions.get(0));
        List<Roofline.Kernel> kernels = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        double share = 0;
        double lowest = peak / bandwidth;
        for (KernelGroup group : groups) {
            double intensity = group.flops() / group.bytes();
            double part = group.seconds() / timeline.stepSeconds();
            share += part;
            lowest = Math.min(lowest, intensity);
            String name = KernelNames.group(group, KernelGroup.By.KERNEL);
            String limit = group.limit().name().toLowerCase(Locale.ROOT);
            kernels.add(new Roofline.Kernel(
                    name,
                    new Point(round(intensity), round(group.flopsPerSecond() / TERA)),
                    round(part),
                    limit,
                    Numbers.si(group.flopsPerSecond(), "FLOP/s") + ", " + Numbers.plain(intensity) + " FLOPs per byte, "
                            + Numbers.percent(part) + " of the step, held up by " + limit));
            rows.add(List.of(
                    name,
                    Numbers.plain(intensity),
                    Numbers.si(group.flopsPerSecond(), "FLOP/s"),
                    Numbers.wholePercent(group.rooflineFraction()),
                    Numbers.percent(part),
                    limit));
        }
        double left = lowest / 2;
        double ridge = peak / bandwidth;
        double right = Math.max(
                        ridge,
                        kernels.stream()
                                .mapToDouble(each -> each.at().x())
                                .max()
                                .orElse(ridge))
                * 2;
        List<Roofline.Roof> roofs = new ArrayList<>();
        roofs.add(new Roofline.Roof(
                Numbers.si(bandwidth, "B/s"),
                new Point(round(left), round(left * bandwidth / TERA)),
                new Point(round(ridge), round(peak / TERA))));
        for (Precision each : precisions) {
            double flat = accelerator.peakFlopsPerSecond(each);
            roofs.add(new Roofline.Roof(
                    Numbers.si(flat, "FLOP/s") + " " + each.id(),
                    new Point(round(flat / bandwidth), round(flat / TERA)),
                    new Point(round(right), round(flat / TERA))));
        }
        return new Block.Figure(
                "Roofline",
                "The " + kernels.size() + " kernels with products that take longest, " + Numbers.wholePercent(share)
                        + " of the step: the larger a dot, the more of it. On the slope the memory's bandwidth is the"
                        + " limit, below the flat the arithmetic; the distance to the roof is what the kernel leaves"
                        + " unused."
                        + (groups.stream().anyMatch(each -> each.flopsPerSecond() > peak)
                                ? " Above the roof are convolutions that minimal filtering computes with fewer"
                                        + " multiplications than are counted."
                                : ""),
                new Roofline("arithmetic intensity (FLOPs per byte)", "achieved rate (TFLOP/s)", kernels, roofs),
                new Block.Table(
                        List.of(
                                Column.text("kernel"),
                                Column.number("FLOPs per byte"),
                                Column.number("rate"),
                                Column.number("of peak"),
                                Column.number("of the step"),
                                Column.text("held up by")),
                        rows));
    }
}
