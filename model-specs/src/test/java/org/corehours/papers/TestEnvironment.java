package org.corehours.papers;

import java.util.List;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.Lowering;
import org.corehours.core.run.Placement;
import org.corehours.core.run.SoftwareStack;
import org.corehours.core.simulate.FrameworkRuntime;
import org.corehours.hardware.HardwareCatalog;

/** The built-in hardware, and stacks that launch nothing. */
final class TestEnvironment implements RunEnvironment {

    private static final Lowering NOTHING = step -> {
        throw new UnsupportedOperationException("These tests make plans and lower none.");
    };

    private final HardwareCatalog catalog = HardwareCatalog.builtIn();

    @Override
    public Accelerator accelerator(String hardware) {
        return catalog.find(hardware).accelerator();
    }

    @Override
    public Cluster cluster(String hardware, int devices) {
        return catalog.find(hardware).cluster(devices);
    }

    @Override
    public SoftwareStack stack(String id, Precision precision) {
        if (!List.of("pytorch-eager", "pytorch-1.7", "xla").contains(id)) {
            throw new IllegalArgumentException("There is no stack " + id + ".");
        }
        return new SoftwareStack(id, NOTHING, FrameworkRuntime.xla());
    }

    @Override
    public Placement placement(Cluster cluster) {
        return Placement.in(catalog.region("world"));
    }
}
