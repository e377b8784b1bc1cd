package org.corehours.cli.chart;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.corehours.cli.json.JsonText;

/**
 * How a quantity goes on, and levels to compare it with.
 *
 * @param horizontal what the horizontal axis measures, with the unit
 * @param vertical what the vertical axis measures, with the unit
 * @param points the course of the quantity, from left to right
 * @param levels the levels
 */
public record Curve(String horizontal, String vertical, List<Point> points, List<Level> levels) implements Chart {

    /** Copies the lists. */
    public Curve {
        points = List.copyOf(points);
        levels = List.copyOf(levels);
    }

    /**
     * A level.
     *
     * @param name what it is, with its value for readers
     * @param value the value in the vertical axis's unit
     */
    public record Level(String name, double value) {}

    @Override
    public String kind() {
        return "curve";
    }

    @Override
    public String summary() {
        return points.stream()
                .max(Comparator.comparingDouble(Point::y))
                .map(most -> "Highest at " + number(most.x()) + ", with " + number(most.y()) + " (" + horizontal + "; "
                        + vertical + ")."
                        + levels.stream()
                                .map(each -> " Level: " + each.name() + ".")
                                .collect(Collectors.joining()))
                .orElse("");
    }

    private static String number(double value) {
        return new BigDecimal(value).round(new MathContext(3)).toPlainString();
    }

    @Override
    public void write(JsonText to) {
        to.text("horizontal", horizontal)
                .text("vertical", vertical)
                .objects("points", points, (point, each) -> each.write(point))
                .objects(
                        "levels",
                        levels,
                        (level, each) -> level.text("name", each.name()).number("value", each.value()));
    }
}
