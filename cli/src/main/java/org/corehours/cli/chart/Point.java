package org.corehours.cli.chart;

import org.corehours.cli.json.JsonText;

/**
 * A point in the plane.
 *
 * @param x to the right, in the unit of its chart's horizontal axis
 * @param y upwards, in the unit of the vertical axis
 */
public record Point(double x, double y) {

    void write(JsonText to) {
        to.number("x", x).number("y", y);
    }
}
