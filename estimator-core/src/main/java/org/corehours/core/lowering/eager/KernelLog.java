package org.corehours.core.lowering.eager;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelNames;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.Segment;
import org.corehours.core.lowering.TensorLayout;
import org.corehours.core.lowering.eager.Storage.Role;
import org.corehours.core.memory.AllocationTrace;
import org.corehours.core.memory.AllocationTrace.Runs;
import org.corehours.core.memory.MemoryKind;
import org.corehours.core.memory.Nesting;
import org.corehours.core.memory.Nesting.Region;
import org.jspecify.annotations.Nullable;

/** Collects the kernels in launch order, and the storages they write. */
final class KernelLog {
    private final List<Segment> segments = new ArrayList<>();
    private final List<Storage> storages = new ArrayList<>();
    private List<Kernel> kernels = new ArrayList<>();
    private String phase = "forward";
    private String module = "";
    private String operator = "";
    private int times = 1;
    private int position;
    private Region region = Region.phase("forward", 0);
    private final List<Region> phases = new ArrayList<>();
    private final List<long[]> temporaries = new ArrayList<>();
    /** What each kernel reads and writes, if anybody wants to know. */
    private final @Nullable StepTracer tracer;

    private final TensorFloat32 tensorFloat32;

    KernelLog(TensorFloat32 tensorFloat32, @Nullable StepTracer tracer) {
        this.tensorFloat32 = tensorFloat32;
        this.tracer = tracer;
    }

    void phase(String name) {
        close();
        phase = name;
        region.end(position);
        region = Region.phase(name, position);
        phases.add(region);
    }

    void module(String path) {
        module = path;
    }

    String module() {
        return module;
    }

    /** The operator emitted last. */
    String operator() {
        return operator;
    }

    /** How often the kernels now emitted run. */
    int times() {
        return times;
    }

    /** From now on each kernel stands for {@code count} runs. */
    void times(int count) {
        if (count != times) {
            close();
            times = count;
        }
    }

    private void close() {
        if (!kernels.isEmpty()) {
            segments.add(new Segment(phase, times, kernels, 0));
            kernels = new ArrayList<>();
        }
    }

    /** The host reads results of the kernels emitted since {@code segment} back before it goes on. */
    void hostReads(int segment, int reads) {
        close();
        if (segment < segments.size()) {
            Segment old = segments.get(segments.size() - 1);
            segments.set(
                    segments.size() - 1,
                    new Segment(
                            old.phase(),
                            old.times(),
                            old.kernels(),
                            old.gradientBytes(),
                            Math.addExact(old.hostReads(), reads)));
        }
    }

    /** Ends a sequence of kernels without anything between it and the next one. */
    int cut() {
        close();
        return segment();
    }

    /** Kernels emitted so far: the number of the next one. */
    int position() {
        return position;
    }

    /** The index of the segment that the next kernel belongs to. */
    int segment() {
        return segments.size();
    }

    /** A sequence of kernels that runs several times. */
    final class Repetition {
        private final Region before = region;
        private final int timesBefore = times;
        private final int firstSegment;
        private final int count;

        Repetition(int count) {
            this.count = count;
            times(Math.multiplyExact(times, count));
            close();
            firstSegment = segment();
            region = before.inner(position, count);
        }

        /** Ends the sequence; it ran {@code actual} times. */
        void end(int actual) {
            close();
            if (actual != count) {
                for (int i = firstSegment; i < segments.size(); i++) {
                    Segment old = segments.get(i);
                    segments.set(i, old.with(old.times() / count * actual, old.gradientBytes()));
                }
            }
            region.end(position);
            region.times(actual);
            region = before;
            times = timesBefore;
        }

        /** Notes how the values that the sequence hands on are called before, inside and after it. */
        void handsOn(Storage... names) {
            if (tracer != null) {
                tracer.same(names);
            }
        }

