package org.corehours.cli.validation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** Copies the lists. */
    public MeasuredTable {
        header = List.copyOf(header);
        rows = List.copyOf(rows);
    }

    /**
     * A row.
     *
     * @param line its line in the file, from 1
     * @param cells its cells by column
     */
    public record Row(int line, Map<String, String> cells) {

        /**
         * A cell.
         *
         * @param column its column
         * @return its text
         */
        public String text(String column) {
            return cells.getOrDefault(column, "");
        }
    }

    /**
     * Reads a file with a header and as many cells in every row. Lines that are empty or begin with # are skipped.
     *
     * @param file the file
     * @return the table
     * @throws SpecException if the file cannot be read or a row has another number of cells
     */
    public static MeasuredTable read(Path file) {
        String name = file.toString();
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return read(name, lines);
        } catch (NoSuchFileException e) {
            throw problem(name, 0, "there is no such file");
        } catch (IOException e) {
            throw problem(name, 0, "cannot be read (" + e.getMessage() + ")");
        }
    }

    /**
     * Reads a stream to its end as a file is read.
     *
     * @param name what messages call it
     * @param in the stream, in UTF-8
     * @return the table
     * @throws SpecException if the stream cannot be read or a row has another number of cells
     */
    public static MeasuredTable read(String name, InputStream in) {
        try {
            return read(name, new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw problem(name, 0, "cannot be read (" + e.getMessage() + ")");
        }
    }

    private static MeasuredTable read(String name, BufferedReader lines) throws IOException {
        List<String> header = List.of();
        List<Row> rows = new ArrayList<>();
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            List<String> cells = cells(line);
            if (header.isEmpty()) {
                header = cells;
            } else if (cells.size() != header.size()) {
                throw problem(
                        name,
                        number,
                        "has " + cells.size() + " cells, expected " + header.size() + " as in the header");
            } else {
                Map<String, String> byColumn = new LinkedHashMap<>();
                for (int i = 0; i < cells.size(); i++) {
                    byColumn.put(header.get(i), cells.get(i));
                }
                rows.add(new Row(number, byColumn));
            }
        }
        if (header.isEmpty()) {
            throw problem(name, 0, "is empty, expected a header and rows");
        }
        return new MeasuredTable(name, header, rows);
    }

    static SpecException problem(String file, int line, String message) {
        return new SpecException(List.of(new SpecProblem(file, line, line == 0 ? 0 : 1, "", message)));
    }

    /** The cells of a line; a cell in quotes may hold commas, and a doubled quote is one. */
    static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                    cell.append('"');
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }
}
