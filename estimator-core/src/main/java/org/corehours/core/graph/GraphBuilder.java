package org.corehours.core.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.graph.Operator.Statistics;
import org.corehours.core.graph.Tensor.ElementType;
import org.corehours.core.graph.Tensor.Role;

/**
 * Writes a {@link Graph} the way a paper describes its architecture.
 *
 * <p>Parameters belong to the module path they are asked for in: asking twice under one path gives
 * the same parameter, which is how several passes share weights. Not safe for use by several threads.
 */
public final class GraphBuilder {
    private final String name;
    private final long batch;
    private final List<Section> sections = new ArrayList<>();
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private List<Element> elements = new ArrayList<>();
    private String section = "forward";
    private String path = "";
    private boolean gradient = true;
    private boolean fullPrecision;
    private boolean frozen;
    private long copies = 1;

    /**
     * @param name the model's name
     * @param batch samples the shapes are for, at least 1
     */
    public GraphBuilder(String name, long batch) {
        if (batch < 1) {
            throw new IllegalArgumentException("The batch (" + batch + ") must be at least 1.");
        }
        this.name = name;
        this.batch = batch;
    }

    public long batch() {
        return batch;
    }

    /** The graph written so far, whose backward computation starts from {@code results}. */
    public Graph build(Tensor... results) {
        closeSection();
        return new Graph(name, batch, sections, List.copyOf(parameters.values()), List.of(results));
    }

    // ---- structure

    /** Starts a pass of the step; without a gradient nothing in it is kept for the backward computation. */
    public void section(String sectionName, boolean withGradient) {
        closeSection();
        section = sectionName;
        gradient = withGradient;
        fullPrecision = false;
    }

    /** Starts a pass without gradient that runs in the weights' own number format even where the step is mixed. */
    public void fullPrecisionSection(String sectionName) {
        section(sectionName, false);
        fullPrecision = true;
    }

    private void closeSection() {
        if (!elements.isEmpty()) {
            sections.add(new Section(section, gradient, fullPrecision, elements));
            elements = new ArrayList<>();
        }
    }

    /** What {@code content} writes, under the module path extended by {@code part}. */
    public <T> T module(String part, Supplier<T> content) {
        String outer = path;
        path = path(part);
        try {
            return content.get();
        } finally {
            path = outer;
        }
    }

    /** What {@code content} writes, with parameters that are not trained. */
    public <T> T frozen(Supplier<T> content) {
        boolean before = frozen;
        frozen = true;
        try {
            return content.get();
        } finally {
            frozen = before;
        }
    }

    /** The block applied {@code times} times in a row to {@code x}, each time with weights of its own. */
    public Tensor repeat(String part, int times, Tensor x, UnaryOperator<Tensor> block) {
        return repeat(part, times, List.of(x), carried -> List.of(block.apply(carried.get(0))))
                .get(0);
    }

    /** The block applied {@code times} times in a row to {@code x}, each time with the same weights. */
    public Tensor iterate(String part, int times, Tensor x, UnaryOperator<Tensor> block) {
        return repeat(part, times, 1, part, List.of(x), carried -> List.of(block.apply(carried.get(0))))
                .get(0);
    }

    /**
     * The block applied {@code times} times in a row to several carried values.
     *
     * @throws IllegalArgumentException if the block changes the number or the shapes of what it carries
     */
    public List<Tensor> repeat(String part, int times, List<Tensor> inputs, UnaryOperator<List<Tensor>> block) {
        return repeat(part, times, times, part + ".*", inputs, block);
    }

