package org.corehours.cli.statement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What sentences of papers are understood to say. */
class StatementTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        512 TPUv5 cores for 41 hours, 21k core hours      | devices 512 core TPUv5; hours 41; device_hours 21000 core
        8×V100 for 3 days                                 | devices 8 device V100; hours 72
        trained on 8x V100 GPUs for 3 days                | devices 8 device V100; hours 72
        two 8-GPU V100 machines for 24.3 h                | devices 16 device V100; hours 24.3
        4 nodes of 8 A100 GPUs                            | devices 32 device A100
        TPUv3-512 for 2 weeks                             | devices 512 core TPUv3; hours 336
        a v5e-256 slice                                   | devices 256 chip TPU v5e
        680 TPUv3-core-days                               | device_hours 16320 core TPUv3
        0.68k TPUv3 core days                             | device_hours 16320 core TPUv3
        3,500 V100-hours                                  | device_hours 3500 device V100
        200 GPU-days                                      | device_hours 4800 device
        3640 PF-days                                      | flops 3.14496e+23
        3640 petaflop/s-days                              | flops 3.14496e+23
        3.1e21 FLOPs                                      | flops 3.1e+21
        3.1 × 10^21 FLOPs                                 | flops 3.1e+21
        17.6 GFLOPs per image                             | flops_per_sample 1.76e+10
        410 TFLOP/s per GPU                               | flops_per_second 4.1e+14 device
        1,200 images/s                                    | samples_per_second 1200
        1200 img/sec per GPU                              | samples_per_second 1200 device
        MFU of 42.5%                                      | utilisation 0.425
        46.2% MFU                                         | utilisation 0.462
        a global batch size of 4,096 and 64 images per GPU| global_batch 4096; device_batch 64
        batch size 32 per GPU                             | device_batch 32
        300 epochs, 1.25M steps                           | epochs 300; steps 1250000
        86.6M parameters                                  | parameters 86600000
        1,287 MWh and $4.6M                               | energy_kwh 1287000; cost_usd 4600000
        peak memory 15.4 GB                               | memory_bytes 1.54e+10
        90 minutes                                        | hours 1.5
        ResNet-50 and ViT-B/16 in PyTorch 1.12            | ''
        """)
    void isUnderstood(String text, String expected) {
        assertThat(Statement.read(text).mentions().stream()
                        .map(StatementTest::brief)
                        .collect(Collectors.joining("; ")))
                .isEqualTo(expected);
    }

    private static String brief(Mention mention) {
        double value = mention.value();
        String number = value < 1e10
                ? new BigDecimal(value)
                        .round(new MathContext(12))
                        .stripTrailingZeros()
                        .toPlainString()
                : String.format(Locale.ROOT, "%.8e", value).replaceAll("\\.?0+e", "e");
        return mention.measure().id() + " " + number
                + (mention.counted() == null ? "" : " " + mention.counted().word())
                + (mention.device() == null ? "" : " " + mention.device());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        41 hours             | 40.5  | 41.5
        21k core hours       | 20500 | 21500
        1,000 GPU hours      | 950   | 1050
        24.3 h               | 24.25 | 24.35
        about 40 hours       | 36    | 44
        over 40 hours        | 38    | Infinity
        less than 40 hours   | 0     | 42
        """)
    void standsForWhatWouldBePrintedSo(String text, double low, double high) {
        Mention mention = Statement.read(text).mentions().get(0);
        assertThat(mention.low()).isCloseTo(low, within(1e-9));
        if (Double.isInfinite(high)) {
            assertThat(mention.high()).isInfinite();
        } else {
            assertThat(mention.high()).isCloseTo(high, within(1e-9));
        }
    }

    @Test
    void countsAreExact() {
        Mention mention = Statement.read("1,000 GPUs").mentions().get(0);
        assertThat(mention.low()).isEqualTo(mention.high()).isEqualTo(1000);
    }

    @Test
    void refusesABook() {
        assertThatThrownBy(() -> Statement.read("x".repeat(5000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4000")
                .hasMessageContaining("5000");
    }

    /** Random pieces of statements: figures lie within the text, do not overlap, and stand for ranges that hold them. */
    @Test
    void neverReadsAWordTwice() {
        List<String> pieces = List.of(
                "512",
                "8x",
                " V100",
                " TPUv3-8",
                "-hours",
                " GPU",
                " days",
                "k",
                "1e21",
                " FLOPs",
                "/s",
                "%",
                " MFU",
                "$",
                " per ",
                "~",
                "over ",
                "a ",
                "(",
                ")",
                ",",
                ".",
                "é",
                "\n",
                "10^",
                " core",
                "GB",
                " batch ",
                "×");
        Random random = new Random(7);
        for (int n = 0; n < 5000; n++) {
            String text = random.ints(1 + random.nextInt(12), 0, pieces.size())
                    .mapToObj(pieces::get)
                    .collect(Collectors.joining());
            int end = 0;
            for (Mention mention : Statement.read(text).mentions()) {
                assertThat(mention.start()).as(text).isGreaterThanOrEqualTo(end);
                end = mention.end();
                assertThat(end).as(text).isLessThanOrEqualTo(text.length());
                assertThat(mention.low()).as(text).isLessThanOrEqualTo(mention.value());
                assertThat(mention.high()).as(text).isGreaterThanOrEqualTo(mention.value());
            }
        }
    }
}
