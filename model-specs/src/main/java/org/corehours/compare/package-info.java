/**
 * One run on other machines: which software it takes there, how many devices it needs for a time or a budget, how it
 * scales. Everything is asked of the estimator, nothing follows from proportions; nothing here prints.
 */
@NullMarked
package org.corehours.compare;

import org.jspecify.annotations.NullMarked;
