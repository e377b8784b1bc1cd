/**
 * The timeline of one step on a cluster: compute, communication and input streams, and the memory curve. It
 * orders and overlaps kernels already timed, and knows nothing of epochs or money.
 */
@NullMarked
package org.corehours.core.simulate;

import org.jspecify.annotations.NullMarked;