    private List<Tensor> repeat(
            String part, int times, int weights, String body, List<Tensor> inputs, UnaryOperator<List<Tensor>> block) {
        if (times < 1) {
            throw new IllegalArgumentException("The block " + part + " must be applied at least once, not " + times);
        }
        List<Element> outside = elements;
        long outsideCopies = copies;
        elements = new ArrayList<>();
        copies = Math.multiplyExact(copies, weights);
        List<Tensor> bodyInputs = inputs.stream()
                .map(t -> new Tensor("", t.shape(), Role.RESULT, t.type(), gradient))
                .toList();
        List<Tensor> bodyOutputs = module(body, () -> block.apply(bodyInputs));
        List<Element> content = elements;
        elements = outside;
        copies = outsideCopies;
        for (int i = 0; i < inputs.size(); i++) {
            if (bodyOutputs.size() != inputs.size()
                    || !bodyOutputs.get(i).shape().equals(inputs.get(i).shape())) {
                throw new IllegalArgumentException("The repeated block " + path(part) + " turns "
                        + inputs.stream().map(Tensor::shape).toList() + " into "
                        + bodyOutputs.stream().map(Tensor::shape).toList() + "; both must be the same.");
            }
        }
        List<Tensor> outputs = bodyOutputs.stream()
                .map(t -> new Tensor("", t.shape(), Role.RESULT, t.type(), t.requiresGradient()))
                .toList();
        elements.add(new Repeat(times, inputs, bodyInputs, content, bodyOutputs, outputs, path(body)));
        return outputs;
    }

    // ---- leaves

    /** Data fed to the step. */
    public Tensor input(String inputName, long... dimensions) {
        return new Tensor(inputName, Shape.of(dimensions), Role.INPUT, ElementType.REAL, false);
    }

    /** An input whose gradient is wanted: the activations a part of a model is given when it stands alone. */
    public Tensor differentiableInput(String inputName, long... dimensions) {
        return new Tensor(inputName, Shape.of(dimensions), Role.INPUT, ElementType.REAL, true);
    }

    /** Integers fed to the step or kept by the model: labels, token ids, positions. */
    public Tensor integers(String inputName, long... dimensions) {
        return new Tensor(inputName, Shape.of(dimensions), Role.INPUT, ElementType.INTEGER, false);
    }

    /** Booleans fed to the step: masks. */
    public Tensor booleans(String inputName, long... dimensions) {
        return new Tensor(inputName, Shape.of(dimensions), Role.INPUT, ElementType.BOOLEAN, false);
    }

    /** The parameter {@code part} of the current module. */
    public Tensor parameter(String part, long... dimensions) {
        String qualified = path(part);
        Parameter known = parameters.get(qualified);
        Shape shape = Shape.of(dimensions);
        if (known != null) {
            if (!known.tensor().shape().equals(shape) || known.copies() != copies) {
                throw new IllegalArgumentException("The parameter " + qualified + " has the shape "
                        + known.tensor().shape() + " (" + known.copies() + " copies) and cannot have " + shape + " ("
                        + copies + " copies) as well.");
            }
            if (gradient || !known.trainable()) {
                return known.tensor();
            }
            // The same weights in a pass without gradient.
            return new Tensor(qualified, shape, Role.PARAMETER, ElementType.REAL, false);
        }
        boolean trainable = !frozen && gradient;
        Tensor tensor = new Tensor(qualified, shape, Role.PARAMETER, ElementType.REAL, trainable);
        parameters.put(qualified, new Parameter(tensor, copies, trainable));
        return tensor;
    }

    /**
     * A parameter that was written before, by its whole name.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public Tensor parameterNamed(String qualified) {
        Parameter known = parameters.get(qualified);
        if (known == null) {
            throw new IllegalArgumentException(
                    "There is no parameter " + qualified + "; known are " + parameters.keySet() + ".");
        }
        return known.tensor();
    }

    private String path(String part) {
        return path.isEmpty() ? part : path + "." + part;
    }

    // ---- operators

    /** Applies an operator with one result. */
    public Tensor apply(Operator operator, Tensor... inputs) {
        return applyAll(operator, inputs).get(0);
    }

