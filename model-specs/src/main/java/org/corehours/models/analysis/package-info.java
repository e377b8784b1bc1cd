/** Analyses of trained networks: probes, perturbations and relevance, as programs to run over a dataset. */
@NullMarked
package org.corehours.models.analysis;

import org.jspecify.annotations.NullMarked;
