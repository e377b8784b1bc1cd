package org.corehours.core.run;

import org.corehours.core.lowering.Checkpointing;
import org.corehours.core.lowering.Lowering;
import org.corehours.core.simulate.FrameworkRuntime;

/**
 * A software stack: what it launches for a step, and how it runs that.
 *
 * @param id its id on the command line, such as {@code pytorch-eager}
 * @param lowering the kernels it launches
 * @param runtime how it runs them
 */
public record SoftwareStack(String id, Lowering lowering, FrameworkRuntime runtime) {

    /**
     * The same stack with activation checkpointing.
     *
     * @param checkpointing what blocks compute again
     * @return the stack
     */
    public SoftwareStack with(Checkpointing checkpointing) {
        return checkpointing == Checkpointing.NONE
                ? this
                : new SoftwareStack(
                        id + ", " + checkpointing.id() + " checkpointing", checkpointing.around(lowering), runtime);
    }
}
