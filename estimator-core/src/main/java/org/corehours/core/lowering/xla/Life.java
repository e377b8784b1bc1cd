package org.corehours.core.lowering.xla;

import org.corehours.core.graph.Shape;
import org.corehours.core.lowering.DataType;

/**
 * A buffer: from the kernel that writes it to the last that reads it. Where it is made within a repeated block there is
 * one for every run. Compared by identity.
 */
final class Life {
    static final int NEVER = -1;

    private final Shape shape;
    private final DataType type;
    /** How many repeated blocks are around what it belongs to. */
    final int home;
    /** Whether it is a weight's gradient, which the update reads. */
    final boolean gradient;

    private Shape read;
    private Tiles.Choice choice = Tiles.Choice.ANY;
    /** The kernel that makes it. */
    private int made = NEVER;
    /** The last kernel that reads it, or writes to it again. */
    private int last = NEVER;
    /** Whether only the first run of the innermost block around {@link #last} does. */
    private boolean lastInFirstRun;
    /** A name for other buffers, with no bytes of its own: what a block reads of the run before. */
    private boolean name;
    /** What a block leaves: it is made in the last run of it. */
    private boolean madeInLastRun;
    /** For what a run of a block leaves to the next: the name under which that reads it. */
    private Life next = this;
    /** The kernel that writes over it, if it need not outlive the one before. */
    private int overwritten = NEVER;

    Life(Shape shape, DataType type, int home, boolean gradient) {
        this.shape = shape;
        this.read = shape;
        this.type = type;
        this.home = home;
        this.gradient = gradient;
    }

    /** Bytes, with what a TPU's tiles add. */
    long bytes() {
        return Tiles.bytes(choice == Tiles.Choice.MATRIX ? read : shape, type.bytes(), choice);
    }

    /** A product of matrices sees it in this shape. */
    void asMatrices(Shape seen) {
        if (seen.elements() == shape.elements() && seen.rank() >= 2) {
            read = seen;
            choice = Tiles.Choice.MATRIX;
        }
    }

    /** A convolution reads or writes it. */
    void asMap() {
        if (choice == Tiles.Choice.ANY && shape.rank() > 2) {
            choice = Tiles.Choice.MAP;
        }
    }

    void make(int kernel) {
        if (made == NEVER) {
            made = kernel;
        }
        touch(kernel);
    }

    void makeInLastRun(int kernel) {
        madeInLastRun = true;
        make(kernel);
    }

    void touch(int kernel) {
        if (kernel >= last) {
            last = kernel;
            lastInFirstRun = false;
        }
    }

    void touchInFirstRun(int kernel) {
        if (kernel > last) {
            last = kernel;
            lastInFirstRun = true;
        }
    }

    void beName() {
        name = true;
    }

    void handOn(Life nextRun) {
        next = nextRun;
    }

    void overwrite(int kernel) {
        overwritten = kernel;
    }

    boolean isMade() {
        return made != NEVER;
    }

    boolean isName() {
        return name;
    }

    boolean isMadeInLastRun() {
        return madeInLastRun;
    }

    boolean lastInFirstRun() {
        return lastInFirstRun;
    }

    boolean isHandedOn() {
        return next != this;
    }

    Life next() {
        return next;
    }

    int made() {
        return made;
    }

    int last() {
        return last;
    }

    /** The kernel after which its memory is free. */
    int end() {
        return overwritten == NEVER ? last : overwritten - 1;
    }

    boolean isOverwritten() {
        return overwritten != NEVER;
    }
}
