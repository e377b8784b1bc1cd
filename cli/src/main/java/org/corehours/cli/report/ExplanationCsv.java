package org.corehours.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.run.StepExplanation;

/** An explained step as lines of a table for machines: SI units, nothing rounded. */
public final class ExplanationCsv {

    private static final List<String> SUMS = List.of(
            "calls",
            "launches",
            "flops",
            "bytes",
            "seconds",
            "share",
            "limit",
            "flops_per_second",
            "bytes_per_second",
            "roofline_fraction");

    private ExplanationCsv() {}

    /** {@return the names of the columns} */
    public static List<String> header(KernelGroup.By by) {
        List<String> header = new ArrayList<>(
                by == KernelGroup.By.KERNEL
                        ? List.of("phase", "operator", "kind", "modules", "data_type", "inputs", "outputs", "products")
                        : List.of(by.id()));
        header.addAll(SUMS);
        return header;
    }

    /** {@return the cells of one group} */
    public static List<String> cells(KernelGroup group, KernelGroup.By by, StepExplanation step) {
        List<String> cells = new ArrayList<>();
        if (by == KernelGroup.By.KERNEL) {
            Kernel kernel = group.first().kernel();
            cells.addAll(List.of(
                    group.first().phase(),
                    kernel.operator(),
                    kernel.kind().name().toLowerCase(Locale.ROOT),
                    String.join(" ", group.modules()),
                    kernel.type().label(),
                    String.join(" ", KernelNames.layouts(kernel.inputs())),
                    String.join(" ", KernelNames.layouts(kernel.outputs())),
                    String.join(" ", KernelNames.products(kernel.products()))));
        } else {
            cells.add(KernelNames.group(group, by));
        }
        cells.addAll(List.of(
                String.valueOf(group.calls()),
                String.valueOf(group.launches()),
                String.valueOf(group.flops()),
                String.valueOf(group.bytes()),
                String.valueOf(group.seconds()),
                String.valueOf(group.seconds() / step.timeline().stepSeconds()),
                group.limit().name().toLowerCase(Locale.ROOT),
                String.valueOf(group.flopsPerSecond()),
                String.valueOf(group.bytesPerSecond()),
                String.valueOf(group.rooflineFraction())));
        return cells;
    }
}
