package org.corehours.core.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.corehours.core.simulate.Steps.cluster;
import static org.corehours.core.simulate.Steps.torus;

import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Collective;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CollectivesTest {

    private static double busBandwidth(Cluster cluster, double bytes) {
        return bytes
                * Collective.ALL_REDUCE.wireFactor(cluster.devices())
                / new Collectives(cluster).seconds(Collective.ALL_REDUCE, bytes);
    }

    @Test
    void aDeviceAloneExchangesNothing() {
        assertThat(new Collectives(Cluster.single(Steps.gpu())).seconds(Collective.ALL_REDUCE, 1e9))
                .isZero();
    }

    @Test
    void aMachineFollowsTheCurveOfItsParticipants() {
        Cluster eight = cluster(1, 8, 76e-6, 136e9, 50e9);

        assertThat(new Collectives(eight).seconds(Collective.ALL_REDUCE, 100e6))
                .isCloseTo(76e-6 + 175e6 / 136e9, within(1e-12));
    }

    /** Four DGX-1 with 50 GB/s of network each reach about 40 GB/s (nccl-tests, issue 29); p3dn with 12.5 reaches 10. */
    @ParameterizedTest
    @CsvSource({"4, 50e9, 40e9", "2, 12.5e9, 10e9"})
    void largeMessagesAcrossMachinesRunAtTheNetworksShare(int machines, double network, double measured) {
        assertThat(busBandwidth(cluster(machines, 8, 76e-6, 136e9, network), 1e9))
                .isCloseTo(measured, withinPercentage(5));
    }

    /** The gradients of ViT-S over two machines of 25 Gb/s at 80 %: 86.8 MB × 15/8 at 2.5 GB/s. */
    @Test
    void aSlowNetworkDominates() {
        assertThat(new Collectives(cluster(2, 8, 76e-6, 136e9, 3.125e9)).seconds(Collective.ALL_REDUCE, 86.8e6))
                .isCloseTo(65.1e-3, withinPercentage(1));
    }

    /** 16 machines: a tree of 4 levels, 2 × 4 × 5 µs in LL and one machine's latency, where a ring has 30 network steps. */
    @Test
    void smallMessagesAcrossManyMachinesTakeATree() {
        assertThat(new Collectives(cluster(16, 8, 76e-6, 136e9, 50e9)).seconds(Collective.ALL_REDUCE, 0))
                .isCloseTo(76e-6 + 8 * 5e-6, within(1e-12));
    }

    /** 2 axes of 16 that close: 180 GB/s per chip; gathers of half that time, 16 hops. */
    @Test
    void aWholePodMovesBytesAlongEveryAxisInBothDirections() {
        Collectives pod = new Collectives(torus(256, 16, 16, 16));

        double expected = 2 * (280e6 * 255 / 256 / 180e9 + 16e-6);
        assertThat(pod.seconds(Collective.ALL_REDUCE, 280e6)).isCloseTo(expected, within(1e-12));
        assertThat(pod.seconds(Collective.ALL_GATHER, 280e6)).isCloseTo(expected / 2, within(1e-12));
    }

    /** 2 × 4 chips without wraparound: 90 GB/s per chip, 1 + 3 hops. */
    @Test
    void aSliceThatDoesNotCloseHasHalfTheBandwidth() {
        assertThat(new Collectives(torus(8, 16, 16, 16)).seconds(Collective.ALL_REDUCE, 280e6))
                .isCloseTo(2 * (280e6 * 7 / 8 / 90e9 + 4e-6), within(1e-12));
    }

    /** Two pods: inside as one pod; between them each host of 4 chips sends half of its 4/256 of the bytes, twice. */
    @Test
    void slicesAreJoinedByTheirHostsNetwork() {
        double inside = new Collectives(torus(256, 16, 16, 16)).seconds(Collective.ALL_REDUCE, 280e6);

        assertThat(new Collectives(torus(512, 16, 16, 16)).seconds(Collective.ALL_REDUCE, 280e6))
                .isCloseTo(inside + 2 * (14e-6 + 280e6 * 4 / 256 / 2 / 10e9), within(1e-12));
    }

    /** Two machines of 8 at 100 GB/s inside and 8 GB/s outside: half of the bytes of all eight leave each machine. */
    @Test
    void anAllToAllBetweenMachinesIsBoundByWhatLeavesThem() {
        Collectives sixteen = new Collectives(cluster(2, 8, 0, 100e9, 10e9));

        assertThat(sixteen.seconds(Collective.ALL_TO_ALL, 16e6)).isCloseTo(14e-6 + 8 * 8e6 / 8e9, within(1e-12));
    }

    /** A broadcast sends every byte along the ring once, an all-to-all 7 of 8. */
    @Test
    void insideAMachineEveryCollectiveHasItsShareOfTheWire() {
        Collectives eight = new Collectives(cluster(1, 8, 0, 100e9, 10e9));

        assertThat(eight.seconds(Collective.BROADCAST, 1e9)).isCloseTo(1e9 / 100e9, within(1e-12));
        assertThat(eight.seconds(Collective.ALL_TO_ALL, 1e9)).isCloseTo(0.875e9 / 100e9, within(1e-12));
        assertThat(eight.seconds(Collective.REDUCE_SCATTER, 1e9)).isCloseTo(0.875e9 / 100e9, within(1e-12));
    }

    /** A line of 8 chips: 2 axes of 2 and 4, of which the longer one decides, at 45 GB/s in each direction. */
    @Test
    void anAllToAllOnATorusCrossesTheLongestAxis() {
        assertThat(new Collectives(torus(8, 16, 16, 16)).seconds(Collective.ALL_TO_ALL, 90e6))
                .isCloseTo(90e6 * 4 / 4 / 45e9 + 4e-6, within(1e-12));
    }

    @ParameterizedTest
    @EnumSource(Collective.class)
    void moreDevicesOrMoreBytesNeverTakeLessTime(Collective collective) {
        for (double bytes : new double[] {1e3, 1e5, 1e6, 25e6, 1e9}) {
            double before = 0;
            for (int devices : new int[] {2, 4, 8}) {
                double seconds = new Collectives(cluster(1, devices, 0, 130e9, 25e9)).seconds(collective, bytes);
                assertThat(seconds)
                        .as("%s of %s among %d", collective, bytes, devices)
                        .isGreaterThanOrEqualTo(before * (1 - 1e-12));
                before = seconds;
            }
            for (int machines : new int[] {2, 4, 8, 16}) {
                Collectives all = new Collectives(cluster(machines, 8, 0, 130e9, 25e9));
                double seconds = all.seconds(collective, bytes);
                assertThat(seconds)
                        .as("%s of %s among %d machines", collective, bytes, machines)
                        .isGreaterThanOrEqualTo(before * (1 - 1e-12))
                        .isLessThanOrEqualTo(all.seconds(collective, 2 * bytes));
                before = seconds;
            }
        }
    }
}
