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
        throw new UnsupportedOperationException("There is no CSV of this report.");
    }

    /** {@return a paragraph that says what was trained and what it took} */
    default String statement() {
        throw new UnsupportedOperationException("There is no statement of this report.");
    }
}
