/** Sweeps on an Apache Spark cluster. Rows come from the same evaluator as those of one machine; only blocks travel. */
@NullMarked
package org.corehours.spark;

import org.jspecify.annotations.NullMarked;
