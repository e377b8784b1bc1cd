package org.corehours.core.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corehours.core.graph.Element;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.Node;
import org.corehours.core.graph.Operator.Normalization;
import org.corehours.core.graph.Operator.Statistics;
import org.corehours.core.graph.Repeat;
import org.corehours.core.graph.Section;

/**
 * Batch normalization over the samples of all devices: every layer gathers the mean, the deviation and the count of each
 * device in its forward pass, and adds up two sums per channel in its backward one (torch.nn.SyncBatchNorm,
 * torch/nn/modules/_functions.py). Each of these holds the layers after it up.
 */
public final class SynchronizedBatchNorm {

    private static final long WORD = 4;

    private SynchronizedBatchNorm() {}

    /**
     * A step whose batch normalizations look at the samples of all devices.
     *
     * @param step the step
     * @return the same with the collectives of its batch normalizations; the step itself if it has none
     */
    public static StepProgram of(StepProgram step) {
        Map<Long, Long> forward = new LinkedHashMap<>();
        Map<Long, Long> backward = new LinkedHashMap<>();
        for (Section section : step.graph().sections()) {
            count(section.elements(), 1, step.graph(), forward, backward);
        }
        List<DeviceReduction> reductions = new ArrayList<>(step.reductions());
        forward.forEach((channels, times) -> reductions.add(new DeviceReduction(
                "batch statistics of " + channels + " channels",
                DeviceReduction.When.FORWARD_LAYERS,
                DeviceReduction.Operation.GATHER,
                (2 * channels + 1) * WORD,
                times)));
        if (step.trains()) {
            backward.forEach((channels, times) -> reductions.add(new DeviceReduction(
                    "gradients of batch statistics of " + channels + " channels",
                    DeviceReduction.When.BACKWARD_LAYERS,
                    DeviceReduction.Operation.SUM,
                    2 * channels * WORD,
                    times)));
        }
        return new StepProgram(step.graph(), step.update(), reductions);
    }

    private static void count(
            List<Element> elements, long times, Graph graph, Map<Long, Long> forward, Map<Long, Long> backward) {
        for (Element element : elements) {
            if (element instanceof Repeat repeat) {
                count(repeat.body(), Math.multiplyExact(times, (long) repeat.times()), graph, forward, backward);
            } else if (element instanceof Node node
                    && node.operator() instanceof Normalization normalization
                    && normalization.statistics() == Statistics.BATCH) {
                long channels = node.input(0).shape().dimension(1);
                forward.merge(channels, times, Math::addExact);
                if (graph.differentiates(node)) {
                    backward.merge(channels, times, Math::addExact);
                }
            }
        }
    }
}
