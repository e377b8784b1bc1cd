package org.corehours.sweep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The parts of a run, and the parameters that decide each. What one group decides does not depend on another. */
enum ParameterGroup {
    METHOD,
    CLUSTER,
    STACK,
    BATCH,
    INPUT,
    SCHEDULE;

    /** What the names of a method's own fields begin with. */
    static final String METHOD_FIELDS = "method.";

    /** What the names of figures of the hardware's files begin with. */
    static final String HARDWARE_FIELDS = "hardware.";

    private List<String> names() {
        return switch (this) {
            case METHOD -> List.of("model", "image_size", "sequence_length");
            case CLUSTER -> List.of("hardware", "devices", "cores", "chips");
            case STACK -> List.of("stack", "precision", "checkpointing");
            case BATCH -> List.of("batch", "global_batch", "accumulation", "parallelism");
            case INPUT -> List.of("input");
            case SCHEDULE ->
                List.of(
                        "epochs",
                        "steps",
                        "dataset",
                        "samples",
                        "drop_last",
                        "evaluation_samples",
                        "checkpoints",
                        "extra_hours",
                        "repetitions");
        };
    }

    /** {@return the names of all parameters but the fields of methods and of hardware} */
    static List<String> allNames() {
        List<String> all = new ArrayList<>();
        Arrays.stream(values()).forEach(group -> all.addAll(group.names()));
        return all;
    }

    static boolean isKnown(String name) {
        return allNames().contains(name) || isMethodField(name) || isHardwareField(name);
    }

    static boolean isHardwareField(String name) {
        return name.startsWith(HARDWARE_FIELDS) && name.length() > HARDWARE_FIELDS.length();
    }

    static boolean isMethodField(String name) {
        return name.startsWith(METHOD_FIELDS) && name.length() > METHOD_FIELDS.length();
    }

    /**
     * The group of a parameter.
     *
     * @param name its name
     * @return its group
     * @throws IllegalArgumentException if there is no such parameter
     */
    static ParameterGroup of(String name) {
        if (name.startsWith(METHOD_FIELDS)) {
            return METHOD;
        }
        if (isHardwareField(name)) {
            return CLUSTER;
        }
        for (ParameterGroup group : values()) {
            if (group.names().contains(name)) {
                return group;
            }
        }
        throw new IllegalArgumentException("There is no parameter " + name + ".");
    }
}
