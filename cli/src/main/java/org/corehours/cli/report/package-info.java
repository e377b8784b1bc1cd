/**
 * What the commands print: audits, runs and papers as documents and as JSON. Nothing is computed here but what a reader
 * wants to see beside a figure.
 */
@NullMarked
package org.corehours.cli.report;

import org.jspecify.annotations.NullMarked;
