package org.corehours.core.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.corehours.core.hardware.NodeFabric.Kind;
import org.corehours.core.quantity.Provenance;
import org.junit.jupiter.api.Test;

class ClusterTest {

    private static AllReduceCurve curve(int participants) {
        return AllReduceCurve.of(participants, 50e-6, 100e9, Provenance.ASSUMED, "test");
    }

    private final Accelerator gpu = Examples.gpu("gpu");
    private final Machine box = Examples.machine("box", "gpu", 8, Examples.node(Kind.NVSWITCH, 8, curve(2), curve(8)));

    @Test
    void devicesFillMachines() {
        Cluster part = Cluster.of(gpu, box, 6);
        assertThat(part.machines()).isEqualTo(1);
        assertThat(part.devicesPerFabric()).isEqualTo(6);
        Cluster two = Cluster.of(gpu, box, 16);
        assertThat(two.machines()).isEqualTo(2);
        assertThat(two.fabrics()).isEqualTo(2);
        assertThat(two.devicesPerMachine()).isEqualTo(8);
        assertThat(two.slice()).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cluster.of(gpu, box, 12))
                .withMessage("The devices (12) must fill whole machines box of 8. Maybe use 8.");
    }

    @Test
    void aSingleDeviceNeedsNoMachine() {
        assertThat(Cluster.single(gpu).devices()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Cluster(gpu, null, 1, 2))
                .withMessage("The 2 devices gpu need a machine that says how they are joined. Name one, or use 1"
                        + " device.");
    }

    @Test
    void aMachineHoldsItsOwnDevices() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cluster.of(Examples.gpu("other"), box, 8))
                .withMessage("The machine box has devices gpu, not other.");
    }

    @Test
    void aTorusSpansHosts() {
        Accelerator v5e = Examples.tpu("v5e", ChipLayout.ONE);
        Machine host = Examples.machine("host", "v5e", 8, Examples.torus(1, false, 16, 16, 16));
        Cluster pod = Cluster.of(v5e, host, 256);
        assertThat(pod.machines()).isEqualTo(32);
        assertThat(pod.fabrics()).isEqualTo(1);
        assertThat(pod.slice()).hasValueSatisfying(slice -> assertThat(slice).hasToString("16x16"));
        Cluster twoPods = Cluster.of(v5e, host, 512);
        assertThat(twoPods.fabrics()).isEqualTo(2);
        assertThat(twoPods.devicesPerFabric()).isEqualTo(256);
        assertThat(Cluster.of(v5e, host, 8).slice())
                .hasValueSatisfying(slice -> assertThat(slice).hasToString("2x4"));
    }

    @Test
    void coresOfAChipShareItsPlaceInTheTorus() {
        Accelerator v3 = Examples.tpu("v3", new ChipLayout(2, 2));
        Machine host = Examples.machine("host", "v3", 8, Examples.torus(2, false, 32, 32, 32));
        Cluster cluster = Cluster.of(v3, host, 128);
        assertThat(cluster.chips()).isEqualTo(64);
        assertThat(Cluster.of(v3, host, 1).chips()).as("half a chip").isEqualTo(1);
        assertThat(cluster.slice())
                .hasValueSatisfying(slice -> assertThat(slice).hasToString("8x8"));
    }

    @Test
    void slicesAreCompactAndFit() {
        TorusFabric v5p = Examples.torus(1, true, 4, 16, 20, 28);
        assertThat(v5p.slice(4)).hasToString("1x2x2");
        assertThat(v5p.slice(64)).hasToString("4x4x4");
        assertThat(v5p.slice(256)).hasToString("4x8x8");
        assertThat(v5p.slice(512)).hasToString("8x8x8");
        assertThat(v5p.slice(8960)).hasToString("16x20x28");
        assertThat(v5p.wraps(8)).isTrue();
        assertThat(v5p.wraps(2)).isFalse();
        TorusFabric v5e = Examples.torus(1, false, 16, 16, 16);
        assertThat(v5e.wraps(8)).isFalse();
        assertThat(v5e.wraps(16)).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> v5e.slice(34))
                .withMessage("No slice has 34 chips: in a torus of 16x16 slices have a power of two. Maybe use 64.");
        for (int chips = 1; chips <= 256; chips++) {
            int wanted = chips;
            boolean fits = Integer.bitCount(chips) == 1;
            if (fits) {
                assertThat(v5e.slice(chips).chips()).isEqualTo(chips);
            } else {
                assertThatIllegalArgumentException().isThrownBy(() -> v5e.slice(wanted));
            }
        }
    }

    @Test
    void aMeshKnowsOnlyWhatWasMeasured() {
        NodeFabric mesh = Examples.node(Kind.HYBRID_CUBE_MESH, 8, curve(2), curve(8));
        assertThat(mesh.links(8)).isEqualTo(curve(8));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mesh.links(6))
                .withMessage("No all-reduce among 6 devices of this hybrid cube mesh is known, only among 2, 8; its"
                        + " bandwidth depends on which links the participants have.");
    }

    @Test
    void aSwitchServesAnyNumber() {
        NodeFabric fabric = Examples.node(Kind.NVSWITCH, 16, curve(2), curve(8));
        assertThat(fabric.links(4).participants()).isEqualTo(4);
        assertThat(fabric.links(16).participants()).isEqualTo(16);
        assertThat(fabric.links(4).seconds(1e9))
                .isBetween(fabric.links(2).seconds(1e9), fabric.links(8).seconds(1e9));
        assertThatIllegalArgumentException().isThrownBy(() -> fabric.links(17));
        assertThatIllegalArgumentException().isThrownBy(() -> fabric.links(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Machine("m", "M", "gpu", 17, 17, fabric, Examples.host(), null, List.of()));
    }
}