    /** Applies an operator. */
    public List<Tensor> applyAll(Operator operator, Tensor... inputs) {
        List<Tensor> operands = List.of(inputs);
        Shape[] given = new Shape[inputs.length];
        boolean required = false;
        for (int i = 0; i < inputs.length; i++) {
            given[i] = inputs[i].shape();
            required |= inputs[i].requiresGradient();
        }
        List<Shape> shapes = operator.infer(List.of(given));
        boolean integer = operator instanceof Operator.Sort;
        boolean flows = gradient && !integer && !(operator instanceof Operator.Detach) && required;
        ElementType type = type(operator, operands.get(0).type());
        Tensor[] made = new Tensor[shapes.size()];
        for (int i = 0; i < made.length; i++) {
            made[i] = new Tensor("", shapes.get(i), Role.RESULT, type, flows);
        }
        List<Tensor> outputs = List.of(made);
        elements.add(new Node(operator, operands, outputs, path));
        return outputs;
    }

    private static ElementType type(Operator operator, ElementType operand) {
        if (operator instanceof Operator.Sort) {
            return ElementType.INTEGER;
        }
        if (operator instanceof Operator.Convert convert) {
            return convert.type();
        }
        if (operator instanceof Operator.Reduce && operand == ElementType.BOOLEAN) {
            return ElementType.INTEGER;
        }
        return operator instanceof Operator.Scalar ? ElementType.REAL : operand;
    }

    /** A linear layer with bias, module {@code part}. */
    public Tensor linear(String part, Tensor x, long features) {
        return linear(part, x, features, true);
    }

    /** A linear layer, module {@code part}. */
    public Tensor linear(String part, Tensor x, long features, boolean bias) {
        return module(part, () -> {
            Tensor weight = parameter("weight", features, x.shape().dimension(-1));
            return bias
                    ? apply(new Operator.Linear(true), x, weight, parameter("bias", features))
                    : apply(new Operator.Linear(false), x, weight);
        });
    }

    /** A square convolution, module {@code part}. */
    public Tensor convolution(
            String part, Tensor x, long channels, int kernel, int stride, int padding, int groups, boolean bias) {
        return module(part, () -> {
            Tensor weight = parameter("weight", channels, x.shape().dimension(1) / groups, kernel, kernel);
            Operator operator = new Operator.Convolution(stride, padding, 1, groups, false, bias);
            return bias ? apply(operator, x, weight, parameter("bias", channels)) : apply(operator, x, weight);
        });
    }

    /** A square transposed convolution with bias, module {@code part}. */
    public Tensor transposedConvolution(String part, Tensor x, long channels, int kernel, int stride, int padding) {
        return module(part, () -> {
            Tensor weight = parameter("weight", x.shape().dimension(1), channels, kernel, kernel);
            Operator operator = new Operator.Convolution(stride, padding, 1, 1, true, true);
            return apply(operator, x, weight, parameter("bias", channels));
        });
    }

    public Tensor layerNorm(String part, Tensor x) {
        return normalization(part, x, Statistics.LAYER, 1, x.shape().dimension(-1));
    }

    /** A root-mean-square norm: a scale and no shift. */
    public Tensor rootMeanSquareNorm(String part, Tensor x) {
        return module(
                part,
                () -> apply(
                        new Operator.Normalization(Statistics.ROOT_MEAN_SQUARE, 1, true),
                        x,
                        parameter("weight", x.shape().dimension(-1))));
    }

    public Tensor batchNorm(String part, Tensor x) {
        return normalization(part, x, Statistics.BATCH, 1, x.shape().dimension(1));
    }

    public Tensor groupNorm(String part, Tensor x, int groups) {
        return normalization(part, x, Statistics.GROUP, groups, x.shape().dimension(1));
    }

    private Tensor normalization(String part, Tensor x, Statistics statistics, int groups, long features) {
        return module(
                part,
                () -> apply(
                        new Operator.Normalization(statistics, groups, true),
                        x,
                        parameter("weight", features),
                        parameter("bias", features)));
    }

    public Tensor matrixProduct(Tensor a, Tensor b) {
        return apply(new Operator.MatrixProduct(), a, b);
    }

    /** Attention of {@code q, k, v[b, h, n, d]}. */
    public Tensor attention(ScalePlacement scale, Tensor q, Tensor k, Tensor v) {
        return apply(new Operator.Attention(scale, false), q, k, v);
    }

    /** Attention with a bias added to the scores. */
    public Tensor attention(ScalePlacement scale, Tensor q, Tensor k, Tensor v, Tensor bias) {
        return apply(new Operator.Attention(scale, false), q, k, v, bias);
    }

