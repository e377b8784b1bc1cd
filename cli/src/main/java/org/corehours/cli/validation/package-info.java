/**
 * Tables of published measurements: which layout a table has, what a row would be by the laws, and how far the two are
 * apart.
 */
@NullMarked
package org.corehours.cli.validation;

import org.jspecify.annotations.NullMarked;
