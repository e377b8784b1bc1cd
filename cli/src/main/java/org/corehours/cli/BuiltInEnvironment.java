package org.corehours.cli;

import java.util.Map;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.run.Placement;
import org.corehours.hardware.HardwareCatalog;
import org.corehours.papers.RunEnvironment;

/** What comes with the program: its hardware, and a place whose grid is the world's mean. */
public final class BuiltInEnvironment implements RunEnvironment {

    private static final String REGION = "world";

    private final HardwareCatalog catalog = HardwareCatalog.builtIn();

    @Override
    public Accelerator accelerator(String hardware) {
        return catalog.find(hardware).accelerator();
    }

    @Override
    public Cluster cluster(String hardware, int devices, Map<String, String> changes) {
        return catalog.find(hardware, changes).cluster(devices);
    }

    @Override
    public Placement placement(Cluster cluster) {
        return Placement.in(catalog.region(REGION));
    }
}
