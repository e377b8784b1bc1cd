package org.corehours.cli.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.run.StepExplanation;
import org.corehours.core.simulate.KernelUse;

/** Kernels of a step that a reader wants to see as one row, and their sums. */
public final class KernelGroup {

    /** What the kernels of a group have in common. */
    public enum By {
        /** Everything but the module: name, phase, shapes and formats. */
        KERNEL,
        /** The module that caused them. */
        MODULE,
        /** The pass they belong to. */
        PHASE,
        /** The kind of work. */
        KIND;

        private Object key(KernelUse use) {
            return switch (this) {
                case KERNEL -> signature(use);
                case MODULE -> use.kernel().module();
                case PHASE -> use.phase();
                case KIND -> use.kernel().kind();
            };
        }

        /** {@return the name on the command line and in JSON} */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final KernelUse first;
    private final Set<String> modules = new LinkedHashSet<>();
    private final Map<KernelUse.Limit, Double> secondsByLimit = new LinkedHashMap<>();
    private long calls;
    private long launches;
    private double flops;
    private double bytes;
    private double seconds;
    private double rooflineSeconds;

    private KernelGroup(KernelUse first) {
        this.first = first;
    }

    /**
     * The kernels of a step in groups.
     *
     * @param step the step
     * @param by what makes a group
     * @return the groups, the one that takes longest first
     */
    public static List<KernelGroup> of(StepExplanation step, By by) {
        Map<Object, KernelGroup> groups = new LinkedHashMap<>();
        for (KernelUse use : step.kernels()) {
            groups.computeIfAbsent(by.key(use), key -> new KernelGroup(use)).add(use, step.rooflineSeconds(use));
        }
        List<KernelGroup> sorted = new ArrayList<>(groups.values());
        sorted.sort(Comparator.comparingDouble(KernelGroup::seconds).reversed());
        return sorted;
    }

    private static Object signature(KernelUse use) {
        Kernel kernel = use.kernel();
        return List.of(
                use.phase(),
                kernel.operator(),
                kernel.kind(),
                kernel.type(),
                kernel.inputs(),
                kernel.outputs(),
                kernel.products(),
                kernel.launches());
    }

    private void add(KernelUse use, double roofline) {
        Kernel kernel = use.kernel();
        modules.add(kernel.module());
        secondsByLimit.merge(use.limit(), use.seconds(), Double::sum);
        calls = Math.addExact(calls, use.calls());
        launches = Math.addExact(launches, Math.multiplyExact(use.calls(), kernel.launches()));
        flops += (double) use.calls() * kernel.flops();
        bytes += (double) use.calls() * kernel.bytes();
        seconds += use.seconds();
        rooflineSeconds += roofline;
    }

    /** {@return one of its kernels, which stands for all where they are grouped by kernel} */
    public KernelUse first() {
        return first;
    }

    /** {@return the modules that cause its kernels, in order of first use} */
    public Set<String> modules() {
        return Collections.unmodifiableSet(modules);
    }

    /** {@return calls of operators in one optimizer step} */
    public long calls() {
        return calls;
    }

    /** {@return launches on the device in one optimizer step} */
    public long launches() {
        return launches;
    }

    /** {@return FLOPs of products, of all calls} */
    public double flops() {
        return flops;
    }

    /** {@return bytes moved, of all calls} */
    public double bytes() {
        return bytes;
    }

    /** {@return seconds of the device, of all calls} */
    public double seconds() {
        return seconds;
    }

    /** {@return the rate of its products over its whole time, FLOP/s} */
    public double flopsPerSecond() {
        return flops / seconds;
    }

    /** {@return the rate of its bytes over its whole time, bytes/s} */
    public double bytesPerSecond() {
        return bytes / seconds;
    }

    /** {@return the least time the datasheet allows, relative to its time} */
    public double rooflineFraction() {
        return rooflineSeconds / seconds;
    }

    /** {@return what holds up most of its time} */
    public KernelUse.Limit limit() {
        return secondsByLimit.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }
}
