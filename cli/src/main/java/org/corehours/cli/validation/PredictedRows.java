package org.corehours.cli.validation;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.corehours.cli.document.CsvCell;
import org.corehours.cli.validation.TableLayout.Prediction;
import org.corehours.core.quantity.Interval;

/** A table with the predictions in columns behind its own. */
public final class PredictedRows {

    private PredictedRows() {}

    /**
     * Writes a validated table.
     *
     * @param validation the table beside its predictions
     * @return the rows as CSV: the line, the table's columns, group, measured, predicted, unit, error_pct, left_out, low,
     *     high, inside, details, and not_covered with the reason
     */
    public static String csv(Validation validation) {
        Set<String> details = new TreeSet<>();
        validation.predictions().forEach(each -> details.addAll(each.details().keySet()));
        StringWriter text = new StringWriter();
        CsvSchema plain = CsvSchema.emptySchema().withLineSeparator("\n");
        try (JsonGenerator to = new CsvMapper().getFactory().createGenerator(text)) {
            to.setSchema(plain);
            List<String> header = new ArrayList<>(List.of("line"));
            header.addAll(validation.table().header());
            header.addAll(List.of(
                    "group", "measured", "predicted", "unit", "error_pct", "left_out", "low", "high", "inside"));
            header.addAll(details);
            header.add("not_covered");
            write(to, header);
            for (Validation.ValidatedRow each : validation.rows()) {
                List<String> cells =
                        new ArrayList<>(List.of(String.valueOf(each.row().line())));
                validation
                        .table()
                        .header()
                        .forEach(column -> cells.add(each.row().text(column)));
                Prediction prediction = each.prediction();
                if (prediction == null) {
                    for (int i = 0; i < 9 + details.size(); i++) {
                        cells.add("");
                    }
                } else {
                    cells.addAll(cells(prediction));
                    details.forEach(key -> {
                        Double value = prediction.details().get(key);
                        cells.add(value == null ? "" : String.valueOf(value));
                    });
                }
                cells.add(each.reason());
                write(to, cells);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static List<String> cells(Prediction prediction) {
        Interval range = prediction.interval();
        return List.of(
                prediction.group(),
                String.valueOf(prediction.measured()),
                String.valueOf(prediction.predicted()),
                prediction.unit(),
                String.valueOf(100 * prediction.error()),
                prediction.leftOut() ? "yes" : "no",
                range == null ? "" : String.valueOf(range.low()),
                range == null ? "" : String.valueOf(range.high()),
                range == null ? "" : Boolean.TRUE.equals(prediction.inside()) ? "yes" : "no");
    }

    private static void write(JsonGenerator to, List<String> cells) throws IOException {
        to.writeStartArray();
        for (String cell : cells) {
            to.writeString(CsvCell.harmless(cell));
        }
        to.writeEndArray();
    }
}
