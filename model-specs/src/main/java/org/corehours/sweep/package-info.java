/**
 * What-ifs by the million: a space of parameters, the estimate of any of its points by itself, and what is kept of
 * them. Nothing here writes files or starts threads, so that any engine can evaluate points in any order and get the same rows.
 */
@NullMarked
package org.corehours.sweep;

import org.jspecify.annotations.NullMarked;
