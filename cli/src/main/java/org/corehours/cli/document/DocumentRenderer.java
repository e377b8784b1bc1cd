package org.corehours.cli.document;

/** Writes a document in one format. */
public interface DocumentRenderer {

    /**
     * Renders a document.
     *
     * @param document the document
     * @return its text, which ends with a line break
     */
    String render(Document document);
}
