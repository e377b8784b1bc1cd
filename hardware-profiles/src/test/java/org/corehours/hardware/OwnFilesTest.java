package org.corehours.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.corehours.core.hardware.Precision;
import org.corehours.spec.SpecException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's own accelerator and machine. */
class OwnFilesTest {

    private static final String CARD = """
            type: accelerator
            id: my-card
            name: My card
            vendor: Me
            kind: gpu
            announced: {value: 2026-01-01, provenance: assumed, source: me}
            units:
              multiprocessors: {value: 100, provenance: assumed, source: me}
              matrix_cores: {value: 400, provenance: assumed, source: me}
            clock_mhz: {value: 2000, provenance: assumed, source: me}
            matrix_tflops:
              bf16: {value: 400, provenance: assumed, source: me}
            memory:
              capacity_gib: {value: 48, provenance: assumed, source: me}
              bandwidth_gb_per_s: {value: 1200, provenance: assumed, source: me}
            power:
              idle_watts: {value: 30, provenance: assumed, source: me}
              max_watts: {value: 400, provenance: assumed, source: me}
            laws:
              launch_seconds: {value: 2.5e-6, provenance: assumed, source: me}
            """;

    private static final String BOX = """
            type: machine
            id: my-box
            name: My box
            accelerator: my-card.yaml
            devices: 4
            fabric:
              kind: pcie
              devices: 4
              all_reduce:
                - {participants: 4, latency_us: 30, bus_bandwidth_gb_per_s: 20, provenance: measured, source: me}
            host:
              physical_cores: {value: 64, provenance: measured, source: me}
              core_speed: {value: 0.8, provenance: measured, source: me}
              memory_gb: {value: 512, provenance: measured, source: me}
              storage_gb_per_s: {value: 5, provenance: measured, source: me}
              network_gb_per_s: {value: 12.5, provenance: measured, source: me}
              network_efficiency: {value: 0.8, provenance: measured, source: me}
            """;

    @TempDir
    private Path folder;

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void aMachineMayHoldTheUsersOwnCard() throws IOException {
        write("my-card.yaml", CARD);
        Hardware box = HardwareCatalog.builtIn().find(write("my-box.yaml", BOX));
        assertThat(box.accelerator().peakFlopsPerSecond(Precision.BF16)).isEqualTo(400e12);
        assertThat(box.accelerator().law("launch_seconds")).isEqualTo(2.5e-6);
        assertThat(box.cluster(8).machines()).isEqualTo(2);
        assertThat(box.usualDevices()).isEqualTo(4);
    }

    @Test
    void aCardAloneIsOneDevice() throws IOException {
        Hardware card = HardwareCatalog.builtIn().find(write("my-card.yaml", CARD));
        assertThat(card.machine()).isNull();
        assertThat(card.cluster(1).devices()).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> card.cluster(2));
    }

    @Test
    void tellsEveryMistakeWithItsPlace() throws IOException {
        String file = write(
                "wrong.yaml",
                CARD.replace("kind: gpu", "kind: fpga")
                        .replace("bf16: {value: 400", "bf61: {value: 400")
                        .replace("capacity_gib: {value: 48", "capacity_gib: {value: lots")
                        .replace("vendor: Me\n", "")
                        .replace("max_watts: {value: 400,", "max_watts: {value: 4e999,"));
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> HardwareCatalog.builtIn().find(file))
                .withMessage("""
                        FILE:1:1: vendor: is missing
                        FILE:4:7: kind: found fpga, expected one of gpu, tpu
                        FILE:11:3: matrix_tflops.bf61: is not a field here; did you mean bf16?
                        FILE:13:25: memory.capacity_gib.value: found lots, expected a number above zero
                        FILE:17:22: power.max_watts.value: found 4e999, expected a number above zero""".replace("FILE", file));
    }

    @Test
    void aCardNamesNoMachineOfAnotherCard() throws IOException {
        String file = write("wrong.yaml", CARD.replace("kind: gpu", "kind: gpu\nusual_machine: dgx-a100"));
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> HardwareCatalog.builtIn().find(file))
                .withMessage(
                        file + ":1:1: the usual_machine dgx-a100 holds a100-sxm4-80gb, not my-card; leave it out, or"
                                + " describe a machine of this accelerator in a file");
    }

    @Test
    void tellsWhatARecordRefuses() throws IOException {
        String file = write("wrong.yaml", CARD.replace("idle_watts: {value: 30,", "idle_watts: {value: 500,"));
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> HardwareCatalog.builtIn().find(file))
                .withMessage(file + ":17:3: power: A device cannot draw more when idle (500.0 W) than at most"
                        + " (400.0 W).");
    }

    @Test
    void tellsWhichNameOfAMachineIsUnknown() throws IOException {
        String file = write(
                "wrong.yaml",
                BOX.replace("my-card.yaml", "rtx-3091").replace("  kind: pcie", "  kind: pcie\n  torus: {}"));
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> HardwareCatalog.builtIn().find(file))
                .satisfies(error -> assertThat(error.problems().get(0).toString())
                        .isEqualTo(file + ":4:14: accelerator: There is no accelerator \"rtx-3091\". It could"
                                + " mean one of: rtx-3090, rtx-4090."));
    }

    @Test
    void tellsWhatKindOfFileItWants() throws IOException {
        String file = write("wrong.yaml", "name: x");
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> HardwareCatalog.builtIn().find(file))
                .withMessage(file + ":1:1: type: is missing");
        String list = write("list.yaml", "[1, 2]");
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> HardwareCatalog.builtIn().find(list))
                .withMessage(list + ":1:1: found a list, expected a mapping");
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> HardwareCatalog.builtIn().find("no/such.yaml"))
                .withMessage("no/such.yaml: there is no such file");
    }
}
