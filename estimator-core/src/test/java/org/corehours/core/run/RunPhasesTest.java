package org.corehours.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Offset;
import org.corehours.core.simulate.InputDemand;
import org.junit.jupiter.api.Test;

class RunPhasesTest {

    private static final Offset<Double> CLOSELY = within(1e-9);

    private static RunPlan run(RunPhase... phases) {
        return MadeUpPlan.plan(8, 64, 0, Schedule.ofSteps(1)).toBuilder()
                .phases(List.of(phases))
                .build();
    }

    private static RunPhase phase(String name, long globalBatch, Schedule schedule) {
        return new RunPhase(
                name, MadeUpPlan.plan(8, globalBatch, 0, schedule).step(), globalBatch, 1, InputDemand.NONE, schedule);
    }

    private static RunEstimate estimate(RunPlan plan) {
        return new RunEstimator().estimate(plan, Variation.NOMINAL);
    }

    /** Two steps of 8 per device and one of 32: the program of a step is made of its own batch. */
    @Test
    void hoursAddUpOverPhasesAndStepsAreTheirOwn() {
        RunEstimate run = estimate(
                run(phase("small", 64, Schedule.ofSteps(20_000)), phase("large", 256, Schedule.ofSteps(10_000))));
        RunEstimate small = estimate(MadeUpPlan.plan(8, 64, 0, Schedule.ofSteps(20_000)));
        RunEstimate large = estimate(MadeUpPlan.plan(8, 256, 0, Schedule.ofSteps(10_000)));

        assertThat(run.steps()).isEqualTo(30_000);
        assertThat(run.time().trainingHours())
                .isCloseTo(small.time().trainingHours() + large.time().trainingHours(), CLOSELY);
        assertThat(run.phases().get(0).trainingHours()).isCloseTo(small.time().trainingHours(), CLOSELY);
        assertThat(run.phases().get(1).samplesPerSecond()).isCloseTo(large.samplesPerSecond(), within(1e-6));
        assertThat(run.stepSeconds()).as("of the phase with most steps").isEqualTo(small.stepSeconds());
        assertThat(run.plan().globalBatch()).isEqualTo(64);
        assertThat(run.peakMemoryBytes()).isEqualTo(Math.max(small.peakMemoryBytes(), large.peakMemoryBytes()));
    }

    /** Processes start once, a program is compiled for every step that is another one. */
    @Test
    void whatStartsOnceIsCountedOnce() {
        RunPhase first = phase("first", 64, Schedule.ofSteps(100));
        RunPhase same = new RunPhase("same", first.step(), 64, 1, InputDemand.NONE, Schedule.ofSteps(100));
        RunPhase other = phase("other", 128, Schedule.ofSteps(100));
        double once = estimate(run(first)).time().startHours();

        assertThat(estimate(run(first, same)).time().startHours()).isCloseTo(once, CLOSELY);
        assertThat(estimate(run(first, other)).time().startHours()).isCloseTo(once + 2 * 0.28 / 3600, CLOSELY);
    }

    /** Cutting a run into two phases of the same step changes nothing. */
    @Test
    void aRunCutInTwoCostsTheSame() {
        RunPhase whole = phase("whole", 64, new Schedule(new Schedule.Steps(100_000, 0), 5000, 4, 1));
        RunPhase half = new RunPhase(
                "a", whole.step(), 64, 1, InputDemand.NONE, new Schedule(new Schedule.Steps(50_000, 0), 2500, 2, 0.5));
        RunPhase rest = new RunPhase("b", half.step(), 64, 1, half.input(), half.schedule());

        RunEstimate one = estimate(run(whole));
        RunEstimate two = estimate(run(half, rest));
        assertThat(two.hours()).isCloseTo(one.hours(), CLOSELY);
        assertThat(two.energy().kilowattHours()).isCloseTo(one.energy().kilowattHours(), CLOSELY);
        assertThat(two.cost().usd()).isCloseTo(one.cost().usd(), CLOSELY);
    }

    @Test
    void phasesHaveNamesOfTheirOwn() {
        assertThatThrownBy(() -> run(phase("a", 64, Schedule.ofSteps(1)), phase("a", 64, Schedule.ofSteps(1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two phases called \"a\"");
        assertThatThrownBy(() -> run()).hasMessageContaining("has no phase");
        assertThatThrownBy(() ->
                        run(phase("a", 64, Schedule.ofSteps(1)), phase("b", 64, Schedule.ofSteps(1))).toBuilder()
                                .schedule(Schedule.ofSteps(2)))
                .hasMessageContaining("2 phases");
    }
}
