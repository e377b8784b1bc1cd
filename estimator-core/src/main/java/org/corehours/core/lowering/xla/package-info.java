/**
 * The XLA stack: whole-program compilation that fuses what lies between matrix products. No device is
 * known here; padding to a systolic array is the timing stage's matter.
 */
@NullMarked
package org.corehours.core.lowering.xla;

import org.jspecify.annotations.NullMarked;
