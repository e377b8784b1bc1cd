package org.corehours.models.importing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Operator.Interpolation;
import org.corehours.core.graph.Shape;
import org.corehours.core.graph.Tensor;
import org.corehours.core.graph.Tensor.ElementType;
import org.corehours.models.importing.OnnxOperators.Rule;

/** What ONNX's operators on shapes mean. */
final class OnnxShapes {

    /** Values of at most this many elements are computed. */
    private static final int MOST_VALUES = 4096;

    private static final int HIGHEST_RANK = 16;

    static final Map<String, Rule> RULES = rules();

    private OnnxShapes() {}

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>();
        rules.put("Identity", call -> List.of(call.value(0)));
        rules.put("Cast", OnnxShapes::cast);
        rules.put("CastLike", call -> List.of(call.value(0)));
        rules.put("Dropout", call -> List.of(call.value(0)));
        rules.put("Constant", OnnxShapes::constant);
        rules.put("ConstantOfShape", OnnxShapes::constantOfShape);
        rules.put("Shape", OnnxShapes::shape);
        rules.put(
                "Size",
                call -> List.of(OnnxValue.known(ElementType.INTEGER, new long[0], new long[] {
                    call.value(0).elements()
                })));
        rules.put("Range", OnnxShapes::range);
        rules.put("Reshape", OnnxShapes::reshape);
        rules.put("Flatten", OnnxShapes::flatten);
        rules.put("Squeeze", OnnxShapes::squeeze);
        rules.put("Unsqueeze", OnnxShapes::unsqueeze);
        rules.put("Transpose", OnnxShapes::transpose);
        rules.put("Expand", OnnxShapes::expand);
        rules.put("Tile", OnnxShapes::tile);
        rules.put("Slice", OnnxShapes::slice);
        rules.put("Split", OnnxShapes::split);
        rules.put("Concat", OnnxShapes::concat);
        rules.put("Gather", OnnxShapes::gather);
        rules.put("ScatterND", OnnxShapes::scatter);
        rules.put("Pad", OnnxShapes::pad);
        rules.put("Resize", call -> resize(call, 2, 3));
        rules.put("Upsample", call -> resize(call, 1, 4));
        rules.put("DepthToSpace", OnnxShapes::depthToSpace);
        rules.put("SpaceToDepth", OnnxShapes::spaceToDepth);
        return rules;
    }

    /** A value of other dimensions: reshaped, or the same known values. */
    private static List<OnnxValue> as(OnnxCall call, OnnxValue x, long[] dimensions) {
        if (dimensions.length > HIGHEST_RANK) {
            throw call.wrong("makes " + dimensions.length + " dimensions");
        }
        if (x.integers().isPresent()) {
            return List.of(OnnxValue.known(x.type(), dimensions, x.integers().get()));
        }
        if (x.isSingleConstant() && x.reals().isPresent()) {
            return List.of(OnnxValue.known(dimensions, x.reals().get()));
        }
        if (Arrays.equals(dimensions, x.dimensions())) {
            return List.of(x);
        }
        return OnnxCall.result(call.reshape(x.tensor(call.builder()), dimensions));
    }

    private static List<OnnxValue> cast(OnnxCall call) {
        OnnxValue x = call.value(0);
        ElementType type = OnnxParser.elementType(call.smallInteger("to", 1));
        if (type == x.type()) {
            return List.of(x);
        }
        if (x.integers().isPresent()) {
            long[] values = x.integers().get();
            return List.of(
                    type == ElementType.REAL
                            ? OnnxValue.known(
                                    x.dimensions(),
                                    LongStream.of(values).asDoubleStream().toArray())
                            : OnnxValue.known(type, x.dimensions(), values));
        }
        if (x.reals().isPresent() && !x.isWeight()) {
            long[] values = Arrays.stream(x.reals().get())
                    .mapToLong(value -> (long) value)
                    .toArray();
            return List.of(OnnxValue.known(type, x.dimensions(), values));
        }
        return OnnxCall.result(call.apply(new Operator.Convert(type), call.tensor(0)));
    }

    private static List<OnnxValue> constant(OnnxCall call) {
        if (call.constant("value").isPresent()) {
            return List.of(
                    OnnxValue.constant(call.result(), call.constant("value").get(), false));
        }
        if (call.hasAttribute("value_int")) {
            return List.of(
                    OnnxValue.known(ElementType.INTEGER, new long[0], new long[] {call.integer("value_int", 0)}));
        }
        if (call.hasAttribute("value_float")) {
            return List.of(OnnxValue.known(new long[0], new double[] {call.real("value_float", 0)}));
        }
        if (call.integers("value_ints").isPresent() && call.hasAttribute("value_ints")) {
            long[] values = call.integers("value_ints").get();
            return List.of(OnnxValue.known(ElementType.INTEGER, new long[] {values.length}, values));
        }
        List<?> reals = call.list("value_floats").orElseThrow(() -> call.wrong("has no value that is understood"));
        double[] values = reals.stream()
                .mapToDouble(value -> value instanceof Double real ? real : 0)
                .toArray();
        return List.of(OnnxValue.known(new long[] {values.length}, values));
    }

    private static List<OnnxValue> constantOfShape(OnnxCall call) {
        long[] dimensions = call.integers(0, "shape");
        long elements = Arrays.stream(dimensions).reduce(1, Math::multiplyExact);
        Optional<OnnxGraph.OnnxConstant> value = call.constant("value");
        ElementType type = value.map(OnnxGraph.OnnxConstant::type).orElse(ElementType.REAL);
        if (type == ElementType.REAL) {
            return List.of(
                    elements == 1
                            ? OnnxValue.known(dimensions, new double[1])
                            : OnnxCall.result(call.builder().input("filled", dimensions))
                                    .get(0));
        }
        long filling = value.flatMap(OnnxGraph.OnnxConstant::integers)
                .filter(list -> !list.isEmpty())
                .map(list -> list.get(0))
                .orElse(0L);
        return List.of(whole(call, type, dimensions, elements, filling));
    }

    private static OnnxValue whole(OnnxCall call, ElementType type, long[] dimensions, long elements, long filling) {
        if (elements > MOST_VALUES) {
            return OnnxValue.of(
                    type == ElementType.BOOLEAN
                            ? call.builder().booleans("filled", dimensions)
                            : call.builder().integers("filled", dimensions));
        }
        long[] values = new long[Math.toIntExact(elements)];
        Arrays.fill(values, filling);
        return OnnxValue.known(type, dimensions, values);
    }

    private static List<OnnxValue> shape(OnnxCall call) {
        long[] dimensions = call.value(0).dimensions();
        int from = (int) position(call.integer("start", 0), dimensions.length);
        int to = (int) position(call.integer("end", dimensions.length), dimensions.length);
        long[] part = from < to ? Arrays.copyOfRange(dimensions, from, to) : new long[0];
        return List.of(OnnxValue.known(ElementType.INTEGER, new long[] {part.length}, part));
    }

    /** A position counted from the end where it is negative, cut to what there is. */
    private static long position(long given, long size) {
        long from = given < 0 ? Math.max(given, -size) + size : given;
        return Math.min(Math.max(from, 0), size);
    }

    private static List<OnnxValue> range(OnnxCall call) {
        long start = call.integers(0, "start")[0];
        long limit = call.integers(1, "limit")[0];
        long delta = call.integers(2, "delta")[0];
        if (delta == 0) {
            throw call.wrong("its delta is 0");
        }
        long count = Math.max(
                0, Math.floorDiv(Math.addExact(Math.subtractExact(limit, start), delta - Long.signum(delta)), delta));
        if (count > MOST_VALUES) {
            return OnnxCall.result(call.builder().integers("range", count));
        }
        long[] values = LongStream.range(0, count).map(i -> start + i * delta).toArray();
        return List.of(OnnxValue.known(ElementType.INTEGER, new long[] {count}, values));
    }

    private static List<OnnxValue> reshape(OnnxCall call) {
        OnnxValue x = call.value(0);
        long[] from = x.dimensions();
        long[] target = call.rebatched(call.integers(1, "shape"), from.length == 0 ? 1 : from[0], x.elements())
                .clone();
        boolean zeroIsZero = call.integer("allowzero", 0) != 0;
        int open = -1;
        long product = 1;
        for (int i = 0; i < target.length; i++) {
            if (target[i] == 0 && !zeroIsZero) {
                if (i >= from.length) {
                    throw call.wrong("copies dimension " + i + " of " + Arrays.toString(from));
                }
                target[i] = from[i];
            }
            if (target[i] == -1) {
                if (open >= 0) {
                    throw call.wrong("leaves two dimensions open: " + Arrays.toString(target));
                }
                open = i;
            } else if (target[i] < 0) {
                throw call.wrong("has the dimension " + target[i]);
            } else {
                product = Math.multiplyExact(product, target[i]);
            }
        }
        long elements = x.elements();
        if (open >= 0) {
            if (product == 0 || elements % product != 0) {
                throw call.wrong("cannot give " + Arrays.toString(from) + " the shape " + Arrays.toString(target));
            }
            target[open] = elements / product;
        } else if (product != elements) {
            throw call.wrong("cannot give " + Arrays.toString(from) + " the shape " + Arrays.toString(target));
        }
        return as(call, x, target);
    }

    private static List<OnnxValue> flatten(OnnxCall call) {
        OnnxValue x = call.value(0);
        int axis = (int) position(call.integer("axis", 1), x.rank());
        long ahead = Arrays.stream(x.dimensions(), 0, axis).reduce(1, Math::multiplyExact);
        return as(call, x, new long[] {ahead, ahead == 0 ? 0 : x.elements() / ahead});
    }

    private static List<OnnxValue> squeeze(OnnxCall call) {
        OnnxValue x = call.value(0);
        long[] dimensions = x.dimensions();
        Optional<long[]> given = call.axes("axes", 1);
        boolean[] gone = new boolean[dimensions.length];
        if (given.isPresent()) {
            for (long axis : given.get()) {
                gone[axis(call, axis, dimensions.length)] = true;
            }
        } else {
            for (int i = 0; i < gone.length; i++) {
                gone[i] = dimensions[i] == 1;
            }
        }
        for (int i = 0; i < gone.length; i++) {
            if (gone[i] && dimensions[i] != 1) {
                throw call.wrong("takes away axis " + i + " of " + Arrays.toString(dimensions) + ", which is not 1");
            }
        }
        return as(
                call,
                x,
                IntStream.range(0, gone.length)
                        .filter(i -> !gone[i])
                        .mapToLong(i -> dimensions[i])
                        .toArray());
    }

    private static int axis(OnnxCall call, long axis, int rank) {
        long at = axis < 0 ? axis + rank : axis;
        if (at < 0 || at >= rank) {
            throw call.wrong("has no axis " + axis + " in " + rank + " dimensions");
        }
        return (int) at;
    }

    private static List<OnnxValue> unsqueeze(OnnxCall call) {
        OnnxValue x = call.value(0);
        long[] axes = call.axes("axes", 1).orElseThrow(() -> call.wrong("has no axes"));
        int rank = x.rank() + axes.length;
        if (rank > HIGHEST_RANK) {
            throw call.wrong("makes " + rank + " dimensions");
        }
        boolean[] fresh = new boolean[rank];
        for (long axis : axes) {
            fresh[axis(call, axis, rank)] = true;
        }
        long[] dimensions = x.dimensions();
        long[] result = new long[rank];
        for (int i = 0, from = 0; i < rank; i++) {
            if (!fresh[i] && from == dimensions.length) {
                throw call.wrong("names an axis twice: " + Arrays.toString(axes));
            }
            result[i] = fresh[i] ? 1 : dimensions[from++];
        }
        return as(call, x, result);
    }

    private static List<OnnxValue> transpose(OnnxCall call) {
        OnnxValue x = call.value(0);
        long[] order = call.integers("perm")
                .orElseGet(() ->
                        LongStream.range(0, x.rank()).map(i -> x.rank() - 1 - i).toArray());
        if (x.integers().isPresent() && x.rank() <= 1) {
            return List.of(x);
        }
        if (x.isWeight() && Arrays.equals(order, new long[] {1, 0})) {
            return List.of(x.transposed(call.builder()));
        }
        List<Integer> axes =
                Arrays.stream(order).mapToObj(i -> axis(call, i, x.rank())).toList();
        if (axes.size() != x.rank()) {
            throw call.wrong("orders " + axes.size() + " of " + x.rank() + " axes");
        }
        return OnnxCall.result(call.permute(call.tensor(0), axes));
    }

    private static List<OnnxValue> expand(OnnxCall call) {
        OnnxValue x = call.value(0);
        Shape shape = Shape.broadcast(Shape.of(x.dimensions()), Shape.of(call.integers(1, "shape")));
        if (x.integers().isPresent() && x.elements() == 1) {
            return List.of(whole(
                    call,
                    x.type(),
                    shape.toArray(),
                    shape.elements(),
                    x.integers().get()[0]));
        }
        if (Arrays.equals(shape.toArray(), x.dimensions())) {
            return List.of(x);
        }
        return OnnxCall.result(call.apply(new Operator.Expand(shape), call.tensor(0)));
    }

    private static List<OnnxValue> tile(OnnxCall call) {
        OnnxValue x = call.value(0);
        long[] repeats = call.integers(1, "repeats");
        long[] dimensions = x.dimensions();
        if (repeats.length != dimensions.length) {
            throw call.wrong("has " + repeats.length + " repeats for " + dimensions.length + " axes");
        }
        if (Arrays.stream(repeats).allMatch(each -> each == 1)) {
            return List.of(x);
        }
        long[] apart = new long[2 * dimensions.length];
        long[] wide = new long[apart.length];
        long[] result = new long[dimensions.length];
        for (int i = 0; i < dimensions.length; i++) {
            apart[2 * i] = 1;
            wide[2 * i] = repeats[i];
            apart[2 * i + 1] = dimensions[i];
            wide[2 * i + 1] = dimensions[i];
            result[i] = Math.multiplyExact(repeats[i], dimensions[i]);
        }
        Tensor expanded = call.apply(new Operator.Expand(Shape.of(wide)), call.reshape(call.tensor(0), apart));
        return OnnxCall.result(call.reshape(expanded, result));
    }

    // ---- cutting and joining

    private static List<OnnxValue> slice(OnnxCall call) {
        OnnxValue x = call.value(0);
        long[] starts = call.axes("starts", 1).orElseThrow(() -> call.wrong("has no starts"));
        long[] ends = call.axes("ends", 2).orElseThrow(() -> call.wrong("has no ends"));
        long[] axes = call.axes("axes", 3)
                .orElseGet(() -> LongStream.range(0, starts.length).toArray());
        long[] steps = call.has(4) ? call.integers(4, "steps") : new long[0];
        if (ends.length != starts.length
                || axes.length != starts.length
                || (steps.length != 0 && steps.length != starts.length)) {
            throw call.wrong("its starts, ends, axes and steps are not as many");
        }
        if (starts.length > x.rank()) {
            throw call.wrong("cuts " + starts.length + " axes of " + x.rank());
        }
        OnnxValue result = x;
        for (int i = 0; i < starts.length; i++) {
            result = slice(
                    call, result, axis(call, axes[i], x.rank()), starts[i], ends[i], steps.length == 0 ? 1 : steps[i]);
        }
        return List.of(result);
    }

    private static OnnxValue slice(OnnxCall call, OnnxValue x, int axis, long from, long to, long step) {
        long size = x.dimensions()[axis];
        if (x.integers().isPresent() && x.rank() == 1) {
            return slicedKnown(call, x, from, to, step);
        }
        long start = position(from, size);
        long end = position(to, size);
        if (step < 1) {
            throw call.wrong("steps by " + step + ", which is not understood yet");
        }
        if (start >= end) {
            throw call.wrong("takes " + start + ":" + end + " of " + size + " positions, which are none");
        }
        Tensor whole = x.tensor(call.builder());
        if (step == 1) {
            return OnnxValue.of(call.slice(whole, axis, start, end));
        }
        long count = (end - start + step - 1) / step;
        // Every so-maniest position: one of each group, where the groups fit.
        long groupsEnd = (start / step + count) * step;
        if (start % step != start - start / step * step || groupsEnd > size) {
            throw call.wrong("steps by " + step + " over " + size + " positions, which is not understood yet");
        }
        Tensor cut = call.slice(whole, axis, start / step * step, groupsEnd);
        long[] grouped = new long[x.rank() + 1];
        long[] dimensions = cut.shape().toArray();
        for (int i = 0, j = 0; i < dimensions.length; i++) {
            grouped[j++] = i == axis ? count : dimensions[i];
            if (i == axis) {
                grouped[j++] = step;
            }
        }
        Tensor groups = call.reshape(cut, grouped);
        return OnnxValue.of(call.apply(new Operator.Select(axis + 1, start % step), groups));
    }

    private static OnnxValue slicedKnown(OnnxCall call, OnnxValue x, long from, long to, long step) {
        long[] values = x.integers().orElseThrow();
        int size = values.length;
        if (step == 0) {
            throw call.wrong("steps by 0");
        }
        List<Long> kept = new ArrayList<>();
        if (step > 0) {
            for (long i = position(from, size); i < position(to, size); i += step) {
                kept.add(values[(int) i]);
                if (step > size) {
                    break;
                }
            }
        } else {
            long first = from < 0 ? from + size : Math.min(from, size - 1L);
            long last = to < 0 ? Math.max(to + size, -1) : to;
            for (long i = first; i > last && i >= 0; i += Math.max(step, -1L - size)) {
                kept.add(values[(int) i]);
            }
        }
        return OnnxValue.known(
                x.type(),
                new long[] {kept.size()},
                kept.stream().mapToLong(Long::longValue).toArray());
    }

    private static List<OnnxValue> split(OnnxCall call) {
        OnnxValue x = call.value(0);
        int axis = axis(call, call.integer("axis", 0), x.rank());
        long size = x.dimensions()[axis];
        int parts = call.results();
        Optional<long[]> given = call.axes("split", 1).filter(sizes -> sizes.length > 0);
        long[] sizes = new long[parts];
        if (given.isPresent()) {
            sizes = given.get();
        } else {
            long each = (size + parts - 1) / parts;
            Arrays.fill(sizes, each);
            sizes[parts - 1] = size - each * (parts - 1);
        }
        if (sizes.length != parts || Arrays.stream(sizes).sum() != size) {
            throw call.wrong(
                    "cuts " + size + " positions into " + Arrays.toString(sizes) + " for " + parts + " results");
        }
        List<OnnxValue> results = new ArrayList<>();
        long each = sizes[0];
        if (x.integers().isEmpty() && parts > 1 && Arrays.stream(sizes).allMatch(one -> one == each)) {
            call.applyAll(new Operator.Split(axis, parts), call.tensor(0))
                    .forEach(part -> results.add(OnnxValue.of(part)));
            return results;
        }
        long start = 0;
        for (long part : sizes) {
            results.add(slice(call, x, axis, start, start + part, 1));
            start += part;
        }
        return results;
    }

    private static List<OnnxValue> concat(OnnxCall call) {
        List<OnnxValue> parts = new ArrayList<>();
        for (int i = 0; i < call.operands(); i++) {
            if (call.value(i).elements() > 0) {
                parts.add(call.value(i));
            }
        }
        if (parts.isEmpty()) {
            return List.of(call.value(0));
        }
        if (parts.stream().allMatch(part -> part.integers().isPresent() && part.rank() == 1)) {
            long[] joined = parts.stream()
                    .flatMapToLong(part -> LongStream.of(part.integers().orElseThrow()))
                    .toArray();
            return List.of(OnnxValue.known(parts.get(0).type(), new long[] {joined.length}, joined));
        }
        if (parts.stream().allMatch(part -> part.reals().isPresent() && part.rank() == 1 && !part.isWeight())) {
            double[] joined = parts.stream()
                    .flatMapToDouble(part -> DoubleStream.of(part.reals().orElseThrow()))
                    .toArray();
            return List.of(OnnxValue.known(new long[] {joined.length}, joined));
        }
        if (parts.size() == 1) {
            return List.of(parts.get(0));
        }
        int axis = axis(call, call.integer("axis", 0), parts.get(0).rank());
        long batch = call.builder().batch();
        boolean batched = axis != 0
                && batch != 1
                && parts.stream().anyMatch(part -> part.rank() > 0 && part.dimensions()[0] == batch);
        if (batched) {
            parts.replaceAll(part -> rebatched(call, part));
        }
        Tensor[] tensors =
                parts.stream().map(part -> part.tensor(call.builder())).toArray(Tensor[]::new);
        return OnnxCall.result(call.apply(new Operator.Concatenate(axis, false), tensors));
    }

    /** A part that was repeated for the batch of the file, such as a class token, repeated for the batch of now. */
    private static OnnxValue rebatched(OnnxCall call, OnnxValue part) {
        if (part.rank() == 0 || part.dimensions()[0] != 1) {
            return part;
        }
        Shape shape = Shape.of(part.dimensions()).with(0, call.builder().batch());
        return OnnxValue.of(call.apply(new Operator.Expand(shape), part.tensor(call.builder())));
    }

    private static List<OnnxValue> gather(OnnxCall call) {
        OnnxValue x = call.value(0);
        OnnxValue indices = call.value(1);
        int axis = axis(call, call.integer("axis", 0), x.rank());
        long size = x.dimensions()[axis];
        Optional<long[]> known = indices.integers();
        if (known.isPresent()) {
            for (long index : known.get()) {
                if (index < -size || index >= size) {
                    throw call.wrong("takes position " + index + " of " + size);
                }
            }
            if (x.integers().isPresent() && x.rank() == 1) {
                long[] values = x.integers().get();
                long[] taken = Arrays.stream(known.get())
                        .map(index -> values[(int) (index < 0 ? index + size : index)])
                        .toArray();
                return List.of(OnnxValue.known(x.type(), indices.dimensions(), taken));
            }
            if (indices.rank() == 0) {
                long index = known.get()[0];
                return OnnxCall.result(
                        call.apply(new Operator.Select(axis, index < 0 ? index + size : index), call.tensor(0)));
            }
        }
        if (axis == 0) {
            return OnnxCall.result(call.apply(new Operator.Gather(), call.tensor(0), call.tensor(1)));
        }
        // The axis goes to the front, where rows are taken, and what is taken goes back to its place.
        List<Integer> forward = new ArrayList<>(List.of(axis));
        IntStream.range(0, x.rank()).filter(i -> i != axis).forEach(forward::add);
        Tensor rows = call.apply(new Operator.Gather(), call.permute(call.tensor(0), forward), call.tensor(1));
        List<Integer> back = new ArrayList<>();
        IntStream.range(indices.rank(), indices.rank() + axis).forEach(back::add);
        IntStream.range(0, indices.rank()).forEach(back::add);
        IntStream.range(indices.rank() + axis, rows.shape().rank()).forEach(back::add);
        return OnnxCall.result(call.permute(rows, back));
    }

    // ---- maps

    private static List<OnnxValue> pad(OnnxCall call) {
        Tensor x = call.tensor(0);
        int rank = x.shape().rank();
        long[] given = call.axes("pads", 1).orElseThrow(() -> call.wrong("has no pads"));
        long[] axes = call.has(3)
                ? call.integers(3, "axes")
                : LongStream.range(0, rank).toArray();
        if (given.length != 2 * axes.length) {
            throw call.wrong("has " + given.length + " pads for " + axes.length + " axes");
        }
        long[] before = new long[rank];
        long[] after = new long[rank];
        for (int i = 0; i < axes.length; i++) {
            int axis = axis(call, axes[i], rank);
            before[axis] = Math.max(0, given[i]);
            after[axis] = Math.max(0, given[axes.length + i]);
        }
        Tensor padded = call.pad(x, before, after);
        for (int i = 0; i < axes.length; i++) {
            int axis = axis(call, axes[i], rank);
            long size = padded.shape().dimension(axis);
            padded = call.slice(padded, axis, Math.max(0, -given[i]), size + Math.min(0, given[axes.length + i]));
        }
        return OnnxCall.result(padded);
    }

    /** A copy of the data with some elements replaced by constants, as exporters write assignments to parts of masks. */
    private static List<OnnxValue> scatter(OnnxCall call) {
        if (call.has(2) && call.tensor(2).requiresGradient()) {
            throw call.wrong("writes values that are differentiated into others, which is not understood yet");
        }
        return OnnxCall.result(call.apply(new Operator.Contiguous(), call.tensor(0)));
    }

    private static List<OnnxValue> resize(OnnxCall call, int scalesAt, int sizesAt) {
        Tensor x = call.tensor(0);
        int rank = x.shape().rank();
        if (rank != 4) {
            throw call.wrong("resizes " + x.shape() + ", expected a map [n, c, h, w]");
        }
        long[] sizes = x.shape().toArray();
        if (call.has(sizesAt) && call.value(sizesAt).elements() > 0) {
            long[] given = call.integers(sizesAt, "sizes");
            System.arraycopy(given, 0, sizes, rank - Math.min(rank, given.length), Math.min(rank, given.length));
        } else {
            double[] scales = scales(call, scalesAt);
            if (scales.length > rank) {
                throw call.wrong("has " + scales.length + " scales for " + rank + " axes");
            }
            for (int i = 0; i < scales.length; i++) {
                int axis = rank - scales.length + i;
                double size = Math.floor(sizes[axis] * scales[i]);
                if (!(size >= 1 && size <= Integer.MAX_VALUE)) {
                    throw call.wrong("scales axis " + axis + " by " + scales[i]);
                }
                sizes[axis] = (long) size;
            }
        }
        if (sizes[0] != x.shape().dimension(0) || sizes[1] != x.shape().dimension(1)) {
            throw call.wrong("resizes the batch or the channels, expected height and width");
        }
        Interpolation interpolation = switch (call.text("mode", "nearest").toLowerCase(Locale.ROOT)) {
            case "linear" -> Interpolation.BILINEAR;
            case "cubic" -> Interpolation.BICUBIC;
            default -> Interpolation.NEAREST;
        };
        return OnnxCall.result(call.apply(new Operator.Resize(interpolation, sizes[2], sizes[3]), x));
    }

    private static double[] scales(OnnxCall call, int operand) {
        if (call.has(operand)) {
            return call.value(operand)
                    .reals()
                    .orElseThrow(() -> call.wrong("its scales are not constant, so sizes cannot be inferred"));
        }
        List<?> list = call.list("scales").orElseThrow(() -> call.wrong("has neither sizes nor scales"));
        return list.stream()
                .mapToDouble(value -> value instanceof Double real ? real : Double.NaN)
                .toArray();
    }

    private static List<OnnxValue> depthToSpace(OnnxCall call) {
        Tensor x = call.tensor(0);
        long block = call.integer("blocksize", 0);
        if (x.shape().rank() != 4 || block < 1 || x.shape().dimension(1) % (block * block) != 0) {
            throw call.wrong("cannot spread " + x.shape() + " over blocks of " + block);
        }
        long n = x.shape().dimension(0);
        long c = x.shape().dimension(1) / (block * block);
        long h = x.shape().dimension(2);
        long w = x.shape().dimension(3);
        Tensor cells = call.reshape(x, n, block, block, c, h, w);
        return OnnxCall.result(
                call.reshape(call.permute(cells, List.of(0, 3, 4, 1, 5, 2)), n, c, h * block, w * block));
    }

    private static List<OnnxValue> spaceToDepth(OnnxCall call) {
        Tensor x = call.tensor(0);
        long block = call.integer("blocksize", 0);
        if (x.shape().rank() != 4
                || block < 1
                || x.shape().dimension(2) % block != 0
                || x.shape().dimension(3) % block != 0) {
            throw call.wrong("cannot gather " + x.shape() + " from blocks of " + block);
        }
        long n = x.shape().dimension(0);
        long c = x.shape().dimension(1);
        long h = x.shape().dimension(2) / block;
        long w = x.shape().dimension(3) / block;
        Tensor cells = call.reshape(x, n, c, h, block, w, block);
        return OnnxCall.result(
                call.reshape(call.permute(cells, List.of(0, 3, 5, 1, 2, 4)), n, block * block * c, h, w));
    }
}
