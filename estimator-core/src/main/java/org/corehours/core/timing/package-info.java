/**
 * Seconds of one kernel on one accelerator, from the device's laws: tiles and waves, systolic padding, memory,
 * launch gap. One kernel at a time: no overlap, no cluster.
 */
@NullMarked
package org.corehours.core.timing;

import org.jspecify.annotations.NullMarked;
