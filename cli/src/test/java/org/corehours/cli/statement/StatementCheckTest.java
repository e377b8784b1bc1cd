package org.corehours.cli.statement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.corehours.core.hardware.Accelerator;
import org.corehours.hardware.HardwareCatalog;
import org.corehours.papers.PublishedUtilisations;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The verdicts that need no model, the known traps among them: MACs called FLOPs, peaks with sparsity, cores and chips,
 * batch per device, effective epochs, the hours of several runs.
 */
class StatementCheckTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        512 TPUv5 cores for 41 hours, 21k core hours               | arithmetic  | consistent   | 20,992
        512 TPUv5 cores for 41 hours, 42k core hours               | arithmetic  | inconsistent | cores were counted as chips
        256 TPUv4 chips for 41 hours, 21k core hours               | arithmetic  | consistent   | 2 cores per chip
        8 V100 for 10 days, 80 GPU-hours                           | arithmetic  | inconsistent | days were written as hours
        16 V100 for 24.3 h, 48.6 GPU hours                         | arithmetic  | inconsistent | machines of eight
        64 A100 for 10 days, 3e23 FLOPs                            | peak        | impossible   | more than the devices can do
        64 A100 for 10 days, 1.5e22 FLOPs                        | peak        | implausible  | the best published
        64 A100 for 10 days, 5e21 FLOPs                            | peak        | consistent   | devices of this kind
        410 TFLOP/s per GPU, 21% MFU on H100-SXM5                  | utilisation | inconsistent | with sparsity
        156 TFLOP/s per GPU, 100% MFU on A100-SXM4                 | utilisation | inconsistent | multiply-adds
        410 TFLOP/s per GPU, 41% MFU on H100-SXM5                  | utilisation | consistent   | 41.5
        4,000 TFLOP/s on one A100                                  | utilisation | impossible   | of one device
        8 V100 GPUs, 64 images per GPU, batch size 512             | batch       | consistent   | global batch
        8 V100 GPUs, 64 images per GPU, batch size 1,024           | batch       | undetermined | 2 steps of accumulation
        8 V100 GPUs, 64 images per GPU, batch size 500             | batch       | inconsistent | no multiple
        100 V100-hours, 900 kWh                                    | power       | implausible  | host and cooling
        1,000 V100-hours, 400 kWh                                  | power       | consistent   | 400 W
        100,000 V100-hours, 40 kWh                                 | power       | impossible   | when idle
        1,000 A100-SXM4-40GB hours cost $100,000                   | price       | implausible  | list prices
        peak memory 120 GB on a V100                               | memory      | impossible   | more than
        8 V100 for 41 hours, 4 seeds, 1,312 GPU hours              | arithmetic  | consistent   | no figure of one
        8 V100 for 41 hours, 1,312 GPU hours                       | arithmetic  | inconsistent | machines of four
        ImageNet-1k, 300 epochs, 375,000 steps, batch size 1,024   | epochs      | consistent   | the stated epochs
        ImageNet-1k, 3,200 epochs, 1M steps, batch size 1,024      | epochs      | inconsistent | views of an image
        ImageNet-1k, 3,072 effective epochs, 1M steps, batch size 1,024 | epochs | undetermined | 3.84
        5.27e19 FLOPs for 300 epochs on 8 V100 for 41 hours        | peak        | consistent   | devices of this kind
        1,000 images/s for 10 hours, 35,000 steps, batch size 1,024| throughput  | consistent   | agree within rounding
        1,000 images/s for 10 hours, 70,000 steps, batch size 1,024| throughput  | inconsistent | do not agree
        """)
    void concludes(String text, String check, String verdict, String words) {
        Statement statement = Statement.read(text);
        List<Accelerator> devices = statement.devices().isEmpty()
                ? List.of()
                : HardwareCatalog.builtIn().called(statement.devices().get(0));
        List<Conclusion> found = StatementCheck.of(statement, devices, PublishedUtilisations.all()).stream()
                .filter(each -> each.check().equals(check))
                .toList();
        assertThat(found).as(text).isNotEmpty();
        assertThat(found.get(0).verdict().id()).as(found.get(0).sentence()).isEqualTo(verdict);
        assertThat(found.get(0).sentence()).contains(words);
    }
}
