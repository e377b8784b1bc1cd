package org.corehours.cli.sweep;

import java.util.List;

/** Where rows go. */
public interface RowSink extends AutoCloseable {

    /**
     * Takes the rows of the next points.
     *
     * @param rows their lines, none if no point is kept
     * @param done how many points are done with them
     * @param selected the points that are selected so far, where only those are written at the end
     */
    void write(byte[] rows, long done, List<Long> selected);

    /** Notes that all points are done. */
    void finish();

    @Override
    void close();
}
