package org.corehours.core.run;

import org.corehours.core.lowering.Checkpointing;
import org.corehours.core.lowering.Lowering;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.lowering.inductor.InductorLowering;
import org.corehours.core.simulate.FrameworkRuntime;
import org.corehours.core.timing.MatrixLibrary;

/**
 * A software stack: what it launches for a step, and how it runs that.
 *
 * @param id its id on the command line, such as {@code pytorch-eager}
 * @param lowering the kernels it launches
 * @param runtime how it runs them
 * @param library the matrix-product library it is built with
 */
public record SoftwareStack(String id, Lowering lowering, FrameworkRuntime runtime, MatrixLibrary library) {

    /** A stack with the latest libraries. */
    public SoftwareStack(String id, Lowering lowering, FrameworkRuntime runtime) {
        this(id, lowering, runtime, MatrixLibrary.CUBLAS_11);
    }

    /** The same stack launching other kernels. */
    public SoftwareStack withLowering(Lowering changed) {
        return new SoftwareStack(id, changed, runtime, library);
    }

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
                        id + ", " + checkpointing.id() + " checkpointing",
                        checkpointing.around(lowering),
                        runtime,
                        library);
    }

    /**
     * The same stack on images that lie pixel by pixel, all channels of a pixel together ({@code torch.channels_last}).
     *
     * @return the stack
     * @throws IllegalArgumentException if the stack lays out images itself
     */
    public SoftwareStack withChannelsLast() {
        if (lowering instanceof EagerLowering eager) {
            return withLowering(eager.withChannelsLast());
        }
        if (lowering instanceof InductorLowering compiled) {
            return withLowering(new InductorLowering(compiled.eager().withChannelsLast()));
        }
        throw new IllegalArgumentException("The software stack " + id
                + " lays out images itself, so channels_last means nothing to it. Leave memory_format out.");
    }
}
