package org.corehours.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.simulate.FrameworkRuntime;
import org.corehours.core.simulate.InputDemand;
import org.corehours.core.simulate.InputPipeline;
import org.corehours.core.simulate.InputRecipe;
import org.corehours.core.simulate.InputSupply;
import org.junit.jupiter.api.Test;

/** Who loads samples: the machine of {@link MadeUpPlan} has 40 cores at half speed and 2 GB/s for 8 devices. */
class InputSupplyTest {

    private static final Offset<Double> CLOSELY = within(1e-9);
    private static final Cluster CLUSTER = Cluster.of(MadeUpPlan.CORE, MadeUpPlan.HOST, 8);
    private static final InputDemand DEMAND = new InputDemand("test", 0.01, 1e6, "test");

    private static InputPipeline of(Double cores, Integer workers, Double storage) {
        return InputPipeline.of(DEMAND.with(new InputSupply(cores, workers, storage)), CLUSTER);
    }

    /** (5 - 0.5) x 1.25 cores at half speed, 10 ms per sample. */
    @Test
    void coresAreTheMachinesUnlessTheyAreSaid() {
        assertThat(of(null, null, null).coresPerDevice()).isCloseTo(5.625, CLOSELY);
        assertThat(of(null, null, 1e12).samplesPerSecond()).isCloseTo(281.25, CLOSELY);
        assertThat(of(9.0, null, 1e12).coresPerDevice()).isCloseTo(8.5 * 1.25, CLOSELY);
    }

    /** Three workers have a core each; the seventh is the second thread of one. */
    @Test
    void workersHaveACoreEachAndThenASecondThread() {
        assertThat(of(null, 3, null).coresPerDevice()).isEqualTo(3);
        assertThat(of(null, 7, null).coresPerDevice()).isCloseTo(5 + 2 * 0.25, CLOSELY);
        assertThat(of(null, 64, null).coresPerDevice()).as("no more than cores").isCloseTo(5.625, CLOSELY);
    }

    /** 2 GB/s among 8 devices at 1 MB a sample. */
    @Test
    void storageBoundsWhereItIsSlower() {
        assertThat(of(null, null, null).samplesPerSecond()).isCloseTo(250, CLOSELY);
        assertThat(of(null, null, 0.8e9).samplesPerSecond()).isCloseTo(100, CLOSELY);
    }

    @Test
    void coresThatAreKnownAreNoError() {
        assertThat(of(null, null, 1e12).seconds(1, 1, 0.5))
                .isCloseTo(2 * of(null, null, 1e12).seconds(1, 1, 1), CLOSELY);
        assertThat(of(5.0, null, 1e12).seconds(1, 1, 0.5)).isCloseTo(1 / 281.25, CLOSELY);
    }

    @Test
    void moreIsNeverSlower() {
        double before = 0;
        for (int workers = 1; workers <= 16; workers++) {
            double rate = of(6.0, workers, null).samplesPerSecond();
            assertThat(rate).as("%d workers", workers).isGreaterThanOrEqualTo(before);
            before = rate;
        }
    }

    /** 8 samples of a device, a 6000th of a second each, before anything else runs. */
    @Test
    void whatTheDeviceDecodesItsKernelsWaitFor() {
        RunEstimate none = estimate(InputDemand.NONE);
        RunEstimate dali = estimate(InputRecipe.demand("dali").with(new InputSupply(1000.0, null, 1e15)));
        assertThat(dali.stepSeconds() - none.stepSeconds()).isCloseTo(8 / 6000.0, within(1e-6));
        assertThat(InputRecipe.demand("dali").cpuSecondsPerSample()).isCloseTo(0.4 / 1039, CLOSELY);
    }

    /** A decoder beside the kernels costs them nothing, and bounds the step: 5000 images per second. */
    @Test
    void aDecoderOfItsOwnBoundsTheRate() {
        InputDemand demand = InputRecipe.demand("dali-decoder").with(new InputSupply(1000.0, null, 1e15));
        assertThat(InputPipeline.of(demand, CLUSTER).samplesPerSecond()).isCloseTo(5000, within(1e-6));
        assertThat(estimate(InputDemand.NONE).stepSeconds()).isLessThan(8 / 5000.0);
        assertThat(estimate(demand).stepSeconds()).isCloseTo(8 / 5000.0, within(1e-6));
    }

    private static RunEstimate estimate(InputDemand demand) {
        RunPlan plan = MadeUpPlan.plan(1, 8, 0, Schedule.ofSteps(100));
        SoftwareStack stack = new SoftwareStack(
                "pytorch",
                plan.stack().lowering(),
                FrameworkRuntime.pytorch(false).withCudaGraphs());
        return new RunEstimator()
                .estimate(
                        plan.toBuilder()
                                .phase(plan.step(), 8, 1, demand, plan.schedule())
                                .cluster(Cluster.single(MadeUpPlan.GPU))
                                .stack(stack, plan.precision())
                                .build(),
                        Variation.NOMINAL);
    }

    @Test
    void nothingIsNoSupply() {
        assertThatThrownBy(() -> new InputSupply(0.0, null, null)).hasMessageContaining("cores of a device");
        assertThatThrownBy(() -> new InputSupply(null, -1, null)).hasMessageContaining("workers of a device");
    }
}
