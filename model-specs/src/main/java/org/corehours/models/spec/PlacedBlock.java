package org.corehours.models.spec;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;
import org.corehours.core.graph.Tensor.ElementType;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecNode;

/**
 * A block in its file.
 *
 * @param name what its user calls it; empty for none
 * @param block what it is
 * @param where where it stands, for messages
 */
record PlacedBlock(String name, Block block, SpecNode where) {

    /** Writes the block, as the module {@code part}. */
    Tensor apply(GraphBuilder b, String part, Tensor x) {
        try {
            if (x.type() == ElementType.INTEGER
                    && !(block instanceof Layers.Embedding
                            || Structures.KINDS.stream().anyMatch(kind -> kind.describes(block)))) {
                throw new IllegalArgumentException("token ids must go through an embedding first.");
            }
            return b.module(part, () -> block.apply(b, x));
        } catch (SpecException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw where.problem("does not go with its input " + x.shape() + ": " + e.getMessage());
        } catch (ArithmeticException e) {
            throw where.problem("makes sizes of its input " + x.shape() + " that are too large to count");
        }
    }
}
