package org.corehours.cli.sweep;

import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Where the blocks of a sweep are done. Engines beside that of this process are found as services. */
public interface SweepEngine {

    /** {@return its name on the command line} */
    String id();

    /**
     * Does blocks from {@link SweepRun#done} on until all are done or the run is stopped, and hands each over in order.
     *
     * @param task the sweep, for other processes
     * @param run the sweep under way
     * @param master where other processes are found, in the engine's own words; null for its default
     * @throws IllegalArgumentException if there is no such master
     */
    void run(SweepTask task, SweepRun run, @Nullable String master);

    /**
     * The engine of a name.
     *
     * @param id the name
     * @return the engine; empty if none of that name is on the class path
     */
    static Optional<SweepEngine> called(String id) {
        return ServiceLoader.load(SweepEngine.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(engine -> engine.id().equals(id))
                .findFirst();
    }
}
