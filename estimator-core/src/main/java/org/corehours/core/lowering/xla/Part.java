package org.corehours.core.lowering.xla;

import java.util.List;
import org.corehours.core.graph.Repeat;

/** A stretch of a pass between the edges of repeated blocks, across which nothing is fused. */
sealed interface Part {

    /** Fusions that run once in a row. */
    record Straight(List<Unit> units) implements Part {}

    /** A block that runs several times. */
    record Repeated(Repeat repeat, List<Part> body) implements Part {}
}
