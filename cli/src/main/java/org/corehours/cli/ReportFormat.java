package org.corehours.cli;

import java.util.Locale;

/** The formats of a report. */
enum ReportFormat {
    TEXT,
    MARKDOWN,
    HTML,
    JSON,
    CSV,
    LATEX,
    STATEMENT;

    /** {@return the name on the command line} */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return how the names of its files end} */
    String ending() {
        return switch (this) {
            case TEXT, STATEMENT -> "txt";
            case MARKDOWN -> "md";
            case LATEX -> "tex";
            case HTML, JSON, CSV -> id();
        };
    }
}
