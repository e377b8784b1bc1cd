package org.corehours.core.audit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.random.SobolSequenceGenerator;

/**
 * The points at which uncertainty is looked at: a Sobol sequence with one dimension per continuous error and one per
 * assumption. All runs of a paper share the points, so that two runs meet in one sample the same errors and the same
 * reading.
 */
final class SampleDesign {

    private final Sampling sampling;
    private final int period;
    private final double[][] points;
    private final int errors;
    private final Map<String, Integer> dimensionByAssumption = new LinkedHashMap<>();

    /**
     * @param assumptionsByRun for each run what it depends on; an assumption that several share is one
     * @param errors how many continuous errors there are
     * @param sampling how many points
     */
    SampleDesign(Collection<List<Assumption>> assumptionsByRun, int errors, Sampling sampling) {
        this.sampling = sampling;
        this.errors = errors;
        long most = 1;
        for (List<Assumption> assumptions : assumptionsByRun) {
            long combinations = 1;
            for (Assumption each : assumptions) {
                dimensionByAssumption.putIfAbsent(each.id(), errors + dimensionByAssumption.size());
                combinations = Math.min(
                        Integer.MAX_VALUE, combinations * each.alternatives().size());
            }
            most = Math.max(most, combinations);
        }
        this.period = most <= sampling.maxReadings() ? sampling.samples() : sampling.maxReadings();
        this.points = new double[sampling.samples()][];
        int dimensions = Math.max(1, errors + dimensionByAssumption.size());
        SobolSequenceGenerator sequence = new SobolSequenceGenerator(dimensions);
        for (int i = 0; i < points.length; i++) {
            points[i] = i == 0 ? sequence.skipTo(sampling.skip()) : sequence.nextVector();
        }
    }

    int samples() {
        return sampling.samples();
    }

    /** Whether there were more combinations of alternatives than are planned, so that some were chosen. */
    boolean chooses() {
        return period < sampling.samples();
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
            if (i >= period) {
                bySample[i] = bySample[i % period];
                continue;
            }
            SortedMap<String, String> choices = new TreeMap<>();
            for (Assumption each : assumptions) {
                Integer dimension = dimensionByAssumption.get(each.id());
                if (dimension == null) {
                    throw new IllegalArgumentException("The assumption " + each.id() + " is not one of the design's, "
                            + dimensionByAssumption.keySet() + ".");
                }
                choices.put(each.id(), each.at(points[i][dimension]).id());
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
