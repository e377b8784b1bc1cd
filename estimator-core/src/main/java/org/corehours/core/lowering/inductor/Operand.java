package org.corehours.core.lowering.inductor;

import org.corehours.core.lowering.TensorLayout;

/**
 * A value as an operation sees it.
 *
 * @param value its number in the trace
 * @param layout how it is seen
 */
record Operand(int value, TensorLayout layout) {}
