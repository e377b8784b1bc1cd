package org.corehours.cli.validation;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Machine;
import org.corehours.core.hardware.NodeFabric;
import org.corehours.hardware.HardwareCatalog;

/** The devices that tables of published runs name, and the machines they are in if nobody says otherwise. */
final class ClaimedHardware {

    /**
     * A way of naming a device, its id, the machine for several of them, and whether its cores are counted, not its
     * chips. A V100 of unknown memory is taken to have 16 GB, an A100 40 GB.
     */
    private record Rule(Pattern pattern, String accelerator, String machine, boolean ofCores) {

        static Rule of(String pattern, String accelerator, String machine) {
            return new Rule(Pattern.compile("(?i)" + pattern + ".*"), accelerator, machine, false);
        }
    }

    private static final List<Rule> RULES = List.of(
            Rule.of("v100-sxm3-32gb", "v100-sxm2-32gb", "dgx-2"),
            Rule.of("v100-sxm2-32gb", "v100-sxm2-32gb", "dgx-1-v100-32gb"),
            Rule.of("v100 dgxs 32", "v100-sxm2-32gb", "dgx-1-v100-32gb"),
            Rule.of("v100-pcie-32gb", "v100-pcie-32gb", "pcie-v100-32gb"),
            Rule.of("v100-pcie", "v100-pcie-16gb", "pcie-v100-16gb"),
            Rule.of("v100", "v100-sxm2-16gb", "dgx-1-v100"),
            Rule.of("a100[- ]sxm4?[- ]80 ?gb", "a100-sxm4-80gb", "dgx-a100"),
            Rule.of("a100[- ]sxm4?[- ]40 ?gb", "a100-sxm4-40gb", "dgx-a100-40gb"),
            Rule.of("a100-pcie-80gb", "a100-pcie-80gb", "pcie-a100-80gb"),
            Rule.of("a100-pcie-40gb", "a100-pcie-40gb", "pcie-a100-40gb"),
            Rule.of("a100-80gb", "a100-sxm4-80gb", "dgx-a100"),
            Rule.of("a100", "a100-sxm4-40gb", "dgx-a100-40gb"),
            Rule.of("h100-pcie", "h100-pcie-80gb", "pcie-h100"),
            Rule.of("h100", "h100-sxm5-80gb", "dgx-h100"),
            Rule.of("h200", "h200-sxm5-141gb", "dgx-h200"),
            Rule.of("b200", "b200", "p6-b200.48xlarge"),
            Rule.of("rtx ?3090", "rtx-3090", ""),
            Rule.of("rtx ?4090", "rtx-4090", ""),
            Rule.of("a6000", "a6000", ""),
            Rule.of("a40", "a40", ""),
            Rule.of("l4-", "l4", ""),
            Rule.of("t4", "t4", ""),
            Rule.of("p100-pcie", "p100-pcie-16gb", ""),
            new Rule(Pattern.compile("(?i)tpuv3 \\(per core.*"), "tpu-v3", "tpu-v3", true),
            Rule.of("tpuv2", "tpu-v2", "tpu-v2"),
            Rule.of("tpuv3", "tpu-v3", "tpu-v3"),
            Rule.of("tpuv4", "tpu-v4", "tpu-v4"),
            Rule.of("tpuv5e", "tpu-v5e", "tpu-v5e"),
            Rule.of("tpuv5p", "tpu-v5p", "tpu-v5p"),
            Rule.of("tpuv6e", "tpu-v6e", "tpu-v6e"),
            Rule.of("tpuv7", "tpu-v7", "tpu-v7"));

    private static final Pattern NAMES_ITS_MACHINE =
            Pattern.compile("nvidia/|mlcommons/|dgx|big basin|aws|p3", Pattern.CASE_INSENSITIVE);

    private ClaimedHardware() {}

    /** The devices of a row; TPUs are counted in chips. */
    static Cluster of(MeasuredTable.Row row) throws NotCoveredException {
        String written = row.text("device");
        Rule rule = RULES.stream()
                .filter(each -> each.pattern().matcher(written).matches())
                .findFirst()
                .orElseThrow(() -> new NotCoveredException("no accelerator is called", written));
        HardwareCatalog catalog = Devices.builtIn().catalog();
        Accelerator accelerator = catalog.accelerator(rule.accelerator());
        int count = Cells.count(row, "n_devices");
        try {
            int devices = rule.ofCores() ? count : accelerator.chip().devicesOfChips(count);
            if (devices == 1) {
                return Cluster.single(accelerator);
            }
            if (rule.machine().isEmpty()) {
                throw new NotCoveredException("no machine joins several", accelerator.id());
            }
            Machine machine = catalog.machine(rule.machine());
            return spread(accelerator, machine, devices, row.text("nodes"));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new NotCoveredException("the devices of " + written + ": " + e.getMessage());
        }
    }

    /**
     * The same devices in the machine of clouds, for rows of several V100 that say nothing of theirs: it has other cores and
     * another network than a DGX-1.
     */
    static Optional<Cluster> inClouds(MeasuredTable.Row row, Cluster cluster) {
        Machine machine = cluster.machine();
        if (machine == null || !machine.id().startsWith("dgx-1-v100")) {
            return Optional.empty();
        }
        String text = String.join(" ", row.text("source"), row.text("notes"), row.text("device"));
        if (NAMES_ITS_MACHINE.matcher(text).find()) {
            return Optional.empty();
        }
        boolean small = machine.id().equals("dgx-1-v100") && !row.text("device").contains("not stated");
        HardwareCatalog catalog = Devices.builtIn().catalog();
        Machine cloud = catalog.machine(small ? "p3.16xlarge" : "p3dn.24xlarge");
        return Optional.of(
                spread(catalog.accelerator(cloud.accelerator()), cloud, cluster.devices(), row.text("nodes")));
    }

    /** As many of each machine as the row says, where machines are not slices of a torus; else whole machines. */
    private static Cluster spread(Accelerator accelerator, Machine machine, int devices, String nodes) {
        if (machine.fabric() instanceof NodeFabric && nodes.matches("[1-9][0-9]{0,5}")) {
            int machines = Integer.parseInt(nodes);
            if (devices % machines == 0 && devices / machines <= machine.devices()) {
                return new Cluster(accelerator, machine, machines, devices / machines);
            }
        }
        return Cluster.of(accelerator, machine, devices);
    }
}
