package org.corehours.cli;

/** What the program's exit code says. */
public final class ExitCode {

    /** All is done. */
    public static final int DONE = 0;
    /** A bug in corehours. */
    public static final int BUG = 1;
    /** Wrong usage. */
    public static final int USAGE = 2;
    /** An input file is wrong. */
    public static final int INPUT = 3;
    /** What was asked for cannot be, such as a step that does not fit the device's memory. */
    public static final int INFEASIBLE = 4;
    /** A threshold that the caller set was crossed. */
    public static final int THRESHOLD = 5;

    /** Interrupted, as shells expect it. */
    public static final int INTERRUPTED = 130;

    /** The reader of a pipe left before all results were written, as shells report it of other programs. */
    public static final int CLOSED_PIPE = 141;

    private ExitCode() {}
}
