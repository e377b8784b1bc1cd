/**
 * The PyTorch eager stack: replays layout, autocast and autograd rules over a graph, so that the kernels
 * it launches, copies and casts included, follow from the model's operators. No device is known here.
 */
@NullMarked
package org.corehours.core.lowering.eager;

import org.jspecify.annotations.NullMarked;
