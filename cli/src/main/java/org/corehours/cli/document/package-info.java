/**
 * A report as headings, paragraphs, lists and tables, and the formats it is written in. Nothing here knows what a report
 * is about.
 */
@NullMarked
package org.corehours.cli.document;

import org.jspecify.annotations.NullMarked;
