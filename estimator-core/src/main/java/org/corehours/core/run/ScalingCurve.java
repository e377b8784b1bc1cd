package org.corehours.core.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.corehours.core.simulate.Bottleneck;
import org.corehours.core.simulate.Timeline;

/**
 * How training gets faster with its devices: the same run on more and more of them, compared with the fewest.
 *
 * <p>Efficiency is the rate of samples per device, marginal efficiency that of the devices added since the point before,
 * both in terms of what a device does at the first point:
 *
 * <pre>efficiency(i) = (rate(i) / devices(i)) / (rate(0) / devices(0))
 * marginal(i)   = ((rate(i) - rate(i-1)) / (devices(i) - devices(i-1))) / (rate(0) / devices(0))</pre>
 *
 * <p>The curve bends at the first point whose marginal efficiency is under {@value #BEND}: from there on a device brings
 * less than half of what it costs in device-hours.
 *
 * @param points the points, by devices
 */
public record ScalingCurve(List<Point> points) {

    /** The marginal efficiency below which a curve bends. */
    public static final double BEND = 0.5;

    /**
     * A number of devices.
     *
     * @param estimate the run on them
     * @param speedup samples per second over those of the first point
     * @param efficiency samples per second and device over those of the first point
     * @param marginalEfficiency the same of the devices added since the point before; 1 at the first
     */
    public record Point(RunEstimate estimate, double speedup, double efficiency, double marginalEfficiency) {

        /** {@return how many devices} */
        public int devices() {
            return estimate.devices();
        }
    }

    /**
     * Where a curve bends, and why.
     *
     * @param point the first point past the bend
     * @param cause what grew most in device-seconds per sample since the first point
     * @param share its share of all that grew, from 0 to 1
     */
    public record Bend(Point point, Bottleneck cause, double share) {}

    /** Copies the list. */
    public ScalingCurve {
        points = List.copyOf(points);
    }

    /**
     * The curve of estimates of one run.
     *
     * @param estimates the estimates, each with another number of devices
     * @return the curve; without points if there are no estimates
     * @throws IllegalArgumentException if two have the same number of devices
     */
    public static ScalingCurve of(List<RunEstimate> estimates) {
        List<RunEstimate> sorted = estimates.stream()
                .sorted(Comparator.comparingInt(RunEstimate::devices))
                .toList();
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++) {
            RunEstimate each = sorted.get(i);
            double first = rate(sorted.get(0)) / sorted.get(0).devices();
            double marginal = 1;
            if (i > 0) {
                int added = each.devices() - sorted.get(i - 1).devices();
                if (added == 0) {
                    throw new IllegalArgumentException("The devices (" + each.devices() + ") are given twice.");
                }
                marginal = (rate(each) - rate(sorted.get(i - 1))) / added / first;
            }
            points.add(
                    new Point(each, rate(each) / rate(sorted.get(0)), rate(each) / each.devices() / first, marginal));
        }
        return new ScalingCurve(points);
    }

    private static double rate(RunEstimate estimate) {
        return estimate.samplesPerSecond();
    }

    /** {@return where it bends; empty if it does not within these points} */
    public Optional<Bend> bend() {
        return points.stream()
                .filter(each -> each.marginalEfficiency() < BEND)
                .findFirst()
                .map(this::explained);
    }

    private Bend explained(Point point) {
        Map<Bottleneck, Double> before = deviceSecondsPerSample(points.get(0).estimate());
        Map<Bottleneck, Double> grown = deviceSecondsPerSample(point.estimate());
        grown.replaceAll((cause, seconds) -> Math.max(0, seconds - before.getOrDefault(cause, 0.0)));
        double sum = grown.values().stream().mapToDouble(Double::doubleValue).sum();
        Map.Entry<Bottleneck, Double> largest =
                grown.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
        return new Bend(point, largest.getKey(), sum == 0 ? 0 : largest.getValue() / sum);
    }

    /** What a sample costs of all devices' time, by what that time is spent on; the sum is devices / rate. */
    private static Map<Bottleneck, Double> deviceSecondsPerSample(RunEstimate estimate) {
        Timeline step = estimate.timeline();
        double perSample = (double) estimate.devices() / estimate.plan().globalBatch();
        Map<Bottleneck, Double> seconds = new EnumMap<>(Bottleneck.class);
        seconds.put(Bottleneck.COMPUTE, step.matrixSeconds() * perSample);
        seconds.put(Bottleneck.MEMORY, step.memorySeconds() * perSample);
        seconds.put(Bottleneck.LAUNCH, (step.launchSeconds() + step.hostStallSeconds()) * perSample);
        seconds.put(Bottleneck.COMMUNICATION, step.exposedCommunicationSeconds() * perSample);
        seconds.put(Bottleneck.INPUT, (step.inputCopySeconds() + step.inputStallSeconds()) * perSample);
        return seconds;
    }
}
