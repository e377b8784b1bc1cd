package org.corehours.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.ChipLayout;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.ComputeUnits;
import org.corehours.core.hardware.DeviceMemory;
import org.corehours.core.hardware.Host;
import org.corehours.core.hardware.Machine;
import org.corehours.core.hardware.Power;
import org.corehours.core.hardware.Precision;
import org.corehours.core.hardware.Price;
import org.corehours.core.hardware.Region;
import org.corehours.core.hardware.TorusFabric;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.Segment;
import org.corehours.core.lowering.StepMemory;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.simulate.Bottleneck;
import org.corehours.core.simulate.FrameworkRuntime;
import org.corehours.core.simulate.InputDemand;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.junit.jupiter.api.Test;

class RunEstimatorTest {

    private static final Offset<Double> CLOSELY = within(1e-9);

    /** Two cores to a chip, each a device of 10 TFLOP/s in bf16, 30 to 130 W, 2 dollars an hour. */
    private static final Accelerator CORE = new Accelerator(
            "core",
            "Half a chip",
            "Nobody",
            Accelerator.Kind.TPU,
            of(LocalDate.of(2018, 1, 1)),
            new ChipLayout(2, 2),
            new ComputeUnits.SystolicArrays(of(1), of(1), of(128)),
            of(1e9),
            Map.of(Precision.BF16, of(10e12)),
            Map.of(),
            new DeviceMemory(of(16_000_000_000L), of(1e12), null),
            null,
            new Power(of(30.0), of(130.0)),
            List.of(new Price(2, "Nobody", "on demand", "2024", Provenance.ASSUMED, "test")),
            null,
            Map.of(
                    "product.rate_fraction", of(1.0),
                    "memory.stream_fraction", of(1.0),
                    "launch.device_seconds", of(1e-6)));

    private static final Machine HOST = new Machine(
            "host",
            "Four chips",
            "core",
            8,
            8,
            new TorusFabric(List.of(16, 16), new TorusFabric.Wraparound(16, false), of(50e9), of(0.9), of(1e-6), 2),
            new Host(of(40), of(0.5), of(1L << 38), of(2e9), of(12.5e9), of(0.8)),
            null,
            List.of());

    private static final StepMemory MEMORY = new StepMemory(400, 400, 800, 0, 0, 0, 0, KernelProgram.BACKWARD);

    private static <T> Sourced<T> of(T value) {
        return new Sourced<>(value, Provenance.ASSUMED, "test");
    }

    private static Graph graph(long batch) {
        GraphBuilder b = new GraphBuilder("linear", batch);
        Tensor x = b.input("x", batch, 1000);
        return b.build(b.linear("fc", x, 1000));
    }

    private static Kernel product(long samples) {
        MatrixShape shape = new MatrixShape(MatrixShape.Role.FORWARD, 1, 1024 * samples, 1024, 1024, false, false);
        return new Kernel(
                "dot", KernelKind.MATRIX_PRODUCT, "", List.of(), List.of(), List.of(shape), DataType.BF16, 0, 0, 0, 1);
    }

    /** Forward as long as backward, and gradients to exchange. */
    private static SoftwareStack stack(long batch, long gradientBytes) {
        KernelProgram program = new KernelProgram(
                List.of(
                        new Segment("forward", 1, List.of(product(batch)), 0),
                        new Segment(KernelProgram.BACKWARD, 1, List.of(product(batch)), gradientBytes)),
                MEMORY);
        return new SoftwareStack("xla", step -> program, FrameworkRuntime.xla());
    }

    private static RunPlan plan(int devices, long globalBatch, long gradientBytes, Schedule schedule) {
        Cluster cluster = Cluster.of(CORE, HOST, devices);
        long batch = RunPlan.microBatch(globalBatch, cluster, 1);
        return new RunPlan(
                "run",
                "linear",
                1_001_000,
                new StepProgram(graph(batch), Update.of(Optimizer.ADAMW)),
                stack(batch, gradientBytes),
                Precision.BF16,
                cluster,
                globalBatch,
                1,
                InputDemand.NONE,
                schedule,
                Placement.in(new Region("here", "Here", of(400.0), 2024, of(1.1))));
    }

    private static RunEstimate estimate(RunPlan plan) {
        return new RunEstimator().estimate(plan, Variation.NOMINAL);
    }

    @Test
    void aRunIsItsStepsAndWhatSurroundsThem() {
        RunEstimate run = estimate(plan(8, 64, 0, new Schedule(new Schedule.Steps(1_000_000, 0), 64_000, 5, 0.25)));
        double step = run.stepSeconds();

        assertThat(run.steps()).isEqualTo(1_000_000);
        assertThat(run.time().trainingHours()).isCloseTo(1e6 * step / 3600, CLOSELY);
        assertThat(run.time().evaluationHours()).isCloseTo(1000 * step / 2 / 3600, CLOSELY);
        assertThat(run.time().checkpointHours()).isCloseTo(5 * 1200 / 2e9 / 3600, CLOSELY);
        assertThat(run.time().startHours()).isCloseTo(210 / 3600.0, CLOSELY);
        // Half of a fifth of the run is done again, at 4.2 failures in 1000 days of one machine.
        double lost = (600 + 1e6 * step / 5 / 2) * 4.2e-3 / 86_400;
        assertThat(run.time().failureHours()).isCloseTo(run.time().trainingHours() * lost / (1 - lost), CLOSELY);
        assertThat(run.time().goodput()).isCloseTo(run.time().trainingHours() / run.hours(), CLOSELY);
        assertThat(run.hours())
                .isCloseTo(
                        run.time().trainingHours()
                                + run.time().evaluationHours()
                                + run.time().checkpointHours()
                                + run.time().startHours()
                                + run.time().failureHours()
                                + 0.25,
                        CLOSELY);
        assertThat(run.samplesPerSecond()).isCloseTo(64 / step, CLOSELY);
        assertThat(run.boundBy()).isEqualTo(Bottleneck.COMPUTE);
    }

