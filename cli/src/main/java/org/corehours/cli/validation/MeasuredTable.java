package org.corehours.cli.validation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.corehours.spec.InputFile;
import org.corehours.spec.InputLimits;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecProblem;

/**
 * A table as a CSV file holds it.
 *
 * @param file its name in messages
 * @param header the names of its columns
 * @param rows its rows
 */
public record MeasuredTable(String file, List<String> header, List<Row> rows) {

    private static final CsvFactory CSV = CsvFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(InputLimits.TABLE_CELL_CHARACTERS)
                    .build())
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvParser.Feature.ALLOW_COMMENTS)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .build();

    /** Copies the lists. */
    public MeasuredTable {
        header = List.copyOf(header);
        rows = List.copyOf(rows);
    }

    /**
     * A cell.
     *
     * @param text what it holds, without its quotes
     * @param line its line in the file, from 1
     * @param column where it begins in that line, from 1
     */
    public record Cell(String text, int line, int column) {}

    /**
     * A row.
     *
     * @param file the name of its file in messages
     * @param line its line in the file, from 1
     * @param cells its cells by the names of their columns
     */
    public record Row(String file, int line, Map<String, Cell> cells) {

        /**
         * A cell's text.
         *
         * @param column its column
         * @return its text, without spaces around it; empty if the table has no such column
         */
        public String text(String column) {
            Cell cell = cells.get(column);
            return cell == null ? "" : cell.text();
        }

        /**
         * Where a cell stands, as {@code file:line:column}.
         *
         * @param column its column
         * @return the place; that of the row if the table has no such column
         */
        String place(String column) {
            Cell cell = cells.get(column);
            return cell == null ? file + ":" + line : file + ":" + cell.line() + ":" + cell.column();
        }
    }

    /**
     * Reads a file in UTF-8 with a header and as many cells in every row. Lines that are empty or begin with # are
     * skipped; cells may be quoted, and hold commas and line ends then.
     *
     * @param file the file
     * @return the table
     * @throws SpecException if the file cannot be read, names a column twice or has a row with another number of cells
     */
    public static MeasuredTable read(Path file) {
        return read(file.toString(), file);
    }

    private static MeasuredTable read(String name, Path file) {
        return parse(name, InputFile.text(name, file, InputLimits.TABLE_BYTES));
    }

    /**
     * Reads every table of a folder.
     *
     * @param folder the folder; its files ending in .csv, in alphabetical order, go by their own names in messages
     * @return the tables
     * @throws SpecException if the folder cannot be read or holds no table, or as for a file
     */
    public static List<MeasuredTable> readAll(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<MeasuredTable> tables = files.filter(each -> each.toString().endsWith(".csv"))
                    .sorted()
                    .map(each -> read(String.valueOf(each.getFileName()), each))
                    .toList();
            if (tables.isEmpty()) {
                throw problem(folder.toString(), 0, 0, "holds no file that ends in .csv");
            }
            return tables;
        } catch (IOException e) {
            throw problem(folder.toString(), 0, 0, InputFile.why(folder, e));
        }
    }

    /**
     * Reads a stream to its end as a file is read.
     *
     * @param name what messages call it
     * @param in the stream, in UTF-8
     * @return the table
     * @throws SpecException as for a file
     */
    public static MeasuredTable read(String name, InputStream in) {
        try {
            return parse(name, InputFile.text(name, in, InputLimits.TABLE_BYTES));
        } catch (IOException e) {
            throw problem(name, 0, 0, "cannot be read (" + e.getMessage() + ")");
        }
    }

    private static MeasuredTable parse(String name, String text) {
        List<String> header = List.of();
        List<Row> rows = new ArrayList<>();
        List<SpecProblem> problems = new ArrayList<>();
        long cellsRead = 0;
        try (JsonParser parser = CSV.createParser(new StringReader(text))) {
            for (List<Cell> cells = next(parser); !cells.isEmpty(); cells = next(parser)) {
                cellsRead += cells.size();
                if (cellsRead > InputLimits.TABLE_CELLS) {
                    throw problem(
                            name,
                            cells.get(0).line(),
                            1,
                            String.format(
                                    Locale.ROOT,
                                    "has more than %,d cells, the most that is read",
                                    InputLimits.TABLE_CELLS));
                }
                if (header.isEmpty()) {
                    header = header(name, cells);
                } else if (cells.size() != header.size()) {
                    if (problems.size() < InputLimits.SPEC_PROBLEMS) {
                        problems.add(ragged(name, header, cells));
                    }
                } else {
                    rows.add(row(name, header, cells));
                }
            }
        } catch (StreamConstraintsException e) {
            throw problem(
                    name,
                    0,
                    0,
                    String.format(
                            Locale.ROOT,
                            "has a cell of more than %,d characters, the most that is read; is a quote never closed?",
                            InputLimits.TABLE_CELL_CHARACTERS));
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
            throw problem(name, line, column, "is no CSV: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw problem(name, 0, 0, "cannot be read (" + e.getMessage() + ")");
        }
        if (header.isEmpty()) {
            throw problem(name, 0, 0, "is empty, expected a header and rows");
        }
        if (!problems.isEmpty()) {
            throw new SpecException(problems);
        }
        return new MeasuredTable(name, header, rows);
    }

    /** The cells of the next line that holds any; none at the end. */
    private static List<Cell> next(JsonParser parser) throws IOException {
        List<Cell> cells = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            if (token == JsonToken.VALUE_STRING) {
                int line = parser.currentTokenLocation().getLineNr();
                int column = parser.currentTokenLocation().getColumnNr();
                cells.add(new Cell(parser.getText().strip(), line, column));
            } else if (token == JsonToken.END_ARRAY && !cells.isEmpty()) {
                return cells;
            }
        }
        return cells;
    }

    private static List<String> header(String file, List<Cell> cells) {
        if (cells.size() == 1 && cells.get(0).text().indexOf(';') >= 0) {
            throw problem(
                    file,
                    cells.get(0).line(),
                    1,
                    "has semicolons between cells, expected commas, and points in decimals");
        }
        Set<String> names = new HashSet<>();
        for (Cell cell : cells) {
            if (!names.add(cell.text())) {
                throw problem(file, cell.line(), cell.column(), "names the column \"" + cell.text() + "\" twice");
            }
        }
        return cells.stream().map(Cell::text).toList();
    }

    private static SpecProblem ragged(String file, List<String> header, List<Cell> cells) {
        return new SpecProblem(
                file,
                cells.get(0).line(),
                1,
                "",
                "has " + cells.size() + " cells, expected " + header.size() + " as in the header");
    }

    private static Row row(String file, List<String> header, List<Cell> cells) {
        Map<String, Cell> byColumn = new LinkedHashMap<>();
        for (int i = 0; i < cells.size(); i++) {
            byColumn.put(header.get(i), cells.get(i));
        }
        return new Row(file, cells.get(0).line(), byColumn);
    }

    static SpecException problem(String file, int line, int column, String message) {
        return new SpecException(List.of(new SpecProblem(file, line, column, "", message)));
    }
}
