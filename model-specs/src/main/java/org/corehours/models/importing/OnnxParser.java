package org.corehours.models.importing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.corehours.core.graph.Tensor.ElementType;
import org.corehours.models.importing.OnnxGraph.OnnxConstant;
import org.corehours.models.importing.OnnxGraph.OnnxInput;
import org.corehours.models.importing.OnnxGraph.OnnxNode;
import org.corehours.models.importing.WireReader.MalformedException;
import org.corehours.spec.InputLimits;

/**
 * Makes an {@link OnnxGraph} of a file's bytes (field numbers: onnx/onnx, onnx/onnx.proto). Weights are passed over,
 * and files they are kept in are not opened; memory follows the number of operators, which is limited.
 */
final class OnnxParser {

    /** The longest all names together may be, in characters, and the most values that are kept. */
    private static final int MOST_TEXT = 1 << 27;

    private static final int MOST_KEPT = 1 << 22;

    /** Values are kept of constants up to this many elements: shapes and indices. */
    private static final int MOST_VALUES = 4096;

    private static final int HIGHEST_RANK = 16;

    private static final int FLOAT = 1;
    private static final int BOOL = 9;
    private static final int FLOAT16 = 10;
    private static final int DOUBLE = 11;
    private static final int INT32 = 6;
    private static final int INT64 = 7;
    private static final int BFLOAT16 = 16;

    private int parts;
    private int characters;
    private int kept;

    private OnnxParser() {}

    /** The graph of a model's bytes. */
    static OnnxGraph parse(ByteBuffer bytes) {
        OnnxParser parser = new OnnxParser();
        WireReader model = new WireReader(bytes);
        OnnxGraph graph = null;
        while (model.next()) {
            if (model.number() == 7 && model.kind() == WireReader.BYTES) {
                graph = parser.graph(model.content());
            } else {
                model.skip();
            }
        }
        if (graph == null) {
            throw new MalformedException("holds no graph");
        }
        return graph;
    }

    private void count() {
        if (++parts > InputLimits.ONNX_PARTS) {
            throw new MalformedException(
                    "has more than " + InputLimits.ONNX_PARTS + " operators, operands and attributes");
        }
    }

    private String text(WireReader in) {
        String text = in.text();
        characters += text.length();
        if (characters > MOST_TEXT) {
            throw new MalformedException("has names of more than " + MOST_TEXT + " characters");
        }
        return text;
    }

    private OnnxGraph graph(ByteBuffer bytes) {
        List<OnnxNode> nodes = new ArrayList<>();
        Map<String, OnnxConstant> constants = new LinkedHashMap<>();
        List<OnnxInput> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        WireReader in = new WireReader(bytes);
        while (in.next()) {
            switch (in.number()) {
                case 1 -> nodes.add(node(in.content(), nodes.size()));
                case 5 -> {
                    Named named = tensor(in.content());
                    if (constants.put(named.name, named.constant) != null) {
                        throw new MalformedException("two weights are called \"" + named.name + "\"");
                    }
                }
                case 11 -> inputs.add(input(in.content()));
                case 12 -> outputs.add(input(in.content()).name());
                case 15 -> throw new MalformedException("has sparse weights, which are not read");
                default -> in.skip();
            }
        }
        return new OnnxGraph(
                List.copyOf(nodes),
                constants,
                inputs.stream()
                        .filter(input -> !constants.containsKey(input.name()))
                        .toList(),
                List.copyOf(outputs));
    }

    private OnnxNode node(ByteBuffer bytes, int index) {
        count();
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        Map<String, Object> attributes = new LinkedHashMap<>();
        String name = "";
        String operator = "";
        String domain = "";
        WireReader in = new WireReader(bytes);
        while (in.next()) {
            switch (in.number()) {
                case 1 -> {
                    count();
                    inputs.add(text(in));
                }
                case 2 -> {
                    count();
                    outputs.add(text(in));
                }
                case 3 -> name = text(in);
                case 4 -> operator = text(in);
                case 5 -> attribute(in.content(), attributes);
                case 7 -> domain = text(in);
                default -> in.skip();
            }
        }
        boolean own = domain.isEmpty() || domain.equals("ai.onnx");
        return new OnnxNode(
                index,
                name,
                own ? operator : domain + "." + operator,
                List.copyOf(inputs),
                List.copyOf(outputs),
                attributes);
    }

