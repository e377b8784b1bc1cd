package org.corehours.core.audit;

import java.util.List;
import org.corehours.core.run.RunPlan;

/** A run with things left open: what it would be under every reading of them. */
public interface Scenario {

    /** {@return the id of the run, unique within its paper} */
    String id();

    /** {@return what is left open and changes this run, in the order of the paper's list; empty if nothing is} */
    List<Assumption> assumptions();

    /**
     * The run under one reading. Equal choices for {@link #assumptions} give equal plans.
     *
     * @param assignment a choice for each of {@link #assumptions}; choices for others are ignored
     * @return the run with nothing left open
     * @throws IllegalArgumentException if a choice is missing or unknown, or the reading is no possible run, such as a
     *     batch that does not divide over the devices
     */
    RunPlan plan(Assignment assignment);
}
