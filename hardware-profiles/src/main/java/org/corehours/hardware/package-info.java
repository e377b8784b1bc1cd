/**
 * The catalogue of accelerators, machines, fabrics and regions, read from data files in which every value has
 * its source. Laws live in the core; no constant is written in code here.
 */
@NullMarked
package org.corehours.hardware;

import org.jspecify.annotations.NullMarked;
