package org.corehours.core.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.corehours.core.hardware.NodeFabric.Kind;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hardware that cannot be is refused, whichever of its figures is wrong. */
class HardwareChecksTest {

    private static final Accelerator GPU = Examples.gpu("gpu");

    @ParameterizedTest(name = "{0}")
    @MethodSource("impossible")
    void namesTheFigureThatCannotBe(String message, Supplier<?> hardware) {
        assertThatIllegalArgumentException().isThrownBy(hardware::get).withMessage(message);
    }

    private static Stream<Arguments> impossible() {
        Map<Precision, Sourced<Double>> peaks = GPU.matrixFlopsPerSecond();
        Map<Precision, Sourced<Double>> none = Map.of(Precision.FP16, Examples.of(0.0));
        Sourced<Double> zero = Examples.of(0.0);
        Sourced<Double> one = Examples.of(1.0);
        return Stream.of(
                blank("id of an accelerator", () -> accelerator(" ", "n", "v", one, peaks, peaks, one, 1)),
                blank("name of gpu", () -> accelerator("gpu", "", "v", one, peaks, peaks, one, 1)),
                blank("vendor of gpu", () -> accelerator("gpu", "n", "", one, peaks, peaks, one, 1)),
                zero("clock of gpu", () -> accelerator("gpu", "n", "v", zero, peaks, peaks, one, 1)),
                zero("matrix peak (FP16) of gpu", () -> accelerator("gpu", "n", "v", one, none, peaks, one, 1)),
                zero("vector peak (FP16) of gpu", () -> accelerator("gpu", "n", "v", one, peaks, none, one, 1)),
                zero("host link of gpu", () -> accelerator("gpu", "n", "v", one, peaks, peaks, zero, 1)),
                arguments("The accelerator gpu has no matrix peak in any precision.", (Supplier<?>)
                        () -> accelerator("gpu", "n", "v", one, Map.of(), peaks, one, 1)),
                arguments("The law constant law of gpu must be finite, not NaN.", (Supplier<?>)
                        () -> accelerator("gpu", "n", "v", one, peaks, peaks, one, Double.NaN)),
                zero("number of multiprocessors of a GPU", () -> multiprocessors(0, 0)),
                arguments("The number of matrix cores of a GPU cannot be -1.", (Supplier<?>)
                        () -> multiprocessors(1, -1)),
                zero("number of cores of a TPU", () -> arrays(0, 1, 1)),
                zero("number of systolic arrays of a TPU", () -> arrays(1, 0, 1)),
                zero("dimension of a systolic array of a TPU", () -> arrays(1, 1, 0)),
                zero("capacity of a device's memory", () -> new DeviceMemory(Examples.of(0L), one, null)),
                zero("bandwidth of a device's memory", () -> new DeviceMemory(Examples.of(1L), zero, null)),
                zero(
                        "size on the chip of a device's memory",
                        () -> new DeviceMemory(Examples.of(1L), one, Examples.of(0L))),
                zero("number of cores of a host", () -> host(0, 1, 1, 1, 1, 1)),
                zero("core speed of a host", () -> host(1, 0, 1, 1, 1, 1)),
                zero("memory of a host", () -> host(1, 1, 0, 1, 1, 1)),
                zero("storage bandwidth of a host", () -> host(1, 1, 1, 0, 1, 1)),
                zero("network bandwidth of a host", () -> host(1, 1, 1, 1, 0, 1)),
                share("network efficiency of a host", 0, () -> host(1, 1, 1, 1, 1, 0)),
                share("network efficiency of a host", 1.01, () -> host(1, 1, 1, 1, 1, 1.01)),
                blank("id of a machine", () -> machine("", "n", "gpu", 8, 8, null)),
                blank("name of box", () -> machine("box", "", "gpu", 8, 8, null)),
                blank("accelerator of box", () -> machine("box", "n", "", 8, 8, null)),
                zero("number of devices of box", () -> machine("box", "n", "gpu", 0, 8, null)),
                zero("usual number of devices of box", () -> machine("box", "n", "gpu", 8, 0, null)),
                zero("maximum power of box", () -> machine("box", "n", "gpu", 8, 8, zero)),
                zero("idle power of a device", () -> new Power(zero, one)),
                arguments("The maximum power of a device must be finite and above zero, not Infinity.", (Supplier<?>)
                        () -> new Power(one, Examples.of(Double.POSITIVE_INFINITY))),
                zero("price of an offer", () -> price(0, "p", "o", "s")),
                blank("provider of a price", () -> price(1, "", "o", "s")),
                blank("offer of a price", () -> price(1, "p", "", "s")),
                blank("source of a price", () -> price(1, "p", "o", "")),
                blank("id of a region", () -> region("", "n", 100, 2020, 1.1)),
                blank("name of here", () -> region("here", "", 100, 2020, 1.1)),
                zero("carbon intensity of here", () -> region("here", "n", 0, 2020, 1.1)),
                arguments("The year of here is written with four digits, not 1989.", (Supplier<?>)
                        () -> region("here", "n", 100, 1989, 1.1)),
                arguments("The year of here is written with four digits, not 2101.", (Supplier<?>)
                        () -> region("here", "n", 100, 2101, 1.1)),
                arguments(
                        "The power usage effectiveness of here must be at least 1 and below 10, not 0.99.",
                        (Supplier<?>) () -> region("here", "n", 100, 2020, 0.99)),
                arguments(
                        "The power usage effectiveness of here must be at least 1 and below 10, not 10.0.",
                        (Supplier<?>) () -> region("here", "n", 100, 2020, 10)),
                blank("source of a law of rings", () -> ringLaw(1, 1, "")),
                zero("share of LL128 of a law of rings", () -> ringLaw(0, 1, "s")),
                zero("size of the ramp of a law of rings", () -> ringLaw(1, 0, "s")),
                zero("number of channels of rings", () -> new ChannelRings(2, 0, 1, 1, ringLaw(1, 1, "s"))),
                zero("bus bandwidth of rings", () -> new ChannelRings(2, 1, 0, 1, ringLaw(1, 1, "s"))),
                zero("planned bus bandwidth of rings", () -> new ChannelRings(2, 1, 1, 0, ringLaw(1, 1, "s"))),
                blank("source of a reduction in switches", () -> switches(1, 1, 1, "")),
                zero("latency of a reduction in switches", () -> switches(0, 1, 1, "s")),
                zero("switch bandwidth of a reduction in switches", () -> switches(1, 0, 1, "s")),
                zero("ring bandwidth of a reduction in switches", () -> switches(1, 1, 0, "s")),
                blank("source of an all-reduce curve", () -> curve(1, "")),
                zero("bus bandwidth of an all-reduce", () -> curve(0, "s")),
                zero("link bandwidth of a torus", () -> torus(0, 0.9, 1, 1)),
                share("efficiency of a torus", 0, () -> torus(1, 0, 1, 1)),
                zero("hop latency of a torus", () -> torus(1, 0.9, 0, 1)),
                zero("number of devices per chip of a torus", () -> torus(1, 0.9, 1, 0)),
                arguments("An axis that closes has at least 2 chips, not 1.", (Supplier<?>)
                        () -> new TorusFabric.Wraparound(1, true)),
                arguments("A chip has at least one core and one device, not 0 cores and 1 devices.", (Supplier<?>)
                        () -> new ChipLayout(0, 1)),
                arguments("A chip has at least one core and one device, not 1 cores and 0 devices.", (Supplier<?>)
                        () -> new ChipLayout(1, 0)));
    }

