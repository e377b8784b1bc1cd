/**
 * Reads specification files, YAML or JSON, strictly: every mistake is reported with file, line, column and field, and
 * several at once. Files of hardware, models and papers are all read with it; what a field means is the business of
 * the reader of that kind of file. It stands in this module because this is the first that reads files.
 */
@NullMarked
package org.corehours.spec;

import org.jspecify.annotations.NullMarked;
