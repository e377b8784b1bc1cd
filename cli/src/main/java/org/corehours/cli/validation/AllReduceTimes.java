package org.corehours.cli.validation;

import java.util.List;
import java.util.Map;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Collective;
import org.corehours.core.hardware.Machine;
import org.corehours.core.simulate.Collectives;

/** NCCL's all-reduces among the GPUs of one machine, out of place, in the columns of VIA-Research/vTrain. */
final class AllReduceTimes implements TableLayout {

    /** The machines of the table: eight GPUs on a hybrid cube mesh, and behind NVSwitches. */
    private static final Map<String, String> MACHINES = Map.of("v100", "dgx-1-v100", "a100", "dgx-a100");

    @Override
    public String description() {
        return "all-reduces among the GPUs of one machine";
    }

    @Override
    public String source() {
        return "VIA-Research/vTrain, github.com/VIA-Research/vTrain";
    }

    @Override
    public List<String> columns() {
        return List.of("gpu", "gpus", "bytes", "oop_ns");
    }

    @Override
    public boolean fitted() {
        return true;
    }

    @Override
    public Prediction predict(MeasuredTable.Row row) throws NotCoveredException {
        String name = row.text("gpu");
        String id = MACHINES.get(name);
        if (id == null) {
            throw new NotCoveredException("no machine is known for the GPUs", name);
        }
        int devices = Cells.count(row, "gpus");
        long bytes = Cells.wholeNumber(row, "bytes");
        Machine machine = Devices.builtIn().catalog().machine(id);
        try {
            Cluster cluster = Cluster.of(Devices.builtIn().accelerator(machine.accelerator()), machine, devices);
            double seconds = new Collectives(cluster).seconds(Collective.ALL_REDUCE, bytes);
            return new Prediction(
                            name + " × " + devices,
                            devices + " × " + name + ", " + bytes + " bytes",
                            1e-3 * Cells.number(row, "oop_ns"),
                            1e6 * seconds,
                            "µs")
                    .withLeftOut(Split.leavesOut("all_reduce", devices, bytes));
        } catch (IllegalArgumentException e) {
            throw new NotCoveredException(String.valueOf(e.getMessage()));
        }
    }
}
