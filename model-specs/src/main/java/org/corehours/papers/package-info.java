/**
 * Papers as data: runs, claims, assumptions, each value with provenance and source, and the readers that report
 * where a file is wrong. No arithmetic of an estimate happens here.
 */
@NullMarked
package org.corehours.papers;

import org.jspecify.annotations.NullMarked;
