package org.corehours.cli.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.corehours.core.timing.KernelTime;

/** A table of kernels timed by themselves. */
public abstract class KernelLayout implements TableLayout {

    /** Only the tables of this package. */
    KernelLayout() {}

    /**
     * The kernels of a table, for fits.
     *
     * @param table the table
     * @return its kernels, in the order of its rows; rows that are no kernel are missing
     * @throws org.corehours.spec.SpecException if its header is not that of a table of kernels
     */
    public static List<MeasuredKernel> read(MeasuredTable table) {
        KernelLayout layout = Layouts.find(table, Layouts.ofKernels());
        List<MeasuredKernel> kernels = new ArrayList<>();
        for (MeasuredTable.Row row : table.rows()) {
            try {
                kernels.add(layout.kernel(row));
            } catch (NotCoveredException | ArithmeticException e) { // no kernel, or one too large to count
                continue;
            }
        }
        return kernels;
    }

    /**
     * What kernels of a device carry: the id of a known accelerator, or the device's own name.
     *
     * @param name an id, or what a table or driver calls the device
     * @return the id if an accelerator is called so, else the name
     */
    public static String device(String name) {
        return Devices.builtIn().idOrName(name);
    }

    /** The kernel of a row. */
    abstract MeasuredKernel kernel(MeasuredTable.Row row) throws NotCoveredException;

    @Override
    public boolean fitted() {
        return true;
    }

    @Override
    public Prediction predict(MeasuredTable.Row row) throws NotCoveredException {
        MeasuredKernel kernel = kernel(row);
        KernelTime time =
                Devices.builtIn().timer(Devices.builtIn().id(kernel.device())).time(kernel.kernel());
        double predicted = time.seconds() + kernel.overheadSeconds();
        return new Prediction(
                        kernel.kind() + " · " + kernel.device(),
                        kernel.kernel().operator() + " "
                                + kernel.kernel().outputs().get(0),
                        1e3 * kernel.seconds(),
                        1e3 * predicted,
                        "ms")
                .withLeftOut(kernel.leftOut())
                .withDetails(Map.of(
                        "compute_ms", 1e3 * time.computeSeconds(),
                        "memory_ms", 1e3 * time.memorySeconds(),
                        "launch_ms", 1e3 * time.launchSeconds()));
    }

    /** What the way of measuring adds: the column overhead_us of a table that has it, else what is known of the table. */
    static double overheadSeconds(MeasuredTable.Row row, double knownSeconds) throws NotCoveredException {
        String text = row.text("overhead_us");
        if (text.isEmpty()) {
            return knownSeconds;
        }
        try {
            return 1e-6 * Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw Cells.bad(row, "overhead_us", "is no number");
        }
    }

    /** The kind of kernel, with its precision unless that is fp32. */
    static String kind(String kind, MeasuredTable.Row row) throws NotCoveredException {
        return switch (Cells.precision(row, "precision")) {
            case FP32 -> kind;
            default -> kind + " " + Cells.precision(row, "precision").id();
        };
    }
}
