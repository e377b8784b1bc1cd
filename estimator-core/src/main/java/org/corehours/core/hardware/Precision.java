package org.corehours.core.hardware;

import java.util.Locale;

/** The number format in which a product's factors enter the arithmetic units; sums are kept in fp32, or int32. */
public enum Precision {
    /** IEEE 754 binary32. */
    FP32,
    /** NVIDIA's 19-bit format: fp32 in memory, its mantissa cut to 10 bits on the way into the tensor cores. */
    TF32,
    /** IEEE 754 binary16, summed in fp32. */
    FP16,
    /** bfloat16, summed in fp32. */
    BF16,
    /** An eight-bit floating-point format (E4M3 or E5M2), summed in fp32. */
    FP8,
    /** Eight-bit integers, summed in int32. */
    INT8;

    /** {@return the name used in data files, on the command line and in JSON} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
