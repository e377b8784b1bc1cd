package org.corehours.cli;

import org.corehours.core.simulate.InputSupply;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say who loads a run's samples, where the machine's description does not hold. */
final class SupplyOptions {

    private static final double BYTES_PER_GB = 1e9;

    @Option(
            names = "--cores",
            paramLabel = "N",
            description = "Physical cores of the host that load samples for a device; the machine's share if not given."
                    + " To say so narrows the interval where the input bounds a step.")
    private @Nullable Double cores;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Processes that load samples for a device; as many as keep its cores busy if not given.")
    private @Nullable Integer workers;

    @Option(
            names = "--storage",
            paramLabel = "GB/S",
            description = "What storage delivers to a machine, in GB per second; the machine's if not given.")
    private @Nullable Double storage;

    /** @throws IllegalArgumentException if a value is not above zero */
    InputSupply supply() {
        return new InputSupply(cores, workers, storage == null ? null : storage * BYTES_PER_GB);
    }
}
