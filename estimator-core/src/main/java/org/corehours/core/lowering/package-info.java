/**
 * What a software stack really launches for a step: kernels with their data types, FLOPs, bytes, and bytes
 * saved for backward. No device is known here, so no seconds.
 */
@NullMarked
package org.corehours.core.lowering;

import org.jspecify.annotations.NullMarked;
