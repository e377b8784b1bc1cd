/** Sweeps on this machine: all cores, rows in order, files that an interrupt leaves ready to go on. */
@NullMarked
package org.corehours.cli.sweep;

import org.jspecify.annotations.NullMarked;
