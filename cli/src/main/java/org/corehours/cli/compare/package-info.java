/** Runs on several machines as documents, JSON and charts: rows side by side, their ranks, and how they scale. */
@NullMarked
package org.corehours.cli.compare;

import org.jspecify.annotations.NullMarked;
