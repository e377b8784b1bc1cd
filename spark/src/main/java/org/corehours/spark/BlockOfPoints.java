package org.corehours.spark;

import java.io.Serializable;

/**
 * Neighbouring points that one task of Spark estimates.
 *
 * @param from the first
 * @param to the one after the last
 */
record BlockOfPoints(long from, long to) implements Serializable {}
