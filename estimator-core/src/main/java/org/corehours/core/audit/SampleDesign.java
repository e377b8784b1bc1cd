package org.corehours.core.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.random.SobolSequenceGenerator;

/**
 * The points at which uncertainty is looked at: a Sobol sequence with one dimension per continuous error and one per
 * assumption. All runs of a paper share the points, so that two runs meet in one sample the same errors and the same
 * reading.
 *
 * <p>Where a run has more readings than may be planned, the first assumptions take every combination of their
 * alternatives as often as the priors say, and all samples of one combination share one draw of the others.
 */
final class SampleDesign {

    private final Sampling sampling;
    private final double[][] points;
    private final int errors;
    private final Map<String, Integer> dimensionByAssumption = new LinkedHashMap<>();
    private final Set<String> crossed;

    /** The sample that each sample takes its reading of the assumptions from that are not crossed. */
    private final int[] drawOfOthers;

    /**
     * @param assumptionsByRun for each run what it depends on, what matters most first
     * @param errors how many continuous errors there are
     * @param sampling how many points
     */
    SampleDesign(List<List<Assumption>> assumptionsByRun, int errors, Sampling sampling) {
        this.sampling = sampling;
        this.errors = errors;
        Map<String, Assumption> large = new LinkedHashMap<>();
        for (List<Assumption> assumptions : assumptionsByRun) {
            boolean tooMany = combinations(assumptions) > sampling.maxReadings();
            for (Assumption each : assumptions) {
                dimensionByAssumption.putIfAbsent(each.id(), errors + dimensionByAssumption.size());
                if (tooMany) {
                    large.putIfAbsent(each.id(), each);
                }
            }
        }
        this.points = new double[sampling.samples()][];
        SobolSequenceGenerator sequence =
                new SobolSequenceGenerator(Math.max(1, errors + dimensionByAssumption.size()));
        for (int i = 0; i < points.length; i++) {
            points[i] = i == 0 ? sequence.skipTo(sampling.skip()) : sequence.nextVector();
        }
        List<Assumption> leading = leading(List.copyOf(large.values()), sampling.maxReadings());
        this.crossed = dimensionByAssumption.keySet().stream()
                .filter(id -> !large.containsKey(id))
                .collect(Collectors.toSet());
        this.drawOfOthers = new int[points.length];
        Map<List<String>, Integer> firstSample = new HashMap<>();
        for (int i = 0; i < points.length; i++) {
            int sample = i;
            List<String> combination =
                    leading.stream().map(each -> alternative(each, sample)).toList();
            drawOfOthers[i] = firstSample.computeIfAbsent(combination, key -> sample);
        }
    }

    /** As many assumptions from the first on as have at most a number of combinations. */
    private static List<Assumption> leading(List<Assumption> assumptions, int mostCombinations) {
        List<Assumption> leading = new ArrayList<>();
        long combinations = 1;
        for (Assumption each : assumptions) {
            combinations *= each.alternatives().size();
            if (combinations > mostCombinations) {
                break;
            }
            leading.add(each);
        }
        return leading;
    }

    /** The combinations of alternatives, or the largest {@code int} if there are more. */
    private static long combinations(List<Assumption> assumptions) {
        long combinations = 1;
        for (Assumption each : assumptions) {
            combinations = Math.min(
                    Integer.MAX_VALUE, combinations * each.alternatives().size());
        }
        return combinations;
    }

    private String alternative(Assumption assumption, int sample) {
        Integer dimension = dimensionByAssumption.get(assumption.id());
        if (dimension == null) {
            throw new IllegalArgumentException("The assumption " + assumption.id() + " is not one of the design's, "
                    + dimensionByAssumption.keySet() + ".");
        }
        return assumption.at(points[sample][dimension]).id();
    }

    int samples() {
        return sampling.samples();
    }

    /**
     * A continuous error in every sample.
     *
     * @param error its index
     * @return standard normal deviates
     */
    double[] normals(int error) {
        if (error < 0 || error >= errors) {
            throw new IndexOutOfBoundsException("There are " + errors + " errors, none has the index " + error + ".");
        }
        NormalDistribution standard = new NormalDistribution(null, 0, 1);
        double[] normals = new double[points.length];
        for (int i = 0; i < normals.length; i++) {
            normals[i] = standard.inverseCumulativeProbability(points[i][error]);
        }
        return normals;
    }

    /**
     * A continuous error in every sample, as a share.
     *
     * @param error its index
     * @return numbers between 0 and 1, evenly spread
     */
    double[] uniforms(int error) {
        double[] uniforms = new double[points.length];
        for (int i = 0; i < uniforms.length; i++) {
            uniforms[i] = points[i][error];
        }
        return uniforms;
    }

    /**
     * A continuous error in every sample, cut into classes of equal probability.
     *
     * @param error its index
     * @param classes how many classes
     * @return the class of each sample, from 0
     */
    int[] classes(int error, int classes) {
        int[] bySample = new int[points.length];
        for (int i = 0; i < bySample.length; i++) {
            bySample[i] = (int) (points[i][error] * classes);
        }
        return bySample;
    }

    /**
     * The reading of each sample for a run.
     *
     * @param assumptions what the run depends on
     * @return its different readings, and which of them each sample takes
     */
    Draw draw(List<Assumption> assumptions) {
        List<Assignment> readings = new ArrayList<>();
        Map<Assignment, Integer> known = new HashMap<>();
        int[] bySample = new int[points.length];
        for (int i = 0; i < bySample.length; i++) {
            SortedMap<String, String> choices = new TreeMap<>();
            for (Assumption each : assumptions) {
                choices.put(each.id(), alternative(each, crossed.contains(each.id()) ? i : drawOfOthers[i]));
            }
            Assignment assignment = new Assignment(choices);
            Integer index = known.putIfAbsent(assignment, readings.size());
            if (index == null) {
                index = readings.size();
                readings.add(assignment);
            }
            bySample[i] = index;
        }
        return new Draw(readings, bySample);
    }

    /**
     * The readings of one run.
     *
     * @param readings the different ones, in the order they are first met
     * @param bySample the index of each sample's reading
     */
    record Draw(List<Assignment> readings, int[] bySample) {}
}
