package org.corehours.core.graph;

/** One entry of a graph's list: an operator applied once, or a block applied several times. */
public sealed interface Element permits Node, Repeat {}
