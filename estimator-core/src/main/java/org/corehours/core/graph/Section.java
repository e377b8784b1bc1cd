package org.corehours.core.graph;

import java.util.List;

/**
 * A named part of a graph's forward computation: the whole model, or one pass of a training step
 * that has several (teacher, student on global crops, loss).
 *
 * @param name what the pass is called in reports
 * @param gradient whether the pass is recorded for the backward computation
 * @param fullPrecision whether the pass runs in the weights' own number format even where the step is
 *     mixed-precision
 * @param elements its elements in order of execution
 */
public record Section(String name, boolean gradient, boolean fullPrecision, List<Element> elements) {
    public Section {
        elements = List.copyOf(elements);
    }
}
