package org.corehours.models.spec;

import java.util.List;
import java.util.stream.Stream;

/** All blocks there are. */
final class Operators {

    static final VariantKind<Block> BLOCK = new VariantKind<>(
            "block",
            "One step of a network, named by its operator.",
            Stream.of(Structures.KINDS, Layers.KINDS, Maps.KINDS)
                    .<RecordKind<? extends Block>>flatMap(List::stream)
                    .toList());

    private Operators() {}
}
