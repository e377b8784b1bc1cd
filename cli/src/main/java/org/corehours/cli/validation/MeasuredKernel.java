package org.corehours.cli.validation;

import org.corehours.core.lowering.Kernel;

/**
 * A kernel that was timed by itself.
 *
 * @param line its line in the table
 * @param device the id of the accelerator it ran on
 * @param kind what is grouped together: linear, bmm, elementwise, softmax, layer_norm, rms_norm; with the precision
 *     behind it unless that is fp32
 * @param kernel the kernel
 * @param seconds what was measured
 * @param overheadSeconds the part of it that is the way of measuring, not the device
 * @param launched the name, grid and block of the kernel that the library chose; empty texts if not recorded
 * @param leftOut whether it is left out of fits, by {@link Split}
 */
public record MeasuredKernel(
        int line,
        String device,
        String kind,
        Kernel kernel,
        double seconds,
        double overheadSeconds,
        Launched launched,
        boolean leftOut) {

    /**
     * What the library launched.
     *
     * @param name the kernel's name
     * @param grid its blocks, as {@code 8x256x1}
     * @param block its threads
     */
    public record Launched(String name, String grid, String block) {

        static Launched of(MeasuredTable.Row row) {
            return new Launched(row.text("kernel"), row.text("grid"), row.text("block"));
        }
    }
}
