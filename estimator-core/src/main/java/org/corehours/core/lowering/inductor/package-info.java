/**
 * The torch.compile stack: what TorchInductor makes of the kernels of an eager step by inlining, fusing and recomputing
 * them. Which kernels the step has is the eager stack's matter; no device is known here.
 */
@NullMarked
package org.corehours.core.lowering.inductor;

import org.jspecify.annotations.NullMarked;