        /** Notes that the runs of the sequence follow each other without anything in between. */
        void closed() {
            if (tracer != null && timesBefore == 1 && segments.size() == firstSegment + 1) {
                tracer.loop(firstSegment);
            }
        }
    }

    /** Starts a sequence that runs {@code count} times as often as what surrounds it. */
    Repetition repeat(int count) {
        return new Repetition(count);
    }

    /** Books the gradient of one copy of a parameter to each run of the segment that completes it. */
    void bookGradient(int segment, Storage parameter) {
        close();
        int index = Math.min(segment, segments.size() - 1);
        Segment old = segments.get(index);
        long bytes = parameter.totalBytes() / old.times();
        segments.set(index, old.with(old.times(), old.gradientBytes() + bytes));
    }

    List<Segment> segments() {
        close();
        return segments;
    }

    void emit(
            String operator,
            KernelKind kind,
            EagerTensor[] inputs,
            EagerTensor[] outputs,
            List<MatrixShape> products,
            long operations,
            int launches) {
        this.operator = operator;
        TensorLayout[] in = new TensorLayout[inputs.length];
        TensorLayout[] out = new TensorLayout[outputs.length];
        long read = 0;
        for (int i = 0; i < in.length; i++) {
            in[i] = inputs[i].layout();
            read = Math.addExact(read, in[i].bytes());
            inputs[i].storage.read(position);
        }
        long written = 0;
        for (int i = 0; i < out.length; i++) {
            out[i] = outputs[i].layout();
            written = Math.addExact(written, out[i].bytes());
            Storage storage = outputs[i].storage;
            if (storage.unwritten() && (storage.role == Role.ACTIVATION || storage.role == Role.WEIGHT_COPY)) {
                storages.add(storage);
            }
            storage.write(position);
        }
        DataType type = tensorFloat32.format(kind, in.length == 0 ? out[0].type() : in[0].type());
        if (tracer != null) {
            tracer.call(inputs, outputs);
        }
        kernels.add(new Kernel(
                operator,
                kind,
                module,
                List.of(in),
                List.of(out),
                products,
                type,
                read,
                written,
                operations,
                launches));
        position++;
    }

    void emit(Kernel kernel) {
        if (tracer != null) {
            tracer.call(Aten.NONE, Aten.NONE);
        }
        kernels.add(kernel);
        position++;
    }

    /** Follows the life of a storage that a block left. */
    void follow(Storage storage) {
        storages.add(storage);
    }

    /** Bytes kept for the backward computation, casts of weights apart. */
    long savedBytes() {
        long total = 0;
        for (Storage storage : storages) {
            if (storage.saved() && storage.role == Role.ACTIVATION) {
                total = Math.addExact(total, storage.totalBytes());
            }
        }
        return total;
    }

    /** The same by the operator that needs them first. */
    SortedMap<String, Long> savedBytesByOperator() {
        SortedMap<String, Long> bytes = new TreeMap<>();
        for (Storage storage : storages) {
            String needed = storage.savedFor();
            if (needed != null && storage.role == Role.ACTIVATION) {
                bytes.merge(needed, storage.totalBytes(), Math::addExact);
            }
        }
        return bytes;
    }

    /** A tensor that a kernel of the update makes and that is gone after {@code until}. */
    void temporary(long bytes, int from, int until) {
        temporaries.add(new long[] {bytes, from, until});
    }

    /** When the tensors of the step are allocated and freed. */
    AllocationTrace allocations() {
        close();
        region.end(position);
        Nesting nesting = new Nesting(phases, position);
        AllocationTrace.Builder trace = new AllocationTrace.Builder(new KernelNames(segments));
        nesting.trace(trace);
        for (Storage storage : storages) {
            storage.trace(trace, nesting);
        }
        for (long[] each : temporaries) {
            int tensor = trace.tensor(MemoryKind.TEMPORARIES, each[0], (int) each[1], Runs.EACH, 0);
            trace.free(tensor, (int) each[2], Runs.EACH, 0);
        }
        return trace.build(position);
    }
}
