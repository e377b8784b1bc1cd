/**
 * How the constants of a device's timing laws come from measurements of single kernels, or, where there are none, from
 * the laws of related devices. Nothing here reads a file; nothing here sees a training step or a claim.
 */
@NullMarked
package org.corehours.core.calibration;

import org.jspecify.annotations.NullMarked;
