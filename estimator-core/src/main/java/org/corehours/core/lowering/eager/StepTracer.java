package org.corehours.core.lowering.eager;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.lowering.eager.TracedStep.Call;
import org.corehours.core.lowering.eager.TracedStep.Kind;
import org.corehours.core.lowering.eager.TracedStep.Stretch;
import org.corehours.core.lowering.eager.TracedStep.Value;

/** Notes which values the kernels of a step read and write. */
final class StepTracer {
    private final List<EagerTensor[]> reads = new ArrayList<>();
    private final List<EagerTensor[]> writes = new ArrayList<>();
    private final Set<Integer> loops = new HashSet<>();
    /** Of storages that show one value under several names, another one of that value. */
    private final Map<Storage, Storage> synonyms = new IdentityHashMap<>();

    private final Map<Storage, Integer> numbers = new IdentityHashMap<>();
    /** Of values that eager autograd keeps, one of the names it keeps. */
    private final Map<Integer, Storage> keptNames = new HashMap<>();

    private final Set<Storage> seen = new HashSet<>();
    private final List<Value> values = new ArrayList<>();

    void call(EagerTensor[] inputs, EagerTensor[] outputs) {
        reads.add(inputs);
        writes.add(outputs);
    }

    void loop(int segment) {
        loops.add(segment);
    }

    void same(Storage... names) {
        Storage first = value(names[0]);
        for (Storage name : names) {
            Storage other = value(name);
            if (!other.equals(first)) {
                synonyms.put(other, first);
            }
        }
    }

    /** The storage that stands for all names of a value: what a block reads or leaves is the value outside of it. */
    private Storage value(Storage storage) {
        Storage found = storage;
        while (true) {
            Storage next = synonyms.getOrDefault(found, found.origin());
            if (next.equals(found)) {
                return found;
            }
            found = next;
        }
    }

    private int number(Storage storage) {
        Storage value = value(storage);
        int number = numbers.computeIfAbsent(value, absent -> values.size());
        if (number == values.size()) {
            values.add(new Value(kind(value), 0));
        }
        if (seen.add(storage)) {
            // Of the names of a value, those that eager autograd keeps; all if it keeps none.
            Value known = values.get(number);
            boolean more = storage.saved() || keptNames.get(number) == null;
            boolean anew = storage.saved() && keptNames.put(number, storage) == null;
            long bytes = anew ? 0 : known.bytes();
            values.set(number, new Value(known.kind(), more ? Math.addExact(bytes, storage.totalBytes()) : bytes));
        }
        return number;
    }

    private static Kind kind(Storage storage) {
        return switch (storage.role) {
            case PARAMETER, INPUT -> Kind.GIVEN;
            case WEIGHT_COPY -> Kind.WEIGHT_COPY;
            case ACTIVATION -> Kind.MADE;
        };
    }

    private List<Integer> numbers(EagerTensor[] tensors) {
        List<Integer> all = new ArrayList<>(tensors.length);
        for (EagerTensor tensor : tensors) {
            all.add(number(tensor.storage));
        }
        return all;
    }

    TracedStep traced(KernelProgram program) {
        List<Stretch> stretches = new ArrayList<>();
        int position = 0;
        for (int i = 0; i < program.segments().size(); i++) {
            Segment segment = program.segments().get(i);
            List<Call> calls = new ArrayList<>(segment.kernels().size());
            for (Kernel kernel : segment.kernels()) {
                calls.add(new Call(kernel, numbers(reads.get(position)), numbers(writes.get(position))));
                position++;
            }
            stretches.add(new Stretch(
                    segment.phase(),
                    segment.times(),
                    calls,
                    segment.gradientBytes(),
                    loops.contains(i),
                    segment.hostReads()));
        }
        return new TracedStep(stretches, values, program.memory());
    }
}
