package org.corehours.sweep;

import org.corehours.core.hardware.Accelerator;
import org.corehours.papers.RunTemplate;
import org.jspecify.annotations.Nullable;

/**
 * The run that a sweep changes.
 *
 * @param run the run
 * @param stackOf the kind of device that its stack is meant for: devices of another kind run their usual one; null if
 *     the stack is meant for all
 * @param precisionOf the same of its precision
 */
public record SweepBase(RunTemplate run, Accelerator.@Nullable Kind stackOf, Accelerator.@Nullable Kind precisionOf) {}
