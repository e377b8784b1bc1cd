package org.corehours.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.simulate.Bottleneck;
import org.corehours.core.step.StepProgram;
import org.junit.jupiter.api.Test;

class RunEstimatorTest {

    private static final Offset<Double> CLOSELY = within(1e-9);

    private static RunEstimate estimate(RunPlan plan) {
        return new RunEstimator().estimate(plan, Variation.NOMINAL);
    }

    @Test
    void aRunIsItsStepsAndWhatSurroundsThem() {
        RunEstimate run =
                estimate(MadeUpPlan.plan(8, 64, 0, new Schedule(new Schedule.Steps(1_000_000, 0), 64_000, 5, 0.25)));
        double step = run.stepSeconds();

        assertThat(run.steps()).isEqualTo(1_000_000);
        assertThat(run.time().trainingHours()).isCloseTo(1e6 * step / 3600, CLOSELY);
        assertThat(run.time().evaluationHours()).isCloseTo(1000 * step / 2 / 3600, CLOSELY);
        assertThat(run.time().checkpointHours()).isCloseTo(5 * 1200 / 2e9 / 3600, CLOSELY);
        assertThat(run.time().startHours()).isCloseTo((120 + 2 * 0.28) / 3600.0, CLOSELY);
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
        RunEstimate run = estimate(MadeUpPlan.plan(8, 64, 0, Schedule.ofSteps(1000)));

        assertThat(run.deviceHours()).isCloseTo(8 * run.hours(), CLOSELY);
        assertThat(run.coreHours()).isCloseTo(8 * run.hours(), CLOSELY);
        assertThat(run.chipHours()).isCloseTo(4 * run.hours(), CLOSELY);
        assertThat(run.cost().usd()).isCloseTo(16 * run.hours(), CLOSELY);
    }

    /** Model FLOPs are of the graph's 1000 × 1000 layer, what runs is padded to 1024 × 1024. */
    @Test
    void utilisationComparesTheModelsFlopsWithThePeak() {
        RunEstimate run = estimate(MadeUpPlan.plan(8, 64, 0, Schedule.ofSteps(1000)));
        double perDevice = run.samplesPerSecond() / 8;

        assertThat(run.trainingFlopsPerSample()).isEqualTo(2 * 2e6);
        assertThat(run.mfu()).isCloseTo(4e6 * perDevice / 10e12, CLOSELY);
        assertThat(run.hfu()).isCloseTo(2 * 2.0 * 1024 * 1024 * 1024 * perDevice / 10e12, CLOSELY);
    }

    /** Products all the time: 30 W and 0.92 of the 100 W above it; host a quarter of 130 W. */
    @Test
    void energyFollowsWhatTheDeviceDoes() {
        RunEstimate run = estimate(MadeUpPlan.plan(8, 6400, 0, Schedule.ofSteps(100_000)));
        Energy energy = run.energy();

        assertThat(energy.deviceWatts()).isCloseTo(122, within(0.5));
        assertThat(energy.hostWatts()).isCloseTo(32.5, CLOSELY);
        assertThat(energy.kilowattHours())
                .isCloseTo(run.deviceHours() * (energy.deviceWatts() + 32.5) * 1.1 / 1000, CLOSELY);
        assertThat(energy.co2Kilograms()).isCloseTo(energy.kilowattHours() * 0.4, CLOSELY);
    }

    @Test
    void trainingTimeIsLinearInEpochs() {
        RunEstimate one = estimate(MadeUpPlan.plan(8, 64, 1000, Schedule.ofEpochs(1_281_167, 1)));
        RunEstimate ninety = estimate(MadeUpPlan.plan(8, 64, 1000, Schedule.ofEpochs(1_281_167, 90)));

        assertThat(one.steps()).isEqualTo(20_018);
        assertThat(ninety.time().trainingHours()).isCloseTo(90 * one.time().trainingHours(), CLOSELY);
    }

    /** The same work over more devices, with gradients to exchange: more device hours, never fewer. */
    @Test
    void deviceHoursDoNotFallAsTheExchangeGrows() {
        double before = 0;
        for (int devices = 8; devices <= 512; devices *= 2) {
            RunEstimate run = estimate(MadeUpPlan.plan(devices, 512, 1_000_000_000, Schedule.ofSteps(10_000)));
            assertThat(run.deviceHours()).as("%d devices", devices).isGreaterThanOrEqualTo(before);
            before = run.deviceHours();
        }
    }

    @Test
    void everyLawLengthensTheRunItConcerns() {
        CompiledRun run = new RunEstimator().compile(MadeUpPlan.plan(8, 64, 1_000_000_000, Schedule.ofSteps(1000)));
        double nominal = run.estimate(Variation.NOMINAL).hours();

        assertThat(run.estimate(new Variation(1.5, 1, 1, 1, 1, 1, 1)).hours()).isGreaterThan(nominal);
        assertThat(run.estimate(new Variation(1, 1, 1.5, 1, 1, 1, 1)).hours()).isGreaterThan(nominal);
        assertThat(run.estimate(new Variation(1, 1, 1, 1.5, 1, 1, 1)).hours()).isGreaterThan(nominal);
        assertThat(run.estimate(new Variation(1, 1, 1, 1, 1, 1, 1.5)).hours()).isGreaterThan(nominal);
        assertThat(run.estimate(Variation.NOMINAL).hours()).isEqualTo(nominal);
    }

    @Test
    void inferenceCountsForwardFlopsAlone() {
        RunPlan training = MadeUpPlan.plan(8, 64, 0, Schedule.ofSamples(4550));
        RunPlan inference = training.toBuilder()
                .phase(StepProgram.inference(MadeUpPlan.graph(8)), 64, 1, training.input(), training.schedule())
                .build();

        assertThat(estimate(inference).trainingFlopsPerSample()).isEqualTo(2e6);
        assertThat(estimate(inference).steps()).isEqualTo(72);
    }

    @Test
    void aGraphOfAnotherBatchIsRefused() {
        RunPlan plan = MadeUpPlan.plan(8, 64, 0, Schedule.ofSteps(1));
        RunPlan wrong = plan.toBuilder()
                .phase(plan.step(), 128, 1, plan.input(), plan.schedule())
                .build();

        assertThatThrownBy(() -> new RunEstimator().compile(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("built for 8 samples")
                .hasMessageContaining("works on 16");
    }

    @Test
    void aBatchThatDoesNotDivideIsRefusedWithOneThatDoes() {
        assertThatThrownBy(() -> RunPlan.microBatch(1000, Cluster.of(MadeUpPlan.CORE, MadeUpPlan.HOST, 16), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(1000)")
                .hasMessageContaining("Maybe use a global batch of 1008");
    }
}
