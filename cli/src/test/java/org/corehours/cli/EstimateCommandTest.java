package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimateCommandTest {

    private static JsonNode estimate(String... options) {
        String[] all = new String[options.length + 2];
        all[0] = "estimate";
        System.arraycopy(options, 0, all, 1, options.length);
        all[all.length - 1] = "--json";
        Program.Result result = Program.run(all);
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        return result.json();
    }

    @Test
    void aRunInPhasesAddsTheirHoursAndNeedsTheMostOfTheirMemory() {
        JsonNode run = estimate(
                "vit_small_patch16_224",
                "--hardware=a100-sxm4-40gb",
                "--phase=low:image-size=128,epochs=3",
                "--phase=high:epochs=1,global-batch=32");
        JsonNode low = run.get("phases").get(0);
        JsonNode high = run.get("phases").get(1);

        assertThat(run.get("main_phase").asText()).isEqualTo("low");
        assertThat(low.get("steps").asLong()).isEqualTo(3 * (1_281_167 / 64));
        assertThat(high.get("steps").asLong()).isEqualTo(1_281_167 / 32);
        assertThat(run.get("steps").asLong())
                .isEqualTo(low.get("steps").asLong() + high.get("steps").asLong());
        assertThat(run.get("hours_by_part").get("training").asDouble())
                .isCloseTo(
                        low.get("training_hours").asDouble()
                                + high.get("training_hours").asDouble(),
                        within(1e-6));
        assertThat(low.get("training_flops_per_sample").asDouble())
                .isLessThan(high.get("training_flops_per_sample").asDouble());
        assertThat(run.get("hours").get("median").asDouble())
                .isGreaterThan(low.get("training_hours").asDouble());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dino_vit_small_patch16|dino-2x224+8x96",
                "ibot_vit_small_patch16_local10|ibot-2x224+10x96",
                "mae_vit_base_patch16|mae",
                "beit_base_patch16_224_8k_vocab_dalle|beit",
                "beit_base_patch16_224_8k_vocab|mae",
                "resnet50|supervised",
                "gpt2|none"
            })
    void samplesAreLoadedAsTheMethodsCodeDoes(String method, String input) {
        assertThat(estimate(method, "--hardware=h100-sxm5-80gb", "--global-batch=16", "--steps=1")
                        .get("input")
                        .asText())
                .isEqualTo(input);
    }

    @Test
    void aPhaseThatIsNotWrittenAsOneIsRefused() {
        assertThat(refusal("--phase=epochs=3")).contains("has no name");
        assertThat(refusal("--phase=a:image-size=128")).contains("epochs or steps");
        assertThat(refusal("--phase=a:epoch=3")).contains("did you mean epochs");
        assertThat(refusal("--phase=a:epochs=many")).contains("must be a number");
        assertThat(refusal("--phase=a:epochs=1", "--epochs=2")).contains("one piece");
        assertThat(refusal("--phase=a:epochs=1", "--phase=a:epochs=2")).contains("two phases called");
    }

    private static String refusal(String... options) {
        String[] all = new String[options.length + 3];
        all[0] = "estimate";
        all[1] = "resnet50";
        all[2] = "--hardware=a100-sxm4-40gb";
        System.arraycopy(options, 0, all, 3, options.length);
        Program.Result result = Program.run(all);
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        return result.err();
    }

    /** The statistics of a ResNet-50's 53 layers hold up a step among devices, and nothing on one. */
    @Test
    void synchronizedBatchNormalizationCostsTimeAmongDevicesAlone() {
        assertThat(seconds("8", "--sync-batch-norm")).isGreaterThan(1.02 * seconds("8", "--accumulate=1"));
        assertThat(seconds("1", "--sync-batch-norm")).isEqualTo(seconds("1", "--accumulate=1"));
    }

    private static double seconds(String devices, String option) {
        return estimate("resnet50", "--hardware=dgx-1-v100-32gb", "--devices=" + devices, "--input=none", option)
                .get("step_seconds")
                .get("median")
                .asDouble();
    }

    /** One worker at 0.35 of the reference, of which it loads 504 images per second at most. */
    @Test
    void whoLoadsSamplesCanBeSaid() {
        String[] few = {"resnet50", "--hardware=dgx-1-v100-32gb", "--devices=8", "--cores=5", "--workers=1"};
        JsonNode bound = estimate(few);
        assertThat(bound.get("bound_by").asText()).isEqualTo("input");
        assertThat(bound.get("samples_per_second").get("median").asDouble()).isLessThan(8 * 0.35 * 504 * 1.5);
        JsonNode dali = estimate(
                "resnet50", "--hardware=dgx-1-v100-32gb", "--devices=8", "--cores=5", "--workers=1", "--input=dali");
        assertThat(dali.get("samples_per_second").get("median").asDouble())
                .isGreaterThan(2 * bound.get("samples_per_second").get("median").asDouble());
        assertThat(refusal("--workers=0")).contains("workers of a device");
        assertThat(Program.run("estimate", "resnet50", "--hardware=tpu-v3", "--input=dali")
                        .err())
                .contains("decoded by an NVIDIA GPU");
    }

    /** Known cores are no error of the law: the interval of a run that waits for its input is narrower. */
    @Test
    void toSayTheCoresNarrowsTheInterval() {
        assertThat(spread("--cores=5")).isLessThan(0.9 * spread("--storage=2"));
    }

    private static double spread(String option) {
        JsonNode hours = estimate(
                        "vit_tiny_patch16_224",
                        "--hardware=dgx-1-v100-32gb",
                        "--devices=8",
                        "--global-batch=2048",
                        "--input=randaugment",
                        option)
                .get("hours");
        return (hours.get("high").asDouble() - hours.get("low").asDouble())
                / hours.get("median").asDouble();
    }

    @Test
    void placeAndPriceAreTheUsers() {
        JsonNode run = estimate(
                "resnet50",
                "--hardware=tpu-v3-8",
                "--steps=10000",
                "--region=country/fra",
                "--price=10",
                "--pue=2",
                "--grid=100");
        double deviceHours = run.get("device_hours").get("median").asDouble();
        assertThat(run.get("cost_usd").get("median").asDouble())
                .isCloseTo(10 * deviceHours, within(1e-3 * deviceHours));
        assertThat(run.get("pue").asDouble()).isEqualTo(2);
        assertThat(run.get("grid_g_co2_per_kwh").asDouble()).isEqualTo(100);
        double kilowattHours = run.get("energy_kwh").get("median").asDouble();
        assertThat(run.get("co2_kg").get("median").asDouble())
                .isCloseTo(kilowattHours / 10, within(1e-3 * kilowattHours));
        double watts = run.get("device_watts").asDouble()
                + run.get("host_watts_per_device").asDouble();
        assertThat(kilowattHours).isCloseTo(deviceHours * watts * 2 / 1000, within(0.05 * kilowattHours));
    }

    /** Google sells V100s too, at 2.48 dollars in 2024; without a region the first price is AWS's. */
    @Test
    void theRegionsProviderSetsThePrice() {
        assertThat(provider("--region=gcp/us-central1")).isEqualTo("Google Cloud");
        assertThat(provider("--region=world")).isEqualTo("AWS");
    }

    private static String provider(String region) {
        return estimate("resnet50", "--hardware=v100-sxm2-16gb", "--steps=10", region)
                .get("price")
                .get("provider")
                .asText();
    }

    /** What a TPU's compiler computes again is priced, beside the refusal. */
    @Test
    void recomputationIsPriced() {
        Program.Result result = Program.run(
                "estimate",
                "vit_base_patch16_224",
                "--hardware=tpu-v3",
                "--devices=1",
                "--global-batch=512",
                "--input=none");
        assertThat(result.code()).isEqualTo(ExitCode.INFEASIBLE);
        assertThat(result.err())
                .contains("computes again")
                .contains("adds at most")
                .contains("to a step of");
    }
}
