package org.corehours.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.run.Law;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.SoftwareStack;
import org.corehours.core.run.Variation;
import org.corehours.core.simulate.FrameworkRuntime;
import org.junit.jupiter.api.Test;

class ErrorModelTest {

    private final ErrorModel errors = ErrorModel.standard();

    private static RunPlan plan(String device, FrameworkRuntime runtime) {
        RunPlan plan = new MadeUpRun("run", List.of(), reading -> 1L).plan(new Assignment(new TreeMap<>()));
        return plan.toBuilder()
                .cluster(Cluster.single(MadeUpRun.device(device)))
                .stack(new SoftwareStack("stack", plan.stack().lowering(), runtime), Precision.FP16)
                .build();
    }

    @Test
    void whatTheLawsLeaveOutDependsOnTheDeviceAndTheProgram() {
        FrameworkRuntime eager = FrameworkRuntime.pytorch(false);
        double onTpu = ErrorModel.remainder(plan("tpu", FrameworkRuntime.xla())).sigma();
        assertThat(ErrorModel.remainder(plan("gpu", eager)).sigma()).isLessThan(onTpu);
        assertThat(ErrorModel.remainder(plan("gpu", eager.compiled())).source()).contains("published speed-ups");
        assertThat(ErrorModel.remainder(plan("gpu", FrameworkRuntime.xla())).sigma())
                .isGreaterThan(onTpu)
                .isEqualTo(ErrorModel.remainder(plan("gpu", FrameworkRuntime.xlaWithLatencyHiding()))
                        .sigma());
    }

    @Test
    void everyDimensionIsAnErrorOfItsOwnTheLastTheMeaningOfMemory() {
        List<String> ids =
                IntStream.range(0, errors.dimensions()).mapToObj(errors::id).toList();
        assertThat(ids)
                .containsExactly(
                        "matrix",
                        "memory",
                        "host",
                        "communication",
                        "input",
                        "input_cores",
                        "overhead",
                        "remainder",
                        "memory_footprint",
                        "memory_meaning");
        assertThat(ids.get(errors.memoryMeaning())).isEqualTo("memory_meaning");
        for (int i = 0; i < ids.size(); i++) {
            assertThat(errors.movesTimes(i))
                    .as(ids.get(i))
                    .isEqualTo(!ids.get(i).matches("memory_.*"));
        }
    }

    @Test
    void theErrorsOfAKindOfDeviceAreThoseOfTheLawsThenTheOthers() {
        for (Accelerator.Kind kind : Accelerator.Kind.values()) {
            assertThat(errors.errors(kind))
                    .extracting(ErrorSource::id)
                    .containsExactly(
                            "matrix",
                            "memory",
                            "host",
                            "communication",
                            "input",
                            "input_cores",
                            "overhead",
                            "remainder",
                            "memory_footprint");
        }
        List<ErrorSource> gpu = errors.errors(Accelerator.Kind.GPU);
        List<ErrorSource> tpu = errors.errors(Accelerator.Kind.TPU);
        for (Law law : List.of(Law.MATRIX, Law.MEMORY, Law.COMMUNICATION)) {
            assertThat(tpu.get(law.ordinal()).sigma())
                    .as("less is measured of TPUs")
                    .isGreaterThan(gpu.get(law.ordinal()).sigma());
        }
        assertThat(tpu.get(Law.values().length).sigma())
                .isGreaterThan(gpu.get(Law.values().length).sigma());
    }

    @Test
    void aDeviceMayBeKnownToBeFurtherOffInMixedPrecision() {
        Accelerator known = MadeUpRun.device("gpu")
                .withLaws(Map.of(
                        ErrorModel.MIXED_PRECISION_ERROR, new Sourced<>(0.5, Provenance.MEASURED, "somebody's steps")));
        List<ErrorSource> usual = errors.errors(MadeUpRun.device("gpu"), Precision.FP16);
        assertThat(errors.errors(known, Precision.FP32)).isEqualTo(usual);
        List<ErrorSource> mixed = errors.errors(known, Precision.FP16);
        assertThat(mixed)
                .extracting(ErrorSource::id)
                .isEqualTo(usual.stream().map(ErrorSource::id).toList());
        for (int i = 0; i < mixed.size(); i++) {
            if (i == Law.MATRIX.ordinal() || i == Law.MEMORY.ordinal()) {
                assertThat(mixed.get(i).sigma()).isEqualTo(0.5);
                assertThat(mixed.get(i).source()).isEqualTo("somebody's steps");
            } else {
                assertThat(mixed.get(i)).isEqualTo(usual.get(i));
            }
        }
        assertThat(errors.errors(MadeUpRun.device("tpu"), Precision.BF16).get(0).sigma())
                .isEqualTo(errors.errors(Accelerator.Kind.TPU).get(0).sigma());
    }

    @Test
    void aDeviateOfOneIsAWidthOfEachError() {
        double[][] normals = new double[errors.dimensions()][];
        for (int i = 0; i < normals.length; i++) {
            normals[i] = new double[] {0, (i + 1) / 10.0};
        }
        List<ErrorSource> gpu = errors.errors(Accelerator.Kind.GPU);
        Variation variation = ErrorModel.variation(gpu.subList(0, Law.values().length), normals, 1);
        double[] factors = {
            variation.matrix(),
            variation.memory(),
            variation.host(),
            variation.communication(),
            variation.input(),
            variation.inputCores(),
            variation.overhead(),
            ErrorModel.timeFactor(plan("gpu", FrameworkRuntime.pytorch(false)), normals, 1),
            errors.memoryFactor(normals, 1)
        };
        for (int i = 0; i < factors.length; i++) {
            assertThat(factors[i])
                    .as(gpu.get(i).id())
                    .isCloseTo(Math.exp(gpu.get(i).sigma() * (i + 1) / 10), within(1e-12));
        }
        assertThat(ErrorModel.variation(gpu.subList(0, Law.values().length), normals, 0))
                .isEqualTo(Variation.NOMINAL);
    }
}
