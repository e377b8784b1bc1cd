package org.corehours.core.lowering.inductor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.corehours.core.lowering.eager.TracedStep.Call;

/**
 * Makes few kernels of the operations of one stretch, by TorchInductor's rules (torch/_inductor: ir.py, scheduler.py).
 *
 * <p>Elementwise work that only generated kernels read is computed where it is read, unless it reads too much and has
 * several readers. Then kernels of the same walk that share a value, made by one or read by both, fuse, the pair that
 * saves the most bytes first, as long as nothing in between depends on the one and is needed by the other. Library
 * kernels take no part.
 */
final class Fusion {

    /** Values that elementwise work with several readers may read and still not be stored (config.realize_reads_threshold). */
    private static final int MOST_READS_OF_INLINED = 4;

    private final Map<Integer, Integer> versions = new HashMap<>();
    private final List<Integer> values = new ArrayList<>();
    private final Set<Integer> outside;
    private final Function<Operand, List<Operand>> recomputed;
    private List<Work> works = new ArrayList<>();

    private Fusion(Set<Integer> outside, Function<Operand, List<Operand>> recomputed) {
        this.outside = outside;
        this.recomputed = recomputed;
    }

    /**
     * The kernels of a stretch.
     *
     * @param calls its operations
     * @param outside the values that others than these operations read, or that are results of the step
     * @param recomputed what is read to have an operand
     */
    static List<Work> of(List<Call> calls, Set<Integer> outside, Function<Operand, List<Operand>> recomputed) {
        Fusion fusion = new Fusion(outside, recomputed);
        calls.forEach(fusion::add);
        fusion.inline();
        fusion.fuse();
        fusion.dropUnused();
        return fusion.works;
    }

    private void add(Call call) {
        List<Decomposition.Part> parts = Decomposition.of(call.kernel());
        long operations = call.kernel().operations() / parts.size();
        List<Work> made = new ArrayList<>();
        for (Decomposition.Part part : parts) {
            Work work = new Work(call.kernel(), part.loop(), part.name(), operations);
            for (int i : part.reads()) {
                Operand operand =
                        new Operand(call.reads().get(i), call.kernel().inputs().get(i));
                for (Operand each : part.loop().isLibrary() ? List.of(operand) : recomputed.apply(operand)) {
                    work.reads.put(version(each.value()), each.layout());
                }
            }
            made.add(work);
        }
        for (int p = 0; p < parts.size(); p++) {
            for (int i : parts.get(p).rereads()) {
                made.get(p)
                        .reads
                        .put(
                                version(call.writes().get(i)),
                                call.kernel().outputs().get(i));
            }
            for (int i : parts.get(p).writes()) {
                made.get(p)
                        .writes
                        .put(
                                newVersion(call.writes().get(i)),
                                call.kernel().outputs().get(i));
            }
        }
        works.addAll(made);
    }

    private int version(int value) {
        Integer known = versions.get(value);
        return known == null ? newVersion(value) : known;
    }

    private int newVersion(int value) {
        versions.put(value, values.size());
        values.add(value);
        return values.size() - 1;
    }

    /** Whether somebody outside reads a version: the last of a value that is read outside. */
    private boolean leaves(int version) {
        int value = values.get(version);
        return outside.contains(value) && versions.getOrDefault(value, -1) == version;
    }

    // ---- inlining

    private void inline() {
        List<Work> stored = new ArrayList<>();
        for (int i = 0; i < works.size(); i++) {
            Work producer = works.get(i);
            List<Work> readers = readers(producer, i);
            if (inlines(producer, readers)) {
                readers.forEach(reader -> reader.inline(producer));
            } else {
                stored.add(producer);
            }
        }
        works = stored;
    }

    private List<Work> readers(Work producer, int position) {
        List<Work> readers = new ArrayList<>();
        for (int i = position + 1; i < works.size(); i++) {
            if (works.get(i).readsAnyOf(producer)) {
                readers.add(works.get(i));
            }
        }
        return readers;
    }

    private boolean inlines(Work producer, List<Work> readers) {
        if (!producer.loop.isPointwise() || producer.writes.size() != 1 || readers.isEmpty()) {
            return false;
        }
        if (producer.writes.keySet().stream().anyMatch(this::leaves)) {
            return false;
        }
        if (readers.size() > 1 && producer.reads.size() > MOST_READS_OF_INLINED) {
            return false;
        }
        return readers.stream()
                .allMatch(reader -> !reader.loop.isLibrary() && reader.loop.elements() >= producer.loop.elements());
    }

    // ---- fusing

    private void fuse() {
        List<Work> groups = new ArrayList<>();
        for (Work work : works) {
            int lastProducer = -1;
            for (int i = groups.size() - 1; i >= 0 && lastProducer < 0; i--) {
                if (work.readsAnyOf(groups.get(i))) {
                    lastProducer = i;
                }
            }
            int best = -1;
            long mostShared = 0;
            for (int i = 0; i < groups.size(); i++) {
                Work group = groups.get(i);
                if (group.loop.fuses(work.loop) && movable(groups, i, lastProducer)) {
                    long shared = work.sharedBytes(group);
                    if (shared >= mostShared && shared > 0) {
                        best = i;
                        mostShared = shared;
                    }
                }
            }
            if (best < 0) {
                groups.add(work);
                continue;
            }
            Work group = groups.get(best);
            group.fuse(work);
            if (best < lastProducer) {
                groups.add(lastProducer + 1, group);
                groups.remove(best);
            }
        }
        works = groups;
    }

    /** Whether a group can run right after the last producer of what joins it: nothing up to there reads its results. */
    private static boolean movable(List<Work> groups, int group, int lastProducer) {
        for (int i = group + 1; i <= lastProducer; i++) {
            if (groups.get(i).readsAnyOf(groups.get(group))) {
                return false;
            }
        }
        return true;
    }

    // ---- what need not be stored

    private void dropUnused() {
        Set<Integer> read = new HashSet<>();
        List<Work> used = new ArrayList<>();
        for (int i = works.size() - 1; i >= 0; i--) {
            Work work = works.get(i);
            if (!work.loop.isLibrary()) {
                work.writes.keySet().removeIf(version -> !read.contains(version) && !leaves(version));
            }
            if (work.loop.isLibrary() || !work.writes.isEmpty()) {
                read.addAll(work.reads.keySet());
                used.add(0, work);
            }
        }
        works = used;
    }
}
