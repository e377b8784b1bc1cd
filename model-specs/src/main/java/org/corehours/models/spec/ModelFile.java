package org.corehours.models.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.corehours.models.Model;
import org.corehours.models.Network;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecFields;
import org.corehours.spec.SpecNode;

/**
 * Reads and writes models as files, YAML or JSON: {@code family: vit} with the family's parameters, or an
 * {@code input} and the {@code blocks} that follow it.
 */
public final class ModelFile {

    static final String FAMILY = "family";
    static final String BLOCKS = "blocks";
    static final String INPUT = "input";
    static final String NAME = "name";
    static final String DESCRIPTION = "description";
    static final String SCHEMA = "$schema";

    static final BlockList.Kind BLOCK_LIST = new BlockList.Kind(false);

    private ModelFile() {}

    /**
     * Reads a model. Its graph is built once, so that one that is read can be counted.
     *
     * @param root the document
     * @param otherwise the model's name where the file gives none
     * @throws SpecException if the document describes no model
     */
    public static Model read(SpecNode root, String otherwise) {
        Model model = root.fields(fields -> {
            SpecField<String> name = fields.optional(NAME, SpecNode::text, otherwise);
            SpecField<String> description = fields.optional(DESCRIPTION, SpecNode::text, "");
            fields.optional(SCHEMA, SpecNode::text, "");
            Supplier<? extends Network> network = network(root, fields);
            fields.done();
            String id = name.get();
            return new Model(
                    id, description.get().isEmpty() ? "described in " + root.file() : description.get(), network.get());
        });
        check(root, model);
        return model;
    }

    private static Supplier<? extends Network> network(SpecNode root, SpecFields fields) {
        if (fields.has(FAMILY) && fields.has(BLOCKS)) {
            throw root.problem("has a family and blocks, expected one of them");
        }
        if (fields.has(FAMILY)) {
            List<RecordKind<? extends Network>> family = new ArrayList<>();
            fields.required(FAMILY, node -> family.add(Families.named(node.oneOf(Families.names()))));
            if (family.isEmpty()) {
                fields.ignoreOthers();
                return () -> {
                    throw new IllegalStateException("The family was wrong.");
                };
            }
            return family.get(0).ask(fields);
        }
        if (fields.has(BLOCKS)) {
            SpecField<NetworkInput> input = fields.required(INPUT, NetworkInput.KIND::read);
            SpecField<BlockList> blocks = fields.required(BLOCKS, BLOCK_LIST::read);
            return () -> BlockNetwork.of(input.get(), blocks.get());
        }
        throw root.problem("describes no model: expected a family (" + String.join(", ", Families.names())
                + ") with its parameters, or an input and blocks");
    }

    /**
     * Builds the graph of one sample, so that what does not fit together is reported in the file.
     *
     * @throws SpecException if the model cannot be counted
     */
    public static void check(SpecNode root, Model model) {
        try {
            model.graph(1).flops().trainingFlops();
        } catch (SpecException e) {
            throw e;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw root.problem("does not fit together: " + e.getMessage());
        } catch (ArithmeticException e) {
            throw root.problem("has sizes that are too large to count: its figures pass 9.2e18");
        }
    }

    /**
     * Writes a model as YAML that {@link #read} makes the same model of; fields with their usual values are left out.
     *
     * @throws IllegalArgumentException if the model is of no family that files can name and not made of blocks
     */
    public static String write(Model model) {
        return YamlText.document(data(model));
    }

    /** As {@link #write}, as JSON. */
    public static String writeJson(Model model) {
        return JsonDocument.of(data(model));
    }

    private static Map<String, Object> data(Model model) {
        Map<String, Object> document = Kinds.ordered(NAME, model.id(), DESCRIPTION, model.description());
        if (model.network() instanceof BlockNetwork network) {
            document.put(INPUT, NetworkInput.KIND.write(network.reads()));
            document.put(BLOCKS, BLOCK_LIST.write(network.blocks()));
            return document;
        }
        RecordKind<? extends Network> family = Families.of(model.network())
                .orElseThrow(() -> new IllegalArgumentException("The model " + model.id()
                        + " was not made of a family or of blocks, so it cannot be written as a model file."));
        document.put(FAMILY, family.name());
        document.putAll(family.writeFields(model.network()));
        return document;
    }
}
