package org.corehours.cli.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.corehours.cli.validation.TableLayout.Prediction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every layout: which rows are predicted, and what is said of the others. */
class LayoutsTest {

    @ParameterizedTest
    @CsvSource({
        "all-reduce.csv, 3, no machine is known for the GPUs k80",
        "gpt-steps.csv, 1, tensor and pipeline parallelism|pipeline parallelism|tensor parallelism|divisible",
        "power.csv, 2, ncf|rtx6000",
        "foundry.csv, 0, sharded data parallelism",
        "maxtext.csv, 0, not in the table",
        "published-runs.csv, 10, MoCo v3|detection|epochs is not in the table|batch size is not in the table"
    })
    void everyRowIsPredictedOrSaysWhyNot(String name, int predicted, String reasons) {
        Validation validation = Validation.of(KernelLayoutTest.table(name));
        assertThat(validation.notCovered())
                .extracting(Validation.ValidatedRow::reason)
                .zipSatisfy(
                        List.of(reasons.split("\\|")),
                        (reason, part) -> assertThat(reason).contains(part));
        assertThat(validation.predictions())
                .hasSize(predicted)
                .allSatisfy(each -> assertThat(each.predicted())
                        .as(each.label())
                        .isBetween(each.measured() / 3, each.measured() * 3));
    }

    @Test
    void whatTheMeasuringScriptWritesIsRead() {
        Validation steps = Validation.of(KernelLayoutTest.table("measured-steps.csv"));
        assertThat(steps.predictions()).hasSize(3);
        assertThat(steps.notCovered())
                .singleElement()
                .satisfies(each -> assertThat(each.reason()).contains("fuse attention"));
        Validation kernels = Validation.of(KernelLayoutTest.table("measured-kernels.csv"));
        assertThat(kernels.predictions())
                .extracting(Prediction::group)
                .containsExactly("linear · rtx-3090", "bmm · rtx-3090");
    }

    @Test
    void publishedRunsComeWithIntervals() {
        Validation validation = Validation.of(KernelLayoutTest.table("published-runs.csv"));
        assertThat(validation.predictions())
                .allSatisfy(each -> assertThat(each.interval()).as(each.label()).isNotNull());
        Errors overall = validation.overall();
        assertThat(overall).isNotNull();
        assertThat(overall.insidePct()).isBetween(10.0, 100.0);
        assertThat(PredictedRows.csv(validation).lines().findFirst().orElseThrow())
                .contains(",left_out,low,high,inside,");
        assertThat(validation.predictions()).extracting(Prediction::unit).contains("samples/s", "h", "GiB");
    }

    @ParameterizedTest
    @CsvSource({
        "DeiT-III ViT-Ti/16, 224, 16, deit3_tiny_patch16_224",
        "ViT-L/16 MAE finetune, 224, 16, vit_large_patch16_224",
        "ViT-S/16 DINO 2x224+8x96, 224+96, 16, vit_small_patch16_224",
        "Swin-B, 384, 4/w12, swin_base_patch4_window12_384",
        "Swin-T, 224, 4/w7, swin_tiny_patch4_window7_224",
        "SwinV2-B, 256, 4/w8, swinv2_base_window8_256",
        "Mixer-B/16 i21k finetune cifar10, 224, 16, mixer_b16_224",
        "SE-ResNeXt-101-32x4d, 224, '', seresnext101_32x4d",
        "ResNet-50 v1.5 (PyTorch), 224, '', resnet50",
        "RegNetX-400MF, 224, '', regnetx_004",
        "RegNetY-1.6GF, 224, '', regnety_016",
        "RegNetX-32GF, 224, '', regnetx_320",
        "EfficientNet-B4, 380, '', efficientnet_b4",
        "BERT-large pretrain (TF), seq128, '', bert_large",
        "resnet50, 224, '', resnet50"
    })
    void modelsAreFoundByTheNamesOfPapers(String written, String size, String patch, String name) {
        assertThat(ClaimedModels.catalogName(written, size, patch)).isEqualTo(name);
    }
}
