package org.corehours.core.lowering.inductor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.TensorLayout;

/** Operations that become one kernel: first one, later all that were fused. Values are versions of one stretch. */
final class Work {
    final Kernel kernel;
    final List<String> operators = new ArrayList<>();
    final Map<Integer, TensorLayout> reads = new LinkedHashMap<>();
    final Map<Integer, TensorLayout> writes = new LinkedHashMap<>();
    Loop loop;
    long operations;

    Work(Kernel kernel, Loop loop, String operator, long operations) {
        this.kernel = kernel;
        this.loop = loop;
        this.operations = operations;
        operators.add(operator);
    }

    boolean makes(int version) {
        return writes.containsKey(version);
    }

    boolean readsAnyOf(Work other) {
        for (int version : other.writes.keySet()) {
            if (reads.containsKey(version)) {
                return true;
            }
        }
        return false;
    }

    /** Bytes of the values that both touch. */
    long sharedBytes(Work other) {
        long bytes = 0;
        for (Map.Entry<Integer, TensorLayout> read : reads.entrySet()) {
            if (other.reads.containsKey(read.getKey()) || other.writes.containsKey(read.getKey())) {
                bytes += read.getValue().bytes();
            }
        }
        return bytes;
    }

    /** Takes over what another does, which runs right after this. */
    void fuse(Work later) {
        add(later.operators);
        later.reads.forEach((version, layout) -> {
            if (!writes.containsKey(version)) {
                reads.putIfAbsent(version, layout);
            }
        });
        writes.putAll(later.writes);
        loop = loop.with(later.loop);
        operations = Math.addExact(operations, later.operations);
    }

    /** Computes a value that another makes from what that one reads, instead of reading it. */
    void inline(Work producer) {
        producer.writes.keySet().forEach(reads::remove);
        producer.reads.forEach(reads::putIfAbsent);
        List<String> own = new ArrayList<>(operators);
        operators.clear();
        add(producer.operators);
        add(own);
        operations = Math.addExact(operations, producer.operations);
    }

    private void add(List<String> others) {
        for (String other : others) {
            if (!operators.contains(other)) {
                operators.add(other);
            }
        }
    }
}
