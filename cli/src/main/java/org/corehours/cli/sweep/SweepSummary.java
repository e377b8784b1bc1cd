package org.corehours.cli.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.corehours.core.quantity.Interval;
import org.corehours.core.run.RunEstimate;
import org.corehours.sweep.Axis;
import org.corehours.sweep.Column;
import org.corehours.sweep.PointResult;
import org.corehours.sweep.Selection;
import org.corehours.sweep.Space;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a sweep's points for a page that is read as a whole, however many there are: the best, an even sample,
 * and how a figure is distributed over each value of each parameter. Not safe for use by several threads: each makes its
 * own, and they are merged in the order of the points.
 */
public final class SweepSummary {

    /** More dots than these are no longer told apart. */
    static final int MOST_DOTS = 1500;

    private final Space space;
    private final View view;
    private final long stride;
    private final Selection front;
    private final Selection best;
    private final List<PointResult> dots = new ArrayList<>();
    private final List<List<Spread>> spreads = new ArrayList<>();
    private long possible;

    /**
     * What a page shows.
     *
     * @param figure the figure that points are ranked by, and whose distribution is shown
     * @param right the figure to the right in the plane of two
     * @param up the figure upwards
     * @param top how many of the best points are shown
     */
    public record View(Column figure, Column right, Column up, int top) {}

    SweepSummary(Space space, View view) {
        this.space = space;
        this.view = view;
        this.stride = 1 + (space.size() - 1) / MOST_DOTS;
        this.front = Selection.pareto(List.of(view.right(), view.up())).get();
        this.best = Selection.top(view.top(), view.figure()).get();
        for (Axis axis : space.axes()) {
            List<Spread> values = new ArrayList<>();
            axis.values().forEach(value -> values.add(new Spread()));
            spreads.add(values);
        }
    }

    void add(PointResult point) {
        RunEstimate estimate = point.estimate();
        boolean counts = point.isFeasible() && estimate != null;
        double figure = counts && estimate != null ? view.figure().of(estimate) : Double.NaN;
        for (int i = 0; i < spreads.size(); i++) {
            spreads.get(i).get(point.choice()[i]).add(counts, figure);
        }
        if (!counts) {
            return;
        }
        possible++;
        front.add(point);
        best.add(point);
        if (point.index() % stride == 0) {
            dots.add(point);
        }
    }

    void add(SweepSummary later) {
        front.add(later.front);
        best.add(later.best);
        dots.addAll(later.dots);
        possible += later.possible;
        for (int i = 0; i < spreads.size(); i++) {
            for (int j = 0; j < spreads.get(i).size(); j++) {
                spreads.get(i).get(j).add(later.spreads.get(i).get(j));
            }
        }
    }

    Space space() {
        return space;
    }

    View view() {
        return view;
    }

    /** {@return which share of the points is among the dots, as one of so many} */
    long stride() {
        return stride;
    }

    /** {@return how many points can take place} */
    long possible() {
        return possible;
    }

    /** {@return the numbers of the points that no other beats in both figures of the plane, by the first of them} */
    List<Long> front() {
        return front.indices();
    }

    /** {@return the numbers of the best points, the best first} */
    List<Long> best() {
        return best.indices();
    }

    /** {@return an even sample of the points that can take place, in order} */
    List<PointResult> dots() {
        return dots;
    }

    /** {@return for each axis and each of its values how the figure is distributed over the points that have it} */
    List<List<Spread>> spreads() {
        return spreads;
    }

    /** How a figure is distributed over points. */
    static final class Spread {

        /** Bins of a decade: quantiles are known to within 1.2 %. */
        private static final int BINS = 200;

        private final Map<Integer, Long> bins = new TreeMap<>();
        private long points;
        private long counted;
        private long known;

        void add(boolean counts, double figure) {
            points++;
            if (counts) {
                counted++;
            }
            if (figure > 0) {
                known++;
                bins.merge((int) Math.floor(Math.log10(figure) * BINS), 1L, Long::sum);
            }
        }

        void add(Spread other) {
            points += other.points;
            counted += other.counted;
            known += other.known;
            other.bins.forEach((bin, count) -> bins.merge(bin, count, Long::sum));
        }

        long points() {
            return points;
        }

        /** {@return how many of the points can take place} */
        long counted() {
            return counted;
        }

        /** {@return the 10th, 50th and 90th percentile; null where no point has the figure} */
        @Nullable Interval interval() {
            return known == 0 ? null : new Interval(quantile(0.1), quantile(0.5), quantile(0.9));
        }

        private double quantile(double share) {
            long rank = (long) Math.ceil(share * known);
            long seen = 0;
            for (Map.Entry<Integer, Long> bin : bins.entrySet()) {
                seen += bin.getValue();
                if (seen >= rank) {
                    return Math.pow(10, (bin.getKey() + 0.5) / BINS);
                }
            }
            throw new IllegalStateException("There are " + seen + " figures, not " + known + ".");
        }
    }
}