    private static Arguments blank(String what, Supplier<?> hardware) {
        return arguments("The " + what + " is blank.", hardware);
    }

    private static Arguments zero(String what, Supplier<?> hardware) {
        return arguments("The " + what + " must be finite and above zero, not 0.0.", hardware);
    }

    private static Arguments share(String what, double value, Supplier<?> hardware) {
        return arguments("The " + what + " must lie above 0 and at most at 1, not " + value + ".", hardware);
    }

    private static Accelerator accelerator(
            String id,
            String name,
            String vendor,
            Sourced<Double> clock,
            Map<Precision, Sourced<Double>> matrix,
            Map<Precision, Sourced<Double>> vector,
            Sourced<Double> hostLink,
            double law) {
        return new Accelerator(
                id,
                name,
                vendor,
                GPU.kind(),
                GPU.announced(),
                GPU.chip(),
                GPU.units(),
                clock,
                matrix,
                vector,
                GPU.memory(),
                hostLink,
                GPU.power(),
                List.of(),
                null,
                Map.of("law", Examples.of(law)));
    }

    private static ComputeUnits multiprocessors(int count, int matrixCores) {
        return new ComputeUnits.Multiprocessors(Examples.of(count), Examples.of(matrixCores));
    }

    private static ComputeUnits arrays(int cores, int arrays, int dimension) {
        return new ComputeUnits.SystolicArrays(Examples.of(cores), Examples.of(arrays), Examples.of(dimension));
    }

    private static Host host(int cores, double speed, long memory, double storage, double network, double share) {
        return new Host(
                Examples.of(cores),
                Examples.of(speed),
                Examples.of(memory),
                Examples.of(storage),
                Examples.of(network),
                Examples.of(share));
    }

    private static Machine machine(
            String id, String name, String accelerator, int devices, int usual, @Nullable Sourced<Double> watts) {
        NodeFabric fabric = Examples.node(Kind.NVSWITCH, 8, curve(1, "s"));
        return new Machine(id, name, accelerator, devices, usual, fabric, Examples.host(), watts, List.of());
    }

    private static Price price(double usd, String provider, String offer, String source) {
        return new Price(usd, provider, offer, "2024", Provenance.RECALLED, source);
    }

    private static Region region(String id, String name, double grams, int year, double effectiveness) {
        return new Region(id, name, Examples.of(grams), year, Examples.of(effectiveness));
    }

