package org.corehours.cli;

/** The formats of a report. */
enum ReportFormat {
    TEXT,
    MARKDOWN,
    HTML,
    JSON
}
