package org.corehours.core.calibration;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.timing.KernelTimer;

/**
 * Fits the constants of a device's laws to kernels that were timed on it.
 *
 * <p>Families are fitted one after another, each by {@link RobustFit} on the logarithms of predicted over measured
 * time, from the laws that the device has. Where a family has tiles, every choice of them is tried with a short search
 * and the best few with a long one. The errors come from as many further fits as there are folds, each without the rows
 * that it then predicts; rows of one shape are in one fold.
 */
public final class Calibrator {

    /** Fits that the errors come from. */
    private static final int FOLDS = 5;

    /** Rows that a constant takes to be fitted. */
    private static final int ROWS_PER_CONSTANT = 2;

    /** Choices of tiles that are searched at length. */
    private static final int FINALISTS = 4;

    /** Digits that constants are given with: more than the rows can tell apart. */
    private static final int DIGITS = 3;

    private final String source;
    private final Consumer<String> progress;
    private final Runnable searched;

    /**
     * A calibrator.
     *
     * @param source where the measurements can be looked up, which becomes the source of what is fitted
     * @param progress takes a line whenever a family is done
     * @param searched run whenever one of the {@link #searches} is over
     */
    public Calibrator(String source, Consumer<String> progress, Runnable searched) {
        this.source = source;
        this.progress = progress;
        this.searched = searched;
    }

    /**
     * How long a calibration is.
     *
     * @param measurements kernels timed on a device
     * @return the searches of all its fits
     */
    public static long searches(List<Measurement> measurements) {
        long searches = 0;
        for (LawFamily family : LawFamily.values()) {
            if (isInformed(family, rows(family, measurements))) {
                searches += (FOLDS + 1L) * searches(family);
            }
        }
        return searches;
    }

    /** The searches of one fit: of every choice of tiles from two starts, and of the finalists again. */
    private static int searches(LawFamily family) {
        if (family.choices().isEmpty()) {
            return 1;
        }
        int searches = FINALISTS;
        for (int split : TileChoice.SPLITS) {
            searches += 2 + TileChoice.all(split).size();
        }
        return searches;
    }

    private static List<Measurement> rows(LawFamily family, List<Measurement> measurements) {
        return measurements.stream()
                .filter(each -> family.informedBy(each.kernel()))
                .toList();
    }

    private static boolean isInformed(LawFamily family, List<Measurement> rows) {
        return rows.size() >= ROWS_PER_CONSTANT * family.constants().size();
    }

    /**
     * Fits what the measurements inform.
     *
     * @param device the device with the laws to start from
     * @param measurements kernels timed on it
     * @return the fitted laws and their errors on rows left out
     */
    public Calibration calibrate(Accelerator device, List<Measurement> measurements) {
        Accelerator current = explicit(device);
        Map<String, Sourced<Double>> fitted = new TreeMap<>();
        List<Calibration.FamilyFit> families = new ArrayList<>();
        List<LawFamily> notInformed = new ArrayList<>();
        for (LawFamily family : LawFamily.values()) {
            List<Measurement> rows = rows(family, measurements);
            if (!isInformed(family, rows)) {
                notInformed.add(family);
                continue;
            }
            Map<String, Double> constants = new FamilyFitter(current, family, rows, searched).fit();
            List<Double> errors = new ArrayList<>();
            for (int fold = 0; fold < FOLDS; fold++) {
                errors.addAll(errorsOfFold(current, family, rows, fold));
            }
            Map<String, Sourced<Double>> sourced = new TreeMap<>();
            constants.forEach(
                    (name, value) -> sourced.put(name, new Sourced<>(rounded(value), Provenance.FITTED, source)));
            fitted.putAll(sourced);
            current = with(current, sourced);
            families.add(new Calibration.FamilyFit(family, rows.size(), errors));
            progress.accept(family.label() + ": " + rows.size() + " rows");
        }
        return new Calibration(current, fitted, families, notInformed);
    }

    /** The device with the constants of batches written out where they are those of single products. */
    private static Accelerator explicit(Accelerator device) {
        Map<String, Sourced<Double>> further = new HashMap<>();
        for (LawFamily family : LawFamily.values()) {
            for (String name : family.names()) {
                Sourced<Double> general = device.laws().get(name.replace(".batched.", "."));
                if (general != null && !device.laws().containsKey(name)) {
                    further.put(name, general);
                }
            }
        }
        return with(device, further);
    }

    private List<Double> errorsOfFold(Accelerator device, LawFamily family, List<Measurement> rows, int fold) {
        List<Measurement> others =
                rows.stream().filter(each -> fold(each.kernel()) != fold).toList();
        List<Measurement> leftOut =
                rows.stream().filter(each -> fold(each.kernel()) == fold).toList();
        if (others.isEmpty() || leftOut.isEmpty()) {
            for (int i = searches(family); i > 0; i--) {
                searched.run();
            }
            return List.of();
        }
        Map<String, Sourced<Double>> sourced = new HashMap<>();
        new FamilyFitter(device, family, others, searched)
                .fit()
                .forEach((name, value) -> sourced.put(name, new Sourced<>(value, Provenance.FITTED, source)));
        KernelTimer timer = KernelTimer.of(with(device, sourced));
        return leftOut.stream()
                .map(each -> (timer.time(each.kernel()).seconds() + each.overheadSeconds()) / each.seconds() - 1)
                .toList();
    }

