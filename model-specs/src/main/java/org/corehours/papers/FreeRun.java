package org.corehours.papers;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corehours.core.quantity.Provenance;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecFile;
import org.corehours.spec.SpecNode;
import org.jspecify.annotations.Nullable;

/**
 * Runs that no paper describes: some values, and the usual ones for the rest. They have the fields that runs have in a
 * paper's file; what is usual is supervised training for one epoch of ImageNet on one device.
 */
public final class FreeRun {

    private static final Settings.Known USUAL = new Settings.Known(Provenance.ASSUMED, "usual");
    private static final Settings.Known OWN = new Settings.Known(Provenance.ASSUMED, "this file");

    /** A value of one of these takes the place of the usual one as a whole. */
    private static final List<Set<String>> REPLACED =
            List.of(Set.of("method"), Set.of("devices", "cores", "chips"), Set.of("epochs", "steps"));

    private static final String VALUES = """
            method: {type: supervised, network: {like: resnet50}, loss: cross_entropy, update: {optimizer: adamw}}
            hardware: a100-sxm4-80gb
            devices: 1
            global_batch: 64
            precision: fp16
            stack: pytorch-eager
            input: supervised
            dataset: imagenet-1k
            epochs: 1
            """;

    private FreeRun() {}

    /**
     * A run.
     *
     * @param id its id
     * @param values what is said of it; null for nothing
     * @param environment what runs are put together from
     * @param folder where models that it names by file stand, there or below; null for built-in models alone
     * @param others names among the values that are no fields of a run, which somebody else reads
     * @return the run
     * @throws SpecException if the values are not written as those of a run
     */
    public static RunTemplate of(
            String id,
            @Nullable SpecNode values,
            RunEnvironment environment,
            @Nullable Path folder,
            Collection<String> others) {
        SettingGroup settings = group(SpecFile.parse("usual values", VALUES), USUAL);
        if (values != null) {
            SettingGroup own = group(values, OWN).without(Set.copyOf(others));
            for (Set<String> names : REPLACED) {
                if (names.stream().anyMatch(own.members()::containsKey)) {
                    settings = settings.without(names);
                }
            }
            settings = new SettingGroup(own.node(), settings.with(own).members());
        }
        NamedModels models = folder == null ? NamedModels.BUILT_IN : NamedModels.beside(folder);
        return new RunTemplate(
                id, id, settings, List.of(), Map.of(), MethodTypes.binder(models), environment, new StepCache());
    }

    private static SettingGroup group(SpecNode node, Settings.Known known) {
        if (Settings.read(node, known, Citations.ANY) instanceof SettingGroup group) {
            return group;
        }
        throw node.wrong("expected the fields of a run");
    }
}
