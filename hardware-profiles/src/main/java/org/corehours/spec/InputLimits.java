package org.corehours.spec;

/**
 * How much of an input is read. Every reader takes its limits from here, so that a file from a stranger is refused
 * before it costs time or memory; docs/limits.md lists them.
 */
public final class InputLimits {

    /**
     * Bytes of a specification: a paper, a model, a configuration, a method, a sweep, a device. Published
     * configurations that name twenty thousand labels have about half as many.
     */
    public static final int SPEC_BYTES = 4 << 20;

    /** Levels of lists and mappings within each other in a specification. */
    public static final int SPEC_DEPTH = 50;

    /** Values of a specification together: keys, scalars, lists and mappings. Twenty thousand labels are 80,000. */
    public static final int SPEC_VALUES = 200_000;

    /** Mistakes that are kept of one file; what follows them is not looked at one by one. */
    public static final int SPEC_PROBLEMS = 1_000;

    /** Bytes of an ONNX file, weights included. */
    public static final long ONNX_BYTES = Integer.MAX_VALUE;

    /** Operators, operands, attributes, weights and list items of an ONNX file; published models have some ten thousand. */
    public static final int ONNX_PARTS = 1_000_000;

    /** Bytes of one text in an ONNX file. */
    public static final int ONNX_TEXT_BYTES = 1 << 16;

    /** Bytes of a table of measurements or claims. */
    public static final int TABLE_BYTES = 16 << 20;

    /** Cells of a table. */
    public static final int TABLE_CELLS = 2_000_000;

    /** Characters of a cell of a table. */
    public static final int TABLE_CELL_CHARACTERS = 1 << 16;

    private InputLimits() {}
}
