package org.corehours.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.lowering.eager.TorchRelease;
import org.corehours.core.lowering.xla.XlaLowering;
import org.junit.jupiter.api.Test;

class SoftwareStacksTest {

    @Test
    void mixedPrecisionInHalfScalesItsLoss() {
        SoftwareStack half = SoftwareStacks.of("pytorch-1-eager", Precision.FP16);

        assertThat(half.lowering()).isEqualTo(EagerLowering.ampFp16(TorchRelease.V1));
        assertThat(half.runtime().synchronizesBeforeUpdate()).isTrue();
        assertThat(SoftwareStacks.of("pytorch-eager", Precision.BF16).runtime().synchronizesBeforeUpdate())
                .isFalse();
        assertThat(SoftwareStacks.of("pytorch-eager", Precision.FP32).lowering())
                .isEqualTo(EagerLowering.fp32(TorchRelease.V2));
    }

    @Test
    void compiledProgramsKeepActivationsAsTheirIdSays() {
        assertThat(SoftwareStacks.of("xla", Precision.BF16).lowering()).isEqualTo(XlaLowering.BF16);
        assertThat(SoftwareStacks.of("xla-fp32", Precision.BF16).lowering()).isEqualTo(new XlaLowering(DataType.FP32));
    }

    @Test
    void aStackOrPrecisionThatDoesNotExistIsRefusedWithWhatDoes() {
        assertThatThrownBy(() -> SoftwareStacks.of("pytorch", Precision.FP16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pytorch-eager");
        assertThatThrownBy(() -> SoftwareStacks.of("xla", Precision.FP16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bf16");
    }
}
