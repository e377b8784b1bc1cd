package org.corehours.papers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecNode;

/**
 * The phases of a run as its file states them: each has what the run has, with its own values written over it. A phase
 * that gives a length has only that; one that gives none takes its share of all that the run says of its length.
 */
final class PhaseSettings {

    /** The field of a run that holds its phases. */
    static final String PHASES = "phases";

    /** What one phase may have of its own: devices and software stay. */
    static final Set<String> OWN = Set.of(
            "method",
            "global_batch",
            "accumulation",
            "sync_batch_norm",
            "input",
            "dataset",
            "samples",
            "drop_last",
            "epochs",
            "steps",
            "share",
            "evaluation_samples",
            "checkpoints",
            "extra_hours");

    private static final Set<String> LENGTH = Set.of("epochs", "steps");

    /** What a run does in all: a phase with a length of its own does not inherit it. */
    private static final Set<String> IN_ALL =
            Set.of("epochs", "steps", "evaluation_samples", "checkpoints", "extra_hours");

    private PhaseSettings() {}

    /**
     * The settings of each phase.
     *
     * @param run the settings of a run
     * @return those of its phases by name, in order; the run's own under an empty name if it has no phases
     * @throws SpecException if its phases are not written as such
     */
    static Map<String, SettingGroup> of(SettingGroup run) {
        Settings phases = run.members().get(PHASES);
        if (phases == null) {
            return Map.of("", run);
        }
        if (!(phases instanceof SettingGroup named) || named.members().isEmpty()) {
            throw phases.node().wrong("expected phases by their names, each with what it changes of the run");
        }
        SettingGroup common = run.without(Set.of(PHASES));
        Map<String, SettingGroup> made = new LinkedHashMap<>();
        named.members().forEach((name, own) -> made.put(name, phase(common, own)));
        return made;
    }

    private static SettingGroup phase(SettingGroup run, Settings phase) {
        if (!(phase instanceof SettingGroup own)) {
            throw phase.node().wrong("expected what the phase changes of the run");
        }
        for (String name : own.members().keySet()) {
            if (!OWN.contains(name)) {
                throw node(own, name)
                        .problem("cannot change in a phase; what can is " + String.join(", ", new TreeSet<>(OWN)));
            }
        }
        boolean ownLength = own.members().keySet().stream().anyMatch(LENGTH::contains);
        if (ownLength == own.members().containsKey("share")) {
            throw own.node()
                    .problem("needs a length: either epochs or steps, or the share it has of the run's epochs or"
                            + " steps");
        }
        return new SettingGroup(
                own.node(), (ownLength ? run.without(IN_ALL) : run).with(own).members());
    }

    private static SpecNode node(SettingGroup group, String name) {
        Settings member = group.members().get(name);
        return member == null ? group.node() : member.node();
    }
}