    private void attribute(ByteBuffer bytes, Map<String, Object> into) {
        count();
        String name = "";
        Object value = null;
        List<Long> integers = new ArrayList<>();
        List<Double> reals = new ArrayList<>();
        WireReader in = new WireReader(bytes);
        while (in.next()) {
            switch (in.number()) {
                case 1 -> name = text(in);
                case 2 -> value = in.real();
                case 3 -> value = in.integer();
                case 4 -> {
                    ByteBuffer content = in.content();
                    value = content.remaining() > MOST_VALUES
                            ? ""
                            : StandardCharsets.UTF_8.decode(content).toString();
                }
                case 5 -> value = tensor(in.content()).constant;
                case 7 -> reals(in, reals);
                case 8 -> integers(in, integers);
                default -> in.skip();
            }
        }
        if (value != null) {
            into.put(name, value);
        } else if (!reals.isEmpty()) {
            into.put(name, List.copyOf(reals));
        } else {
            into.put(name, List.copyOf(integers));
        }
    }

    private void integers(WireReader in, List<Long> into) {
        if (in.kind() == WireReader.BYTES) {
            WireReader packed = new WireReader(in.content());
            while (packed.hasMore()) {
                count();
                into.add(packed.varint());
            }
        } else {
            count();
            into.add(in.integer());
        }
    }

    private void reals(WireReader in, List<Double> into) {
        if (in.kind() == WireReader.BYTES) {
            ByteBuffer packed = in.content();
            while (packed.remaining() >= Float.BYTES) {
                count();
                into.add((double) packed.getFloat());
            }
        } else {
            count();
            into.add(in.real());
        }
    }

    private record Named(String name, OnnxConstant constant) {}

    private Named tensor(ByteBuffer bytes) {
        count();
        List<Long> dimensions = new ArrayList<>();
        String name = "";
        int type = FLOAT;
        ByteBuffer raw = ByteBuffer.allocate(0);
        List<Long> integers = new ArrayList<>();
        List<Double> reals = new ArrayList<>();
        WireReader in = new WireReader(bytes);
        while (in.next()) {
            switch (in.number()) {
                case 1 -> integers(in, dimensions);
                case 2 -> type = (int) in.integer();
                case 4 -> {
                    if (in.kind() == WireReader.BYTES) {
                        ByteBuffer packed = in.content();
                        while (packed.remaining() >= Float.BYTES && reals.size() <= MOST_VALUES) {
                            reals.add((double) packed.getFloat());
                        }
                    } else {
                        double value = in.real();
                        if (reals.size() <= MOST_VALUES) {
                            reals.add(value);
                        }
                    }
                }
                case 5, 7 -> {
                    if (in.kind() == WireReader.BYTES) {
                        WireReader packed = new WireReader(in.content());
                        while (packed.hasMore() && integers.size() <= MOST_VALUES) {
                            integers.add(packed.varint());
                        }
                    } else {
                        long value = in.integer();
                        if (integers.size() <= MOST_VALUES) {
                            integers.add(value);
                        }
                    }
                }
                case 8 -> name = text(in);
                case 9 -> raw = in.content();
                default -> in.skip();
            }
        }
        long elements = elements(dimensions);
        if (elements > MOST_VALUES) {
            integers.clear();
            reals.clear();
        }
        if (elements <= MOST_VALUES && raw.hasRemaining()) {
            values(raw, type, elements, integers, reals);
        }
        ElementType kind = elementType(type);
        kept += integers.size() + reals.size();
        if (kept > MOST_KEPT) {
            throw new MalformedException("has more than " + MOST_KEPT + " values in small constants");
        }
        return new Named(
                name,
                new OnnxConstant(
                        List.copyOf(dimensions),
                        kind,
                        kind != ElementType.REAL && integers.size() == elements
                                ? Optional.of(List.copyOf(integers))
                                : Optional.empty(),
                        kind == ElementType.REAL && reals.size() == elements
                                ? Optional.of(List.copyOf(reals))
                                : Optional.empty()));
    }

