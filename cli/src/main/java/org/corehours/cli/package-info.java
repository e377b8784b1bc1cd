/**
 * The command line: commands, renderers and the mapping from errors to exit codes. Nothing here computes an
 * estimate.
 */
@NullMarked
package org.corehours.cli;

import org.jspecify.annotations.NullMarked;
