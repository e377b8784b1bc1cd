package org.corehours.core.run;

import org.corehours.core.lowering.Lowering;
import org.corehours.core.simulate.FrameworkRuntime;

/**
 * A software stack: what it launches for a step, and how it runs that.
 *
 * @param id its id on the command line, such as {@code pytorch-eager}
 * @param lowering the kernels it launches
 * @param runtime how it runs them
 */
public record SoftwareStack(String id, Lowering lowering, FrameworkRuntime runtime) {}