    public Tensor softmax(Tensor x, int axis) {
        return apply(new Operator.Softmax(axis, false), x);
    }

    public Tensor unary(Function function, Tensor x) {
        return apply(new Operator.Unary(function, false), x);
    }

    public Tensor gelu(Tensor x) {
        return unary(Function.GELU, x);
    }

    public Tensor relu(Tensor x) {
        return unary(Function.RELU, x);
    }

    /** The rectifier written over its operand. */
    public Tensor reluInPlace(Tensor x) {
        return apply(new Operator.Unary(Function.RELU, true), x);
    }

    /** The sum written over {@code a}. */
    public Tensor addInPlace(Tensor a, Tensor b) {
        return apply(new Operator.Binary(Arithmetic.ADD, true), a, b);
    }

    public Tensor add(Tensor a, Tensor b) {
        return apply(new Operator.Binary(Arithmetic.ADD, false), a, b);
    }

    public Tensor multiply(Tensor a, Tensor b) {
        return apply(new Operator.Binary(Arithmetic.MULTIPLY, false), a, b);
    }

    public Tensor binary(Arithmetic arithmetic, Tensor a, Tensor b) {
        return apply(new Operator.Binary(arithmetic, false), a, b);
    }

    /** Arithmetic with a constant. */
    public Tensor scalar(Arithmetic arithmetic, Tensor x) {
        return apply(new Operator.Scalar(arithmetic), x);
    }

    public Tensor reshape(Tensor x, long... dimensions) {
        return apply(new Operator.Reshape(Shape.of(dimensions)), x);
    }

    public Tensor permute(Tensor x, Integer... axes) {
        return apply(new Operator.Permute(List.of(axes)), x);
    }

    /** The elements copied into the order of the axes, unless they lie so already. */
    public Tensor contiguous(Tensor x) {
        return apply(new Operator.Contiguous(), x);
    }

    public Tensor expand(Tensor x, long... dimensions) {
        return apply(new Operator.Expand(Shape.of(dimensions)), x);
    }

    public Tensor slice(Tensor x, int axis, long start, long end) {
        return apply(new Operator.Slice(axis, start, end), x);
    }

    public Tensor select(Tensor x, int axis, long position) {
        return apply(new Operator.Select(axis, position), x);
    }

    public List<Tensor> unbind(Tensor x, int axis) {
        return applyAll(new Operator.Unbind(axis), x);
    }

    public List<Tensor> split(Tensor x, int axis, int parts) {
        return applyAll(new Operator.Split(axis, parts), x);
    }

    public Tensor concatenate(int axis, Tensor... parts) {
        return apply(new Operator.Concatenate(axis, false), parts);
    }

    public Tensor gather(Tensor table, Tensor indices) {
        return apply(new Operator.Gather(), table, indices);
    }

    public Tensor reduce(Reduction reduction, Tensor x, boolean keep, Integer... axes) {
        return apply(new Operator.Reduce(reduction, List.of(axes), keep), x);
    }

    public Tensor unitLength(Tensor x) {
        return apply(new Operator.UnitLength(), x);
    }

    /** Whole samples dropped at random from a residual branch; nothing at rate 0. */
    public Tensor dropPath(Tensor x, double rate) {
        return dropPath(x, rate, false);
    }

    /** As {@link #dropPath(Tensor, double)}, scaling the branch itself instead of its mask where asked. */
    public Tensor dropPath(Tensor x, double rate, boolean scalesOperand) {
        return rate > 0 ? apply(new Operator.Dropout(true, scalesOperand), x) : x;
    }

    public Tensor detach(Tensor x) {
        return apply(new Operator.Detach(), x);
    }

    public Tensor crossEntropy(Tensor logits, Tensor targets) {
        return apply(new Operator.CrossEntropy(), logits, targets);
    }

    /** A residual connection: {@code x + branch(x)}. */
    public Tensor residual(Tensor x, UnaryOperator<Tensor> branch) {
        return add(x, branch.apply(x));
    }
}
