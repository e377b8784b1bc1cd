package org.corehours.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Machine;
import org.corehours.core.hardware.NodeFabric;
import org.corehours.core.hardware.Precision;
import org.corehours.core.hardware.TorusFabric;
import org.corehours.core.hardware.UnsupportedPrecisionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HardwareCatalogTest {

    private final HardwareCatalog catalog = HardwareCatalog.builtIn();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v100-sxm2-16gb",
                "v100-sxm2-32gb",
                "v100-pcie-16gb",
                "v100-pcie-32gb",
                "p100-pcie-16gb",
                "t4",
                "l4",
                "a100-sxm4-40gb",
                "a100-sxm4-80gb",
                "a100-pcie-40gb",
                "a100-pcie-80gb",
                "h100-sxm5-80gb",
                "h200-sxm5-141gb",
                "b200",
                "rtx-3090",
                "rtx-4090",
                "a40",
                "mi300x",
                "tpu-v2",
                "tpu-v3",
                "tpu-v4",
                "tpu-v5e",
                "tpu-v5p",
                "tpu-v6e"
            })
    void hasTheAcceleratorsOfTheCommandLine(String id) {
        assertThat(catalog.accelerator(id).id()).isEqualTo(id);
        assertThat(catalog.find(id).accelerator().id()).isEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource({
        "dgx-1-v100, 8",
        "dgx-2, 16",
        "p3.16xlarge, 8",
        "p3dn.24xlarge, 8",
        "dgx-a100, 8",
        "dgx-h100, 8",
        "tpu-v3-8, 8",
        "tpu-v5e-256, 256",
        "tpu-v5p, 4",
    })
    void hasTheMachinesOfTheCommandLine(String id, int devices) {
        Hardware hardware = catalog.find(id);
        assertThat(hardware.machine()).isNotNull();
        assertThat(hardware.usualDevices()).isEqualTo(devices);
        assertThat(hardware.cluster(devices).devices()).isEqualTo(devices);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            TPUv5     | It could mean one of: tpu-v5e, tpu-v5p, tpu-v5e-256.
            tpu v5    | It could mean one of: tpu-v5e, tpu-v5p, tpu-v5e-256.
            TPU v3    | It could mean one of: tpu-v3, tpu-v3-8.
            A100      | It could mean one of: a100-sxm4-40gb, a100-sxm4-80gb, a100-pcie-40gb, a100-pcie-80gb, dgx-a100, dgx-a100-40gb, p4d.24xlarge, p4de.24xlarge, pcie-a100-40gb, pcie-a100-80gb.
            V100-SXM2 | It could mean one of: v100-sxm2-16gb, v100-sxm2-32gb.
            RTX 3090  | Did you mean rtx-3090?
            Trillium  | Did you mean tpu-v6e?
            v5litepod | Did you mean tpu-v5e?
            rtx-3009  | It could mean one of: rtx-3090, rtx-4090.
            dgx-a10   | It could mean one of: dgx-a100, dgx-a100-40gb.
            """)
    void listsWhatANameCouldMeanAndPicksNone(String name, String hint) {
        assertThatExceptionOfType(UnknownHardwareException.class)
                .isThrownBy(() -> catalog.find(name))
                .withMessage("There is no accelerator or machine \"" + name + "\". " + hint);
    }

    @ParameterizedTest
    @CsvSource({
        "pcie-v100-16gb,10,12",
        "pcie-v100-32gb,10,12",
        "pcie-a100-40gb,10,12",
        "pcie-a100-80gb,10,24",
        "pcie-h100,8,48"
    })
    void cardsOnPciExpressExchangeBelowTheRateOfTheirLanes(String id, int cards, double plannedGigabytesPerSecond) {
        Machine machine = catalog.machine(id);
        assertThat(machine.devices()).isEqualTo(cards);
        assertThat(catalog.accelerator(machine.accelerator()).usualMachine()).isEqualTo(id);
        NodeFabric fabric = (NodeFabric) machine.fabric();
        double bytes = 1e9;
        double last = 0;
        for (int n = 2; n <= cards; n++) {
            double seconds = fabric.links(n).seconds(bytes);
            assertThat(fabric.links(n).busBandwidthBytesPerSecond(bytes))
                    .isBetween(0.5e9 * plannedGigabytesPerSecond, 0.75e9 * plannedGigabytesPerSecond);
            assertThat(seconds).isGreaterThan(last);
            last = seconds;
        }
    }

    @Test
    void v100ListsItsVariantsAndTheMachinesThatHoldThem() {
        assertThatExceptionOfType(UnknownHardwareException.class)
                .isThrownBy(() -> catalog.find("V100"))
                .satisfies(error -> assertThat(error.suggestions())
                        .startsWith("v100-sxm2-16gb", "v100-sxm2-32gb", "v100-pcie-16gb", "v100-pcie-32gb")
                        .contains("dgx-1-v100"));
    }

    @Test
    void listsAllWhereNothingIsNear() {
        assertThatExceptionOfType(UnknownHardwareException.class)
                .isThrownBy(() -> catalog.machine("cray-1"))
                .withMessageStartingWith("There is no machine \"cray-1\". Known ones are: dgx-1-v100, ");
        assertThatExceptionOfType(UnknownHardwareException.class)
                .isThrownBy(() -> catalog.region("gcp/us-centrl1"))
                .withMessage("There is no region \"gcp/us-centrl1\". Did you mean gcp/us-central1?");
    }

    @Test
    void voltaHasNeitherBf16NorTf32() {
        Accelerator volta = catalog.accelerator("v100-sxm2-32gb");
        assertThatExceptionOfType(UnsupportedPrecisionException.class)
                .isThrownBy(() -> volta.peakFlopsPerSecond(Precision.BF16))
                .withMessage(
                        "The accelerator v100-sxm2-32gb has no matrix units for bf16; it supports fp32, fp16, int8.");
        assertThat(volta.supports(Precision.TF32)).isFalse();
        assertThat(volta.peakFlopsPerSecond(Precision.FP16)).isEqualTo(125e12);
        assertThat(volta.memory().capacityBytes().value()).isEqualTo(32L << 30);
        assertThat(volta.memory().bytesPerSecond().value()).isEqualTo(900e9);
    }

    @Test
    void aTpuV3DeviceIsHalfAChip() {
        Accelerator v3 = catalog.accelerator("tpu-v3");
        assertThat(v3.peakFlopsPerSecond(Precision.BF16)).isEqualTo(61.5e12);
        assertThat(v3.memory().capacityBytes().value()).isEqualTo(16L << 30);
        assertThat(v3.memory().bytesPerSecond().value()).isEqualTo(450e9);
        assertThat(v3.power().maxWatts().value()).isEqualTo(131);
        assertThat(v3.prices().get(0).usdPerHour()).isEqualTo(1.0);
        Cluster board = catalog.find("tpu-v3-8").cluster(8);
        assertThat(board.chips()).isEqualTo(4);
        assertThat(board.slice()).hasValueSatisfying(slice -> assertThat(slice).hasToString("2x2"));
    }

    @Test
    void fiveHundredAndTwelveTpuV5CoresAreTwoPodsOrAQuarterOfThem() {
        Accelerator v5e = catalog.accelerator("tpu-v5e");
        Accelerator v5p = catalog.accelerator("tpu-v5p");
        Cluster e = catalog.find("tpu-v5e").cluster(v5e.chip().devicesOfCores(512));
        Cluster p = catalog.find("tpu-v5p").cluster(v5p.chip().devicesOfCores(512));
        assertThat(e.chips()).isEqualTo(512);
        assertThat(e.fabrics()).isEqualTo(2);
        assertThat(p.chips()).isEqualTo(256);
        assertThat(p.fabrics()).isEqualTo(1);
        assertThat(p.slice()).hasValueSatisfying(slice -> assertThat(slice).hasToString("4x8x8"));
        assertThat(e.devices() * v5e.peakFlopsPerSecond(Precision.BF16)).isEqualTo(512 * 197e12);
        assertThat(p.devices() * v5p.peakFlopsPerSecond(Precision.BF16)).isEqualTo(256 * 459e12);
    }

    @Test
    void aSliceOfAPodIsOpenUnlessItsAxisIsFull() {
        TorusFabric v5e = (TorusFabric) catalog.fabric("tpu-v5e-torus");
        assertThat(v5e.slice(8).axes()).containsExactly(2, 4).noneMatch(v5e::wraps);
        assertThat(v5e.slice(256).axes()).containsExactly(16, 16).allMatch(v5e::wraps);
        TorusFabric v4 = (TorusFabric) catalog.fabric("tpu-v4-torus");
        assertThat(v4.slice(64).axes()).containsExactly(4, 4, 4).allMatch(v4::wraps);
    }

    @Test
    void eightV100AreFasterThanSix() {
        NodeFabric mesh = (NodeFabric) catalog.fabric("v100-hybrid-cube-mesh");
        long large = 1L << 30;
        assertThat(mesh.links(8).busBandwidthBytesPerSecond(large)).isBetween(134e9, 136e9);
        assertThat(mesh.links(6).busBandwidthBytesPerSecond(large)).isBetween(45e9, 46e9);
        assertThat(mesh.links(4).busBandwidthBytesPerSecond(large)).isBetween(85e9, 86e9);
        assertThat(mesh.links(8).seconds(large)).isLessThan(mesh.links(6).seconds(large));
    }

    @Test
    void readsAFileOnce() {
        assertThat(catalog.accelerator("t4")).isSameAs(catalog.accelerator("t4"));
        assertThat(catalog.machine("dgx-2")).isSameAs(catalog.machine("dgx-2"));
    }

    @Test
    void citesItsSources() {
        assertThat(catalog.citation("VTRAIN")).contains("vTrain");
        assertThat(catalog.citation("NOBODY")).isNull();
        assertThat(catalog.accelerators()).extracting(HardwareCatalog.Entry::id).contains("tpu-v7");
    }
}
