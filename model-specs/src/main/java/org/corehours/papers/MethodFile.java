package org.corehours.papers;

import java.nio.file.Path;
import org.corehours.core.quantity.Provenance;
import org.corehours.models.TrainingMethod;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecFile;
import org.corehours.spec.SpecNode;

/**
 * Reads a way to train or run a model from a file of its own: {@code method: {type: ibot, …}}, with the fields that a
 * run's method has in a paper's file.
 */
public final class MethodFile {

    static final String METHOD = "method";
    static final String NAME = "name";
    static final String DESCRIPTION = "description";

    private static final Settings.Known OWN = new Settings.Known(Provenance.ASSUMED, "this file");

    private MethodFile() {}

    /** Whether a document describes a method instead of a model. */
    public static boolean isOne(SpecNode root) {
        return root.isMapping()
                && root.fields(fields -> {
                    fields.ignoreOthers();
                    return fields.has(METHOD);
                });
    }

    /**
     * Reads a file. Models that it names by file stand beside it or below.
     *
     * @throws SpecException if it describes no method
     */
    public static NamedMethod read(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return read(SpecFile.open(file), folder == null ? NamedModels.BUILT_IN : NamedModels.beside(folder));
    }

    static NamedMethod read(SpecNode root, NamedModels models) {
        return root.fields(fields -> {
            SpecField<String> name = fields.optional(NAME, SpecNode::text, "");
            SpecField<String> description = fields.optional(DESCRIPTION, SpecNode::text, "");
            SpecField<SpecNode> node = fields.required(METHOD, each -> each);
            fields.done();
            Settings settings = Settings.read(node.get(), OWN, Citations.ANY);
            TrainingMethod method = MethodTypes.binder(models).bind(settings, TrainingMethod.class);
            check(node.get(), method);
            String id = name.get().isEmpty() ? method.model() : name.get();
            return new NamedMethod(
                    id, description.get().isEmpty() ? "described in " + root.file() : description.get(), method);
        });
    }

    /** Plans one sample, so that what does not fit together is reported in the file. */
    private static void check(SpecNode node, TrainingMethod method) {
        try {
            method.plan(1).graph().flops().trainingFlops();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw node.problem("does not fit together: " + e.getMessage());
        } catch (ArithmeticException e) {
            throw node.problem("has sizes that are too large to count: " + e.getMessage());
        }
    }
}
