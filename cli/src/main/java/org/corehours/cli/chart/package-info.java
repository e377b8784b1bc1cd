/** What charts show: figures, axes and labels, with nothing of how a format draws them. */
@NullMarked
package org.corehours.cli.chart;

import org.jspecify.annotations.NullMarked;
