package org.corehours.models.spec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecNode;

/**
 * Blocks in a row.
 *
 * @param blocks each reads what the one before it leaves
 */
record BlockList(List<PlacedBlock> blocks) {

    /** The most blocks in one list. */
    static final int MOST = 1000;

    BlockList {
        blocks = List.copyOf(blocks);
    }

    Tensor apply(GraphBuilder b, Tensor x) {
        Tensor result = x;
        for (int i = 0; i < blocks.size(); i++) {
            result = blocks.get(i).apply(b, part(i), result);
        }
        return result;
    }

    /** The module a block's parameters belong to: its name, or its place and operator. */
    private String part(int index) {
        PlacedBlock block = blocks.get(index);
        return block.name().isEmpty()
                ? index + "_" + Operators.BLOCK.variantOf(block.block()).name()
                : block.name();
    }

    /** How a list of blocks is written. */
    static final class Kind implements ValueKind<BlockList>, Definitions.NamedKind {

        private static final String NAME_PATTERN = "[A-Za-z_][A-Za-z0-9_]*";

        private final boolean mayBeEmpty;

        Kind(boolean mayBeEmpty) {
            this.mayBeEmpty = mayBeEmpty;
        }

        @Override
        public BlockList read(SpecNode node) {
            List<PlacedBlock> blocks = node.list(Kind::placed);
            if (blocks.size() > MOST || (blocks.isEmpty() && !mayBeEmpty)) {
                throw node.problem("found " + blocks.size() + " blocks, expected " + (mayBeEmpty ? "at" : "1 to")
                        + (mayBeEmpty ? " most " : " ") + MOST);
            }
            Set<String> names = new HashSet<>();
            for (PlacedBlock block : blocks) {
                if (!block.name().isEmpty() && !names.add(block.name())) {
                    throw block.where()
                            .problem("the name " + block.name() + " is taken by a block before it in this list;"
                                    + " every block has weights of its own");
                }
            }
            return new BlockList(blocks);
        }

        private static PlacedBlock placed(SpecNode node) {
            if (!node.isMapping()) {
                return new PlacedBlock("", Operators.BLOCK.bare(node), node);
            }
            return node.fields(fields -> {
                SpecField<String> name = fields.optional("name", Kind::name, "");
                SpecField<? extends Block> block = Operators.BLOCK.ask(node, fields);
                fields.done();
                return new PlacedBlock(name.get(), block.get(), node);
            });
        }

        private static String name(SpecNode node) {
            if (!node.text().matches(NAME_PATTERN)) {
                throw node.wrong("expected a name of letters, digits and underscores that starts with no digit");
            }
            return node.text();
        }

        @Override
        public Object write(BlockList value) {
            List<Object> written = new ArrayList<>();
            for (PlacedBlock each : value.blocks()) {
                Object block = Operators.BLOCK.write(each.block());
                if (!each.name().isEmpty()) {
                    Map<String, Object> named = Kinds.ordered("name", each.name());
                    if (block instanceof Map<?, ?> map) {
                        map.forEach((key, fields) -> named.put((String) key, fields));
                    } else {
                        named.put((String) block, Map.of());
                    }
                    block = named;
                }
                written.add(block);
            }
            return written;
        }

        @Override
        public Map<String, Object> schema() {
            return Kinds.ordered(
                    "type",
                    "array",
                    "items",
                    Definitions.reference(name()),
                    "minItems",
                    mayBeEmpty ? 0 : 1,
                    "maxItems",
                    MOST);
        }

        @Override
        public String label() {
            return "list of [blocks](#blocks)";
        }

        @Override
        public String name() {
            return Operators.BLOCK.name();
        }

        @Override
        public Map<String, Object> definition() {
            return Operators.BLOCK.definition(Kinds.ordered(
                    "name",
                    Kinds.ordered(
                            "type",
                            "string",
                            "pattern",
                            "^" + NAME_PATTERN + "$",
                            "description",
                            "What counts by module call the block.")));
        }

        @Override
        public void refer(Definitions definitions) {
            definitions.add(this);
        }

        @Override
        public void referParts(Definitions definitions) {
            Operators.BLOCK.referParts(definitions);
        }
    }
}