    @Test
    void coresChipsAndDevicesAreCountedApart() {
        RunEstimate run = estimate(plan(8, 64, 0, Schedule.ofSteps(1000)));

        assertThat(run.deviceHours()).isCloseTo(8 * run.hours(), CLOSELY);
        assertThat(run.coreHours()).isCloseTo(8 * run.hours(), CLOSELY);
        assertThat(run.chipHours()).isCloseTo(4 * run.hours(), CLOSELY);
        assertThat(run.cost().usd()).isCloseTo(16 * run.hours(), CLOSELY);
    }

    /** Model FLOPs are of the graph's 1000 × 1000 layer, what runs is padded to 1024 × 1024. */
    @Test
    void utilisationComparesTheModelsFlopsWithThePeak() {
        RunEstimate run = estimate(plan(8, 64, 0, Schedule.ofSteps(1000)));
        double perDevice = run.samplesPerSecond() / 8;

        assertThat(run.trainingFlopsPerSample()).isEqualTo(2 * 2e6);
        assertThat(run.mfu()).isCloseTo(4e6 * perDevice / 10e12, CLOSELY);
        assertThat(run.hfu()).isCloseTo(2 * 2.0 * 1024 * 1024 * 1024 * perDevice / 10e12, CLOSELY);
    }

    /** Products all the time: 30 W and 0.92 of the 100 W above it; host a quarter of 130 W. */
    @Test
    void energyFollowsWhatTheDeviceDoes() {
        RunEstimate run = estimate(plan(8, 6400, 0, Schedule.ofSteps(100_000)));
        Energy energy = run.energy();

        assertThat(energy.deviceWatts()).isCloseTo(122, within(0.5));
        assertThat(energy.hostWatts()).isCloseTo(32.5, CLOSELY);
        assertThat(energy.kilowattHours())
                .isCloseTo(run.deviceHours() * (energy.deviceWatts() + 32.5) * 1.1 / 1000, CLOSELY);
        assertThat(energy.co2Kilograms()).isCloseTo(energy.kilowattHours() * 0.4, CLOSELY);
    }

    @Test
    void trainingTimeIsLinearInEpochs() {
        RunEstimate one = estimate(plan(8, 64, 1000, Schedule.ofEpochs(1_281_167, 1)));
        RunEstimate ninety = estimate(plan(8, 64, 1000, Schedule.ofEpochs(1_281_167, 90)));

        assertThat(one.steps()).isEqualTo(20_018);
        assertThat(ninety.time().trainingHours()).isCloseTo(90 * one.time().trainingHours(), CLOSELY);
    }

    /** The same work over more devices, with gradients to exchange: more device hours, never fewer. */
    @Test
    void deviceHoursDoNotFallAsTheExchangeGrows() {
        double before = 0;
        for (int devices = 8; devices <= 512; devices *= 2) {
            RunEstimate run = estimate(plan(devices, 512, 1_000_000_000, Schedule.ofSteps(10_000)));
            assertThat(run.deviceHours()).as("%d devices", devices).isGreaterThanOrEqualTo(before);
            before = run.deviceHours();
        }
    }

    @Test
    void everyLawLengthensTheRunItConcerns() {
        CompiledRun run = new RunEstimator().compile(plan(8, 64, 1_000_000_000, Schedule.ofSteps(1000)));
        double nominal = run.estimate(Variation.NOMINAL).hours();

        assertThat(run.estimate(new Variation(1.5, 1, 1, 1, 1, 1, 1)).hours()).isGreaterThan(nominal);
        assertThat(run.estimate(new Variation(1, 1, 1.5, 1, 1, 1, 1)).hours()).isGreaterThan(nominal);
        assertThat(run.estimate(new Variation(1, 1, 1, 1.5, 1, 1, 1)).hours()).isGreaterThan(nominal);
        assertThat(run.estimate(new Variation(1, 1, 1, 1, 1, 1, 1.5)).hours()).isGreaterThan(nominal);
        assertThat(run.estimate(Variation.NOMINAL).hours()).isEqualTo(nominal);
    }

    @Test
    void inferenceCountsForwardFlopsAlone() {
        RunPlan training = plan(8, 64, 0, Schedule.ofSamples(4550));
        RunPlan inference = new RunPlan(
                training.id(),
                training.model(),
                training.parameters(),
                StepProgram.inference(graph(8)),
                training.stack(),
                training.precision(),
                training.cluster(),
                64,
                1,
                training.input(),
                training.schedule(),
                training.placement());

        assertThat(estimate(inference).trainingFlopsPerSample()).isEqualTo(2e6);
        assertThat(estimate(inference).steps()).isEqualTo(72);
    }

    @Test
    void aGraphOfAnotherBatchIsRefused() {
        RunPlan plan = plan(8, 64, 0, Schedule.ofSteps(1));
        RunPlan wrong = new RunPlan(
                plan.id(),
                plan.model(),
                plan.parameters(),
                plan.step(),
                plan.stack(),
                plan.precision(),
                plan.cluster(),
                128,
                1,
                plan.input(),
                plan.schedule(),
                plan.placement());

        assertThatThrownBy(() -> new RunEstimator().compile(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("built for 8 samples")
                .hasMessageContaining("works on 16");
    }

    @Test
    void aBatchThatDoesNotDivideIsRefusedWithOneThatDoes() {
        assertThatThrownBy(() -> RunPlan.microBatch(1000, Cluster.of(CORE, HOST, 16), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(1000)")
                .hasMessageContaining("Maybe use a global batch of 1008");
    }
}
