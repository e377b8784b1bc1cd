package org.corehours.cli.report;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.corehours.cli.document.Numbers;
import org.corehours.core.graph.FlopTable;
import org.corehours.core.graph.Section;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunPlan;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.Timeline;

/** What an estimate's totals are made of, by name, in the unit of the method's name. */
final class Breakdown {

    /** Smaller parts are not worth a reader's time. */
    private static final double SHOWN_SHARE = 0.005;

    private Breakdown() {}

    /** Matrix-product and convolution FLOPs per sample of each forward pass, and of the backward computation. */
    static Map<String, Double> flopsPerSample(RunPlan plan) {
        FlopTable flops = plan.step().graph().flops();
        Map<String, Double> parts = new LinkedHashMap<>();
        for (Section section : plan.step().graph().sections()) {
            parts.put(section.name(), (double) flops.forwardFlops(section.name()) / plan.microBatch());
        }
        if (plan.step().trains()) {
            for (Section section : plan.step().graph().sections()) {
                double backward = (double) flops.backwardFlops(section.name()) / plan.microBatch();
                if (backward > 0) {
                    parts.put(section.name() + ", backward", backward);
                }
            }
        }
        parts.values().removeIf(value -> value == 0);
        return parts;
    }

    /** What the device does or waits for during a step. */
    static Map<String, Double> stepSeconds(Timeline timeline) {
        Map<String, Double> parts = new LinkedHashMap<>();
        parts.put("matrix", timeline.matrixSeconds());
        parts.put("memory", timeline.memorySeconds());
        parts.put("launch", timeline.launchSeconds());
        parts.put("host_stall", timeline.hostStallSeconds());
        parts.put("exposed_communication", timeline.exposedCommunicationSeconds());
        parts.put("input_stall", timeline.inputStallSeconds());
        return parts;
    }

    /** What keeps the device from running kernels during a step, each cause of {@link Timeline}. */
    static Map<String, Double> idleSeconds(Timeline timeline) {
        Map<String, Double> parts = new LinkedHashMap<>();
        parts.put("input_copy", timeline.inputCopySeconds());
        parts.put("host_stall", timeline.hostStallSeconds());
        parts.put("exposed_communication", timeline.exposedCommunicationSeconds());
        parts.put("input_stall", timeline.inputStallSeconds());
        return parts;
    }

    static Map<String, Double> kernelSeconds(Timeline timeline) {
        Map<String, Double> parts = new LinkedHashMap<>();
        timeline.secondsByKind().entrySet().stream()
                .sorted(Map.Entry.<KernelKind, Double>comparingByValue().reversed())
                .forEach(each -> parts.put(each.getKey().name().toLowerCase(Locale.ROOT), each.getValue()));
        return parts;
    }

    static Map<String, Double> phaseSeconds(Timeline timeline) {
        return new LinkedHashMap<>(timeline.secondsByPhase());
    }

    static Map<String, Double> memoryBytes(MemoryUse memory) {
        Map<String, Double> parts = new LinkedHashMap<>();
        memory.bytesByPart().forEach((part, bytes) -> parts.put(part.id(), (double) bytes));
        return parts;
    }

    /** Hours of training steps by phase of the run. */
    static Map<String, Double> phaseHours(RunEstimate estimate) {
        Map<String, Double> parts = new LinkedHashMap<>();
        estimate.phases().forEach(each -> parts.put(each.phase().name(), each.trainingHours()));
        return parts;
    }

    static Map<String, Double> hours(RunEstimate estimate) {
        Map<String, Double> parts = new LinkedHashMap<>();
        parts.put("training", estimate.time().trainingHours());
        parts.put("evaluation", estimate.time().evaluationHours());
        parts.put("checkpoint", estimate.time().checkpointHours());
        parts.put("start", estimate.time().startHours());
        parts.put("failure", estimate.time().failureHours());
        parts.put("extra", estimate.time().extraHours());
        return parts;
    }

    /** The parts as shares of their sum, largest first. */
    static String shares(Map<String, Double> parts) {
        double sum = parts.values().stream().mapToDouble(Double::doubleValue).sum();
        return sum == 0
                ? "nothing"
                : largestFirst(parts).stream()
                        .filter(each -> each.getValue() / sum >= SHOWN_SHARE)
                        .map(each -> words(each.getKey()) + " " + Numbers.wholePercent(each.getValue() / sum))
                        .collect(Collectors.joining(", "));
    }

    /** The parts as bytes, largest first. */
    static String bytes(Map<String, Double> parts) {
        double sum = parts.values().stream().mapToDouble(Double::doubleValue).sum();
        return largestFirst(parts).stream()
                .filter(each -> each.getValue() / sum >= SHOWN_SHARE)
                .map(each -> words(each.getKey()) + " " + Numbers.bytes(each.getValue()))
                .collect(Collectors.joining(", "));
    }

    static String words(String id) {
        return id.replace('_', ' ');
    }

    private static List<Map.Entry<String, Double>> largestFirst(Map<String, Double> parts) {
        return parts.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                .toList();
    }
}
