package org.corehours.core.graph;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A model, or all passes of a training step, as operators with exact shapes.
 *
 * <p>Shapes hold the whole batch. A block that repeats is stored once, so the size of a graph and the
 * cost of walking it do not grow with depth. Immutable; made by {@link GraphBuilder}.
 */
public final class Graph {
    private final String name;
    private final long batch;
    private final List<Section> sections;
    private final List<Parameter> parameters;
    private final List<Tensor> results;
    private final Set<Tensor> differentiated;
    private final FlopTable flops;

    Graph(String name, long batch, List<Section> sections, List<Parameter> parameters, List<Tensor> results) {
        this.name = name;
        this.batch = batch;
        this.sections = List.copyOf(sections);
        this.parameters = List.copyOf(parameters);
        this.results = List.copyOf(results);
        this.differentiated = differentiated();
        this.flops = FlopTable.of(this);
    }

    public String name() {
        return name;
    }

    /** Samples the shapes are for. */
    public long batch() {
        return batch;
    }

    public List<Section> sections() {
        return sections;
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    /** The tensors the backward computation starts from: the loss, or the model's outputs. */
    public List<Tensor> results() {
        return results;
    }

    /** Distinct parameter elements, tied weights once, buffers apart. */
    public long parameterCount() {
        return parameterCount(parameter -> true);
    }

    /** Parameter elements that are trained. */
    public long trainableParameterCount() {
        return parameterCount(Parameter::trainable);
    }

    /** Elements of the parameters that {@code counted} accepts. */
    public long parameterCount(Predicate<Parameter> counted) {
        return parameters.stream()
                .filter(counted)
                .mapToLong(Parameter::elements)
                .reduce(0, Math::addExact);
    }

    /** Whether the backward computation passes through the results of {@code node}. */
    public boolean differentiates(Node node) {
        return containsAny(differentiated, node.outputs());
    }

    private static boolean containsAny(Set<Tensor> set, List<Tensor> tensors) {
        for (int i = 0; i < tensors.size(); i++) {
            if (set.contains(tensors.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the backward computation obtains the gradient of {@code tensor}. */
    public boolean differentiates(Tensor tensor) {
        return differentiated.contains(tensor);
    }

    /** FLOPs by pass and operator. */
    public FlopTable flops() {
        return flops;
    }

    /** Tensors that need a gradient and that a result depends on. */
    private Set<Tensor> differentiated() {
        Set<Tensor> marked = new HashSet<>();
        for (Tensor result : results) {
            mark(result, marked);
        }
        for (int i = sections.size() - 1; i >= 0; i--) {
            if (sections.get(i).gradient()) {
                markBackward(sections.get(i).elements(), marked);
            }
        }
        return marked;
    }

    private static void markBackward(List<Element> elements, Set<Tensor> marked) {
        for (int i = elements.size() - 1; i >= 0; i--) {
            if (elements.get(i) instanceof Node node) {
                if (!(node.operator() instanceof Operator.Detach) && containsAny(marked, node.outputs())) {
                    List<Tensor> inputs = node.inputs();
                    for (int j = 0; j < inputs.size(); j++) {
                        mark(inputs.get(j), marked);
                    }
                }
            } else if (elements.get(i) instanceof Repeat repeat) {
                for (int j = 0; j < repeat.outputs().size(); j++) {
                    if (marked.contains(repeat.outputs().get(j))) {
                        mark(repeat.bodyOutputs().get(j), marked);
                    }
                }
                int before;
                do {
                    before = marked.size();
                    markBackward(repeat.body(), marked);
                    for (int j = 0; j < repeat.bodyInputs().size(); j++) {
                        if (marked.contains(repeat.bodyInputs().get(j))) {
                            mark(repeat.inputs().get(j), marked);
                            // A carried value may need a gradient only because a later application uses it.
                            if (repeat.times() > 1) {
                                mark(repeat.bodyOutputs().get(j), marked);
                            }
                        }
                    }
                } while (marked.size() > before);
            }
        }
    }

    private static void mark(Tensor tensor, Set<Tensor> marked) {
        if (tensor.requiresGradient()) {
            marked.add(tensor);
        }
    }
}
