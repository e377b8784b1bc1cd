/** Writes results as JSON. Numbers are finite, nothing is null. */
@NullMarked
package org.corehours.cli.json;

import org.jspecify.annotations.NullMarked;
