package org.corehours.spark;

import java.io.Serializable;
import java.util.List;

/**
 * What came of a block.
 *
 * @param to the point after its last
 * @param rows the lines of its rows
 * @param selected the points selected of it, where only those are kept
 */
@SuppressWarnings("ArrayRecordComponent") // sent once, never compared
record DoneBlock(long to, byte[] rows, List<Long> selected) implements Serializable {}
