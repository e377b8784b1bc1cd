package org.corehours.core.lowering;

/** The number format a tensor is kept in on the device. */
public enum DataType {
    FP32("float32", 4, true),
    /** fp32 in memory, cut to 10 bits of mantissa on the way into the matrix units; only what a product computes in. */
    TF32("tf32", 4, true),
    FP16("float16", 2, true),
    BF16("bfloat16", 2, true),
    INT64("int64", 8, false),
    BOOL("bool", 1, false);

    private final String label;
    private final int bytes;
    private final boolean real;

    DataType(String label, int bytes, boolean real) {
        this.label = label;
        this.bytes = bytes;
        this.real = real;
    }

    /** The name frameworks print, {@code float16} say. */
    public String label() {
        return label;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** Whether it holds real numbers. */
    public boolean real() {
        return real;
    }
}