    private static RingLaw ringLaw(double share, double ramp, String source) {
        return new RingLaw(1, 1, 1, 1, 1, share, 1, 1, ramp, Provenance.FITTED, source);
    }

    private static SwitchReduction switches(double latency, double reducing, double ring, String source) {
        return new SwitchReduction(8, latency, reducing, ring, Provenance.FITTED, source);
    }

    private static AllReduceCurve curve(double bandwidth, String source) {
        return AllReduceCurve.of(8, 0, bandwidth, Provenance.FITTED, source);
    }

    private static TorusFabric torus(double link, double efficiency, double hop, int devicesPerChip) {
        return new TorusFabric(
                List.of(2, 2),
                new TorusFabric.Wraparound(2, true),
                Examples.of(link),
                Examples.of(efficiency),
                Examples.of(hop),
                devicesPerChip);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void aTimeOfALawIsFiniteAndNotNegative(double seconds) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RingLaw(1, 1, 1, 1, 1, 1, 1, seconds, 1, Provenance.FITTED, "s"))
                .withMessage("A time of a law of rings cannot be " + seconds + " s.");
    }

    /** The ends of what is allowed. */
    @Test
    void figuresAtTheirLimitsAreAccepted() {
        assertThat(multiprocessors(1, 0)).isNotNull();
        assertThat(host(1, 1, 1, 1, 1, 1).networkEfficiency().value()).isOne();
        assertThat(new Power(Examples.of(300.0), Examples.of(300.0)).idleWatts().value())
                .isEqualTo(300);
        assertThat(region("here", "n", 100, 1990, 1).year()).isEqualTo(1990);
        assertThat(region("here", "n", 100, 2100, 9.99).year()).isEqualTo(2100);
        assertThat(new TorusFabric.Wraparound(2, false).closes(2)).isTrue();
        assertThat(new ChipLayout(1, 1)).isEqualTo(ChipLayout.ONE);
        assertThat(machine("box", "n", "gpu", 8, 8, Examples.of(1.0)).devices()).isEqualTo(8);
    }

    @Test
    void otherLawsMakeTheSameDeviceOtherwise() {
        Accelerator changed = GPU.withLaws(Map.of("law", Examples.of(2.0)));
        assertThat(changed.law("law")).isEqualTo(2);
        assertThat(changed.withLaws(GPU.laws())).isEqualTo(GPU);
        assertThat(GPU.supports(Precision.FP16)).isTrue();
    }

    @Test
    void aDeviceWithoutTf32RunsWhatMayBeInItInSinglePrecision() {
        assertThat(GPU.runsIn(Precision.TF32)).isEqualTo(Precision.FP32);
        assertThat(GPU.runsIn(Precision.FP16)).isEqualTo(Precision.FP16);
        Map<Precision, Sourced<Double>> both =
                Map.of(Precision.TF32, Examples.of(2e12), Precision.FP32, Examples.of(1e12));
        Accelerator capable = accelerator("gpu", "n", "v", Examples.of(1.0), both, both, Examples.of(1.0), 1);
        assertThat(capable.runsIn(Precision.TF32)).isEqualTo(Precision.TF32);
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "gcp/us-central1, Google Cloud, true",
        "gcp/us-central1, AWS, false",
        "aws/us-east-1, AWS, true",
        "azure/eastus, Azure, true",
        "country/fra, AWS, false",
        "world, Google Cloud, false",
    })
    void aRegionIsOfTheProviderThatItsIdBeginsWith(String region, String provider, boolean same) {
        assertThat(region(region, "n", 100, 2020, 1.1).isOf(price(1, provider, "o", "s")))
                .isEqualTo(same);
    }

    @Test
    void namesAreThoseOfTheField() {
        assertThat(Collective.values())
                .extracting(Collective::id)
                .containsExactly("all-reduce", "reduce-scatter", "all-gather", "all-to-all", "broadcast");
    }

    /** NCCL's tuning tables: network steps cost more than those of NVLink, trees no less than rings. */
    @Test
    void protocolsTradeLatencyForBandwidth() {
        for (Protocol protocol : Protocol.values()) {
            assertThat(protocol.networkRingStepSeconds()).isGreaterThan(protocol.stepSeconds());
            assertThat(protocol.networkTreeStepSeconds()).isGreaterThanOrEqualTo(protocol.networkRingStepSeconds());
        }
        assertThat(Protocol.values()).extracting(Protocol::share).isSorted();
        assertThat(Protocol.values()).extracting(Protocol::stepSeconds).isSorted();
        assertThat(Protocol.values())
                .extracting(Protocol::networkRingStepSeconds)
                .isSorted();
    }

    /** Chips along an axis that closes in multiples of 4, or at 4 alone. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 6, 8})
    void anAxisClosesAtItsLength(int length) {
        assertThat(new TorusFabric.Wraparound(4, true).closes(length)).isEqualTo(length == 4 || length == 8);
        assertThat(new TorusFabric.Wraparound(4, false).closes(length)).isEqualTo(length == 4);
    }
}
