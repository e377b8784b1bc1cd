package org.corehours.cli.sweep;

import java.io.Serializable;

/**
 * A sweep as it can be sent to another process: what was asked for, from which each process opens it again. Equal tasks
 * open equal sweeps.
 */
public interface SweepTask extends Serializable {

    /**
     * Opens the sweep. It reads the files that the task names.
     *
     * @return its blocks
     */
    SweepBlocks open();
}
