package org.corehours.cli.validation;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Why predictions are off: known mechanisms, each with the rows that it concerns. */
final class Mechanisms {

    private static final String FILE = "mechanisms.csv";

    /**
     * A mechanism.
     *
     * @param name its name in tables
     * @param layout the descriptions of the tables that it concerns
     * @param rows the groups and labels of the rows that it concerns, as {@code group | label}
     * @param slow whether it concerns predictions that are too large, too small, or both
     * @param text what happens and how that is known
     */
    record Mechanism(String name, Pattern layout, Pattern rows, Side slow, String text) {}

    /** Which predictions a mechanism explains. */
    enum Side {
        ABOVE,
        BELOW,
        BOTH;

        boolean holds(double error) {
            return this == BOTH || (this == ABOVE) == error > 0;
        }
    }

    private static final List<Mechanism> ALL = read();

    private Mechanisms() {}

    private static List<Mechanism> read() {
        try (InputStream in = Mechanisms.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException("The built-in file " + FILE + " is missing.");
            }
            List<Mechanism> mechanisms = new ArrayList<>();
            for (MeasuredTable.Row row : MeasuredTable.read(FILE, in).rows()) {
                mechanisms.add(new Mechanism(
                        row.text("mechanism"),
                        Pattern.compile(row.text("layout")),
                        Pattern.compile(row.text("rows")),
                        Side.valueOf(row.text("side")),
                        row.text("text")));
            }
            return List.copyOf(mechanisms);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<Mechanism> all() {
        return ALL;
    }

    /** The first mechanism that concerns a row. */
    static Optional<Mechanism> of(TableLayout layout, TableLayout.Prediction prediction) {
        String row = prediction.group() + " | " + prediction.label();
        return ALL.stream()
                .filter(each -> each.layout().matcher(layout.description()).find()
                        && each.rows().matcher(row).find()
                        && each.slow().holds(prediction.error()))
                .findFirst();
    }
}
