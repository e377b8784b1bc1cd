package org.corehours.cli;

import org.corehours.cli.document.DocumentBuilder;

/** What a command reports, in each of the forms it can take. */
interface ReportForms {

    /** Writes all of it. */
    void document(DocumentBuilder document);

    /** {@return its JSON} */
    String json();

    /** Writes what a paper would print of it: its tables of runs and claims. */
    default void tables(DocumentBuilder document) {
        document(document);
    }

    /** {@return its figures as comma-separated values} */
    default String csv() {
        throw new UsageException("There is no --format csv of this; there are text, markdown, html, latex and json.");
    }

    /** {@return a paragraph that says what was trained and what it took} */
    default String statement() {
        throw new UsageException("There is no --format statement of this; there is one of report.");
    }
}
