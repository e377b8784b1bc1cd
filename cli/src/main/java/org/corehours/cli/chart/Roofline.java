package org.corehours.cli.chart;

import java.util.Comparator;
import java.util.List;
import org.corehours.cli.json.JsonText;

/**
 * Kernels by arithmetic intensity and achieved rate, below the roofs of their device, on logarithmic axes.
 *
 * @param horizontal what the horizontal axis measures, with the unit
 * @param vertical what the vertical axis measures, with the unit
 * @param kernels the kernels
 * @param roofs the roofs
 */
public record Roofline(String horizontal, String vertical, List<Kernel> kernels, List<Roof> roofs) implements Chart {

    /** Copies the lists. */
    public Roofline {
        kernels = List.copyOf(kernels);
        roofs = List.copyOf(roofs);
    }

    /**
     * A kernel.
     *
     * @param name its name and shape
     * @param at where it stands
     * @param share its share of the time, from 0 to 1
     * @param limit what holds it up
     * @param label what a reader wants to know of it
     */
    public record Kernel(String name, Point at, double share, String limit, String label) {}

    /**
     * A line that no kernel can be above.
     *
     * @param name what it is, with its value for readers
     * @param from its left end
     * @param to its right end
     */
    public record Roof(String name, Point from, Point to) {}

    @Override
    public String kind() {
        return "roofline";
    }

    @Override
    public String summary() {
        return kernels.stream()
                .max(Comparator.comparingDouble(Kernel::share))
                .map(most -> kernels.size() + " kernels; the one that takes longest is " + most.name() + ": "
                        + most.label() + ".")
                .orElse("");
    }

    @Override
    public void write(JsonText to) {
        to.text("horizontal", horizontal)
                .text("vertical", vertical)
                .objects("kernels", kernels, (kernel, each) -> {
                    each.at().write(kernel.text("name", each.name()));
                    kernel.number("share", each.share())
                            .text("limit", each.limit())
                            .text("label", each.label());
                })
                .objects(
                        "roofs",
                        roofs,
                        (roof, each) -> roof.text("name", each.name())
                                .objects("points", List.of(each.from(), each.to()), (point, end) -> end.write(point)));
    }
}
