/**
 * JMH benchmarks of the estimator's hot paths. Nothing depends on this package.
 */
@NullMarked
package org.corehours.benchmarks;

import org.jspecify.annotations.NullMarked;
