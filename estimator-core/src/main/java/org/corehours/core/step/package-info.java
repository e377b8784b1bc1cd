/**
 * One optimizer step as a program of passes over graphs: what runs forward, what backward, on how many samples,
 * and which optimizer, average and exchange follow. How a framework launches it is not known here.
 */
@NullMarked
package org.corehours.core.step;

import org.jspecify.annotations.NullMarked;
