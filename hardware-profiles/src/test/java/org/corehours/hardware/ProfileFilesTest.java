package org.corehours.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.ComputeUnits.Multiprocessors;
import org.corehours.core.hardware.ComputeUnits.SystolicArrays;
import org.corehours.core.hardware.Machine;
import org.corehours.core.hardware.NodeFabric;
import org.corehours.core.hardware.Precision;
import org.corehours.core.hardware.Region;
import org.corehours.core.hardware.TorusFabric;
import org.corehours.core.quantity.Provenance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every data file: the index is complete, ids match, sources resolve, figures agree with each other. */
class ProfileFilesTest {

    private static final HardwareCatalog CATALOG = HardwareCatalog.builtIn();
    private static final Path FILES = Path.of("src/main/resources/org/corehours/hardware");
    private static final Pattern SOURCE = Pattern.compile("source: ([^,}\\s]+)");

    static Stream<Accelerator> accelerators() {
        return CATALOG.accelerators().stream().map(entry -> CATALOG.accelerator(entry.id()));
    }

    static Stream<Machine> machines() {
        return CATALOG.machines().stream().map(entry -> CATALOG.machine(entry.id()));
    }

    private static List<String> filesIn(String folder) throws IOException {
        try (Stream<Path> files = Files.list(FILES.resolve(folder))) {
            return files.map(file -> file.getFileName().toString().replaceFirst("\\.yaml$", ""))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theIndexListsEveryFile() throws IOException {
        assertThat(CATALOG.accelerators().stream()
                        .map(HardwareCatalog.Entry::id)
                        .sorted())
                .containsExactlyElementsOf(filesIn("accelerators"));
        assertThat(CATALOG.machines().stream().map(HardwareCatalog.Entry::id).sorted())
                .containsExactlyElementsOf(filesIn("machines"));
        assertThat(CATALOG.fabrics().stream().map(HardwareCatalog.Entry::id).sorted())
                .containsExactlyElementsOf(filesIn("fabrics"));
    }

    @Test
    void everySourceIsCitedAndEveryCitationIsUsed() throws IOException {
        Set<String> used = new TreeSet<>();
        try (Stream<Path> files = Files.walk(FILES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Matcher matcher = SOURCE.matcher(Files.readString(file));
                while (matcher.find()) {
                    used.add(matcher.group(1));
                }
            }
        }
        assertThat(used).isEqualTo(new TreeSet<>(CATALOG.citations().keySet()));
    }

    @ParameterizedTest
    @MethodSource("accelerators")
    void anAcceleratorAgreesWithTheIndexAndItsUsualMachine(Accelerator accelerator) {
        HardwareCatalog.Entry entry = CATALOG.accelerators().stream()
                .filter(each -> each.id().equals(accelerator.id()))
                .findFirst()
                .orElseThrow();
        assertThat(accelerator.name()).isEqualTo(entry.name());
        Hardware hardware = CATALOG.find(accelerator.id());
        assertThat(hardware.accelerator()).isSameAs(accelerator);
        assertThat(hardware.cluster(1).devices()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void aMachineAgreesWithTheIndexAndItsAccelerator(Machine machine) {
        HardwareCatalog.Entry entry = CATALOG.machines().stream()
                .filter(each -> each.id().equals(machine.id()))
                .findFirst()
                .orElseThrow();
        assertThat(machine.name()).isEqualTo(entry.name());
        Accelerator accelerator = CATALOG.accelerator(machine.accelerator());
        if (machine.fabric() instanceof TorusFabric torus) {
            assertThat(torus.devicesPerChip()).isEqualTo(accelerator.chip().devicesPerChip());
        } else {
            NodeFabric fabric = (NodeFabric) machine.fabric();
            assertThat(fabric.maxDevices()).isEqualTo(machine.devices());
            for (int devices = 2; devices <= machine.devices(); devices++) {
                assertThat(fabric.links(devices).seconds(25L << 20)).isBetween(10e-6, 10e-3);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("machines")
    void aMachinesPriceIsItsDevicesPrice(Machine machine) {
        Accelerator accelerator = CATALOG.accelerator(machine.accelerator());
        machine.prices()
                .forEach(price -> accelerator.prices().stream()
                        .filter(each -> each.offer().startsWith(machine.id())
                                && each.asOf().equals(price.asOf()))
                        .forEach(each -> assertThat(price.usdPerHour() / machine.devices())
                                .isCloseTo(each.usdPerHour(), within(0.006))));
    }

    @ParameterizedTest
    @CsvSource({"tpu-v2, 45.9", "tpu-v3, 123.2", "tpu-v4, 275.3", "tpu-v5e, 196.6", "tpu-v5p, 458.8", "tpu-v7, 2307"})
    void aTpusPeakIsItsArraysTimesItsClock(String id, double teraflopsPerChip) {
        Accelerator tpu = CATALOG.accelerator(id);
        double derived = 2
                * ((SystolicArrays) tpu.units()).multiplyAddsPerCycle()
                * tpu.clockHertz().value();
        assertThat(derived * tpu.chip().devicesPerChip() / 1e12).isCloseTo(teraflopsPerChip, within(0.2));
        assertThat(tpu.peakFlopsPerSecond(Precision.BF16) / derived).isBetween(0.975, 1.005);
    }

    @Test
    void theV6eIsTheExceptionItsPublishedPeakIsTwiceWhatItsArraysGive() {
        Accelerator v6e = CATALOG.accelerator("tpu-v6e");
        double derived = 2
                * ((SystolicArrays) v6e.units()).multiplyAddsPerCycle()
                * v6e.clockHertz().value();
        assertThat(v6e.peakFlopsPerSecond(Precision.BF16) / derived).isCloseTo(2, within(0.005));
    }

    @ParameterizedTest
    @CsvSource({
        "v100-sxm2-16gb, 64",
        "a100-sxm4-80gb, 256",
        "h100-sxm5-80gb, 512",
        "t4, 64",
        "rtx-3090, 64",
        "rtx-4090, 64",
        "a40, 128",
        "l4, 128",
    })
    void aGpusPeakIsItsTensorCoresTimesItsClock(String id, int multiplyAddsPerCoreAndCycle) {
        Accelerator gpu = CATALOG.accelerator(id);
        double derived = 2.0
                * ((Multiprocessors) gpu.units()).matrixCores().value()
                * multiplyAddsPerCoreAndCycle
                * gpu.clockHertz().value();
        assertThat(gpu.peakFlopsPerSecond(Precision.FP16) / derived).isCloseTo(1, within(0.01));
    }

    @ParameterizedTest
    @MethodSource("accelerators")
    void figuresAreOfThePlausibleSize(Accelerator accelerator) {
        double peak = accelerator.matrixFlopsPerSecond().values().stream()
                .mapToDouble(each -> each.value())
                .max()
                .orElseThrow();
        assertThat(peak).isBetween(5e12, 1e16);
        assertThat(accelerator.memory().capacityBytes().value()).isBetween(8L << 30, 256L << 30);
        assertThat(accelerator.memory().bytesPerSecond().value()).isBetween(100e9, 10e12);
        assertThat(accelerator.clockHertz().value()).isBetween(0.5e9, 3e9);
        assertThat(accelerator.power().maxWatts().value()).isBetween(50.0, 1200.0);
        assertThat(accelerator.announced().value().getYear()).isBetween(2016, 2026);
    }

    /** Measured all-reduces of V100: nccl-tests in VIA-Research/vTrain at f8dda847, trace/v100; MiB and microseconds. */
    @ParameterizedTest
    @CsvSource({
        "2, 25, 1188", "2, 1024, 47610",
        "3, 25, 810", "3, 1024, 31714",
        "4, 25, 493", "4, 1024, 18869",
        "5, 25, 1169", "5, 1024, 46223",
        "6, 25, 979", "6, 1024, 39121",
        "7, 25, 558", "7, 1024, 21156",
        "8, 25, 390", "8, 1024, 13969",
    })
    void theMeshsCurvesAreThoseMeasured(int participants, long mib, double micros) {
        NodeFabric mesh = (NodeFabric) CATALOG.fabric("v100-hybrid-cube-mesh");
        assertThat(mesh.links(participants).seconds(mib << 20) * 1e6)
                .isCloseTo(micros, within(micros * (mib == 25 ? 0.03 : 0.006)));
    }

    @Test
    void whatIsAssumedOrRecalledSaysSo() throws IOException {
        for (String folder : List.of("accelerators", "machines", "fabrics")) {
            for (String id : filesIn(folder)) {
                for (String line : Files.readAllLines(FILES.resolve(folder).resolve(id + ".yaml"))) {
                    if (line.contains("source: RECALL")) {
                        assertThat(line).as(id).contains("provenance: recalled");
                    }
                    if (line.contains("source: JUDGEMENT")) {
                        assertThat(line).as(id).contains("provenance: assumed");
                    }
                    assertThat(line).as(id).doesNotContain("provenance: reported, source: JUDGEMENT");
                }
            }
        }
    }

    @Test
    void regionsHaveOneIdEach() {
        Set<String> ids = new HashSet<>();
        for (Region region : CATALOG.regions()) {
            assertThat(ids.add(region.id())).as(region.id()).isTrue();
        }
        assertThat(CATALOG.region("gcp/us-central1").gramsCo2PerKilowattHour().value())
                .isEqualTo(430);
        assertThat(CATALOG.region("world").gramsCo2PerKilowattHour().provenance())
                .isEqualTo(Provenance.ASSUMED);
        assertThat(CATALOG.region("country/fra").powerUsageEffectiveness().value())
                .isEqualTo(1.58);
    }
}
