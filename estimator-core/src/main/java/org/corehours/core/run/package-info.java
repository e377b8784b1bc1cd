/**
 * From a step to a whole run: steps, evaluation, failures; hours, device-hours, energy and money as intervals.
 * It does not know what a paper claimed.
 */
@NullMarked
package org.corehours.core.run;

import org.jspecify.annotations.NullMarked;