    private static Accelerator with(Accelerator device, Map<String, Sourced<Double>> constants) {
        Map<String, Sourced<Double>> laws = new HashMap<>(device.laws());
        laws.putAll(constants);
        return device.withLaws(laws);
    }

    private static int fold(Kernel kernel) {
        StringBuilder shape = new StringBuilder(kernel.operator());
        for (MatrixShape each : kernel.products()) {
            shape.append(',').append(each.batch()).append(',').append(each.m());
            shape.append(',').append(each.n()).append(',').append(each.k());
        }
        kernel.outputs().forEach(each -> shape.append(',').append(each));
        return Math.floorMod(shape.toString().hashCode(), FOLDS);
    }

    /** A constant rounded to the digits that are worth writing down. */
    private static double rounded(double value) {
        return new BigDecimal(value).round(new MathContext(DIGITS)).doubleValue();
    }

    /** The fit of one family to some rows. */
    private static final class FamilyFitter {

        private final Accelerator device;
        private final LawFamily family;
        private final List<Measurement> rows;
        private final Runnable searched;
        private final List<LawFamily.Constant> constants;
        private final double[] low;
        private final double[] high;

        FamilyFitter(Accelerator device, LawFamily family, List<Measurement> rows, Runnable searched) {
            this.device = device;
            this.family = family;
            this.rows = rows;
            this.searched = searched;
            this.constants = family.constants();
            this.low = constants.stream().mapToDouble(LawFamily.Constant::least).toArray();
            this.high = constants.stream().mapToDouble(LawFamily.Constant::most).toArray();
        }

        Map<String, Double> fit() {
            double[] own = start();
            double[] usual =
                    constants.stream().mapToDouble(LawFamily.Constant::usual).toArray();
            if (family.choices().isEmpty()) {
                double[] found = search(new double[0], own, 6, 20).constants();
                return named(found, new double[0]);
            }
            List<Candidate> candidates = new ArrayList<>();
            for (int split : TileChoice.SPLITS) {
                double[] every = TileChoice.every(split).values();
                double[] first = better(search(every, own, 4, 15), search(every, usual, 4, 15))
                        .constants();
                for (TileChoice each : TileChoice.all(split)) {
                    double[] values = each.values();
                    candidates.add(new Candidate(values, search(values, first, 1, 5)));
                }
            }
            candidates.sort(Comparator.comparingDouble(each -> each.fit().loss()));
            Candidate best = candidates.get(0);
            for (Candidate each : candidates.subList(0, FINALISTS)) {
                RobustFit.Fit longer = search(each.choice(), each.fit().constants(), 6, 20);
                if (longer.loss() < best.fit().loss()) {
                    best = new Candidate(each.choice(), longer);
                }
            }
            return named(best.fit().constants(), best.choice());
        }

        private record Candidate(double[] choice, RobustFit.Fit fit) {}

        private static RobustFit.Fit better(RobustFit.Fit a, RobustFit.Fit b) {
            return a.loss() <= b.loss() ? a : b;
        }

        private double[] start() {
            return constants.stream()
                    .mapToDouble(each -> law(each.name(), each.usual()))
                    .toArray();
        }

        private double law(String name, double otherwise) {
            String general = name.replace(".batched.", ".");
            Sourced<Double> value =
                    device.laws().getOrDefault(name, device.laws().get(general));
            return value == null || value.value() <= 0 ? otherwise : value.value();
        }

        private RobustFit.Fit search(double[] choice, double[] start, int starts, int rounds) {
            RobustFit.Fit fit =
                    new RobustFit(values -> residuals(named(values, choice)), low, high).from(start, starts, rounds);
            searched.run();
            return fit;
        }

        private Map<String, Double> named(double[] values, double[] choice) {
            Map<String, Double> named = new TreeMap<>();
            for (int i = 0; i < values.length; i++) {
                named.put(constants.get(i).name(), values[i]);
            }
            for (int i = 0; i < choice.length; i++) {
                named.put(family.choices().get(i), choice[i]);
            }
            return named;
        }

        private double[] residuals(Map<String, Double> values) {
            Map<String, Sourced<Double>> laws = new HashMap<>(device.laws());
            values.forEach((name, value) -> laws.put(name, new Sourced<>(value, Provenance.FITTED, "a fit under way")));
            KernelTimer timer = KernelTimer.of(device.withLaws(laws));
            double[] residuals = new double[rows.size()];
            for (int i = 0; i < residuals.length; i++) {
                Measurement row = rows.get(i);
                residuals[i] = Math.log((timer.time(row.kernel()).seconds() + row.overheadSeconds()) / row.seconds());
            }
            return residuals;
        }
    }
}
