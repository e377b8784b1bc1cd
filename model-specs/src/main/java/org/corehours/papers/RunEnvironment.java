package org.corehours.papers;

import java.util.Map;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.run.Placement;

/**
 * What a run is put together from beside its paper: machines and place, looked up by the names that the
 * paper's file uses. Every lookup throws an {@link IllegalArgumentException} that names the nearest right spelling
 * where a name is not known.
 */
public interface RunEnvironment {

    /**
     * The device of a name.
     *
     * @param hardware the id of an accelerator, or of a machine
     * @return the accelerator, or the one that the machine holds
     */
    Accelerator accelerator(String hardware);

    /**
     * Devices joined as they are sold.
     *
     * @param hardware the id of an accelerator, which then stands in its usual machine, or of a machine
     * @param devices how many devices, as frameworks list them
     * @return the cluster
     */
    default Cluster cluster(String hardware, int devices) {
        return cluster(hardware, devices, Map.of());
    }

    /**
     * Devices joined as they are sold, with other figures than they have.
     *
     * @param hardware the id of an accelerator, which then stands in its usual machine, or of a machine
     * @param devices how many devices, as frameworks list them
     * @param changes figures by the paths of their fields in a hardware file
     * @return the cluster, in which changed figures are assumptions
     */
    Cluster cluster(String hardware, int devices, Map<String, String> changes);

    /**
     * Where a run takes place, if its paper does not say.
     *
     * @param cluster the devices
     * @return the place
     */
    Placement placement(Cluster cluster);
}