    private static long elements(List<Long> dimensions) {
        if (dimensions.size() > HIGHEST_RANK) {
            throw new MalformedException("a tensor has " + dimensions.size() + " dimensions");
        }
        long elements = 1;
        for (long dimension : dimensions) {
            if (dimension < 0) {
                throw new MalformedException("a tensor has the dimension " + dimension);
            }
            elements = Math.multiplyExact(elements, dimension);
        }
        return elements;
    }

    private static void values(ByteBuffer raw, int type, long elements, List<Long> integers, List<Double> reals) {
        for (long i = 0; i < elements; i++) {
            int size = type == INT64 || type == DOUBLE ? 8 : type == INT32 || type == FLOAT ? 4 : type == BOOL ? 1 : 0;
            if (size == 0 || raw.remaining() < size) {
                return;
            }
            switch (type) {
                case INT64 -> integers.add(raw.getLong());
                case INT32 -> integers.add((long) raw.getInt());
                case BOOL -> integers.add((long) raw.get());
                case FLOAT -> reals.add((double) raw.getFloat());
                default -> reals.add(raw.getDouble());
            }
        }
    }

    /** What an ONNX data type holds. */
    static ElementType elementType(int type) {
        return switch (type) {
            case FLOAT, FLOAT16, DOUBLE, BFLOAT16 -> ElementType.REAL;
            case BOOL -> ElementType.BOOLEAN;
            default -> ElementType.INTEGER;
        };
    }

    private OnnxInput input(ByteBuffer bytes) {
        count();
        String name = "";
        List<Optional<Long>> dimensions = new ArrayList<>();
        List<String> symbols = new ArrayList<>();
        int type = FLOAT;
        WireReader in = new WireReader(bytes);
        while (in.next()) {
            if (in.number() == 1) {
                name = text(in);
            } else if (in.number() == 2) {
                WireReader kinds = new WireReader(in.content());
                while (kinds.next()) {
                    if (kinds.number() == 1) {
                        type = tensorType(kinds.content(), dimensions, symbols);
                    } else {
                        kinds.skip();
                    }
                }
            } else {
                in.skip();
            }
        }
        return new OnnxInput(name, List.copyOf(dimensions), List.copyOf(symbols), elementType(type));
    }

    private int tensorType(ByteBuffer bytes, List<Optional<Long>> dimensions, List<String> symbols) {
        int type = FLOAT;
        WireReader in = new WireReader(bytes);
        while (in.next()) {
            if (in.number() == 1) {
                type = (int) in.integer();
            } else if (in.number() == 2) {
                WireReader shape = new WireReader(in.content());
                while (shape.next()) {
                    if (shape.number() == 1) {
                        dimension(shape.content(), dimensions, symbols);
                    } else {
                        shape.skip();
                    }
                }
            } else {
                in.skip();
            }
        }
        return type;
    }

    private void dimension(ByteBuffer bytes, List<Optional<Long>> dimensions, List<String> symbols) {
        count();
        Optional<Long> size = Optional.empty();
        String symbol = "";
        WireReader in = new WireReader(bytes);
        while (in.next()) {
            if (in.number() == 1) {
                size = Optional.of(in.integer());
            } else if (in.number() == 2) {
                symbol = text(in);
            } else {
                in.skip();
            }
        }
        if (dimensions.size() >= HIGHEST_RANK) {
            throw new MalformedException("an input has more than " + HIGHEST_RANK + " dimensions");
        }
        dimensions.add(size);
        symbols.add(symbol);
    }
}
