package org.corehours.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.junit.jupiter.api.Test;

class ReliabilityTest {

    private static Reliability reliability(double failuresPerMachineDay) {
        return new Reliability(
                new Sourced<>(failuresPerMachineDay, Provenance.ASSUMED, "test"),
                new Sourced<>(600.0, Provenance.ASSUMED, "test"));
    }

    /** Llama 3 (arXiv:2407.21783): 2048 machines, 419 failures in 54 days, more than 90 % of the time effective. */
    @Test
    void sixteenThousandDevicesFailEveryThreeHours() {
        Reliability llama = reliability(3.8e-3);

        double between = llama.secondsBetweenFailures(2048);
        double interval = llama.dalyIntervalSeconds(10, 2048);

        assertThat(between / 3600).isCloseTo(3.08, within(0.01));
        assertThat(interval / 60).isCloseTo(7.7, within(0.1));
        double work = 54 * 86_400;
        double lost = llama.lostSeconds(work, interval, 2048) + work / interval * 10;
        assertThat(work / (work + lost)).isCloseTo(0.91, within(0.01));
    }

    /** sqrt(2 x 10 s x 132 days) = 15,100 s. */
    @Test
    void twoMachinesWriteEveryFourHours() {
        assertThat(reliability(3.8e-3).dalyIntervalSeconds(10, 2) / 3600).isCloseTo(4.19, within(0.02));
        assertThat(reliability(6.5e-3).dalyIntervalSeconds(10, 2) / 3600).isCloseTo(3.20, within(0.02));
    }

    /** No interval near it loses less to first order in failures. */
    @Test
    void theIntervalIsTheBest() {
        Random random = new Random(20261120);
        for (int i = 0; i < 100; i++) {
            Reliability some = reliability(1e-3 + random.nextDouble() * 1e-2);
            int machines = 1 + random.nextInt(1000);
            double write = 1 + random.nextDouble() * 60;
            double best = some.dalyIntervalSeconds(write, machines);
            double least = lossPerSecond(some, best, write, machines);
            assertThat(least).isLessThanOrEqualTo(lossPerSecond(some, best * 1.3, write, machines));
            assertThat(least).isLessThanOrEqualTo(lossPerSecond(some, best / 1.3, write, machines));
        }
    }

    private static double lossPerSecond(Reliability some, double interval, double write, int machines) {
        return write / interval + (interval + write) / 2 / some.secondsBetweenFailures(machines);
    }

    @Test
    void whatTakesNoTimeToWriteIsWrittenAllTheTime() {
        assertThat(reliability(4e-3).dalyIntervalSeconds(0, 100)).isZero();
        assertThat(reliability(0).lostSeconds(1000, 100, 10)).isZero();
    }
}
