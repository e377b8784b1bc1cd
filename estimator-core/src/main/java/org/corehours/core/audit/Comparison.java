package org.corehours.core.audit;

import java.util.Locale;

/** Whether a claim states a run's figure by itself or against another run's. */
public enum Comparison {
    /** The run's own figure. */
    ABSOLUTE,
    /** The run's figure divided by the reference run's. */
    RATIO,
    /** The run's figure less the reference run's. */
    DIFFERENCE;

    /** {@return the name used in data files and JSON, in lower case} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
