package org.corehours.sweep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Supplier;

/**
 * The best of the points that are shown to it, which of them depends on no order. Only points whose run can take place
 * and whose figures are known count. Not safe for use by several threads: each makes its own, and they are merged.
 */
public abstract class Selection {

    /**
     * A point and the figures it is chosen by, less being better.
     *
     * @param index its number
     * @param figures its figures
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    protected record Candidate(long index, double[] figures) {}

    private final List<Column> by;

    private Selection(List<Column> by) {
        this.by = List.copyOf(by);
        for (Column column : by) {
            if (!column.isNumber()) {
                throw new IllegalArgumentException(
                        "Points cannot be ranked by " + column.id() + ", which is no number.");
            }
        }
    }

    /**
     * Selects the points with the best figure; of equal ones the first.
     *
     * @param n how many
     * @param by the figure
     * @return makes selections without any point
     * @throws IllegalArgumentException if it is no figure
     */
    public static Supplier<Selection> top(int n, Column by) {
        return () -> new Top(n, by);
    }

    /**
     * Selects the points that no other point beats: none is as good in all figures and better in one.
     *
     * @param by the figures
     * @return makes selections without any point
     * @throws IllegalArgumentException if one is no figure
     */
    public static Supplier<Selection> pareto(List<Column> by) {
        return () -> new Pareto(by);
    }

    /**
     * Shows it a point.
     *
     * @param point the point
     */
    public final void add(PointResult point) {
        if (!point.isFeasible() || point.estimate() == null) {
            return;
        }
        double[] figures = new double[by.size()];
        for (int i = 0; i < figures.length; i++) {
            double figure = by.get(i).of(point.estimate());
            if (Double.isNaN(figure)) {
                return;
            }
            figures[i] = by.get(i).moreIsBetter() ? -figure : figure;
        }
        add(new Candidate(point.index(), figures));
    }

    /**
     * Adds what another selection has selected.
     *
     * @param other a selection of the same kind
     */
    public final void add(Selection other) {
        other.candidates().forEach(this::add);
    }

    /** {@return the numbers of the selected points, in the order their rows are written} */
    public final List<Long> indices() {
        return candidates().stream().sorted(order()).map(Candidate::index).toList();
    }

    abstract void add(Candidate candidate);

    abstract List<Candidate> candidates();

    abstract Comparator<Candidate> order();

    private static final class Top extends Selection {
        private static final Comparator<Candidate> BEST_FIRST =
                Comparator.<Candidate>comparingDouble(each -> each.figures()[0]).thenComparingLong(Candidate::index);

        private final int n;
        private final PriorityQueue<Candidate> worstFirst = new PriorityQueue<>(BEST_FIRST.reversed());

        Top(int n, Column by) {
            super(List.of(by));
            this.n = n;
        }

        @Override
        void add(Candidate candidate) {
            Candidate worst = worstFirst.size() < n ? null : worstFirst.peek();
            if (worst == null || BEST_FIRST.compare(candidate, worst) < 0) {
                worstFirst.add(candidate);
                if (worstFirst.size() > n) {
                    worstFirst.remove();
                }
            }
        }

        @Override
        List<Candidate> candidates() {
            return List.copyOf(worstFirst);
        }

        @Override
        Comparator<Candidate> order() {
            return BEST_FIRST;
        }
    }

    private static final class Pareto extends Selection {
        private final List<Candidate> front = new ArrayList<>();

        Pareto(List<Column> by) {
            super(by);
        }

        @Override
        void add(Candidate candidate) {
            for (Candidate each : front) {
                if (beats(each, candidate)) {
                    return;
                }
            }
            front.removeIf(each -> beats(candidate, each));
            front.add(candidate);
        }

        /** Of equal points the first stays, so that the front has each once. */
        private static boolean beats(Candidate a, Candidate b) {
            boolean equal = true;
            for (int i = 0; i < a.figures().length; i++) {
                if (a.figures()[i] > b.figures()[i]) {
                    return false;
                }
                equal &= a.figures()[i] == b.figures()[i];
            }
            return !equal || a.index() < b.index();
        }

        @Override
        List<Candidate> candidates() {
            return List.copyOf(front);
        }

        @Override
        Comparator<Candidate> order() {
            return Comparator.<Candidate>comparingDouble(each -> each.figures()[0])
                    .thenComparingLong(Candidate::index);
        }
    }
}
