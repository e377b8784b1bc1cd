/**
 * A model as operators with exact shapes, a repeated block stored once with its count, and the exact FLOPs and
 * parameters that follow from shapes alone. Precision, kernels and devices have no place here.
 */
@NullMarked
package org.corehours.core.graph;

import org.jspecify.annotations.NullMarked;
