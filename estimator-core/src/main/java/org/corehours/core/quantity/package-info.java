/**
 * Exact and interval-valued quantities shared by every stage: counts, bytes, FLOPs, seconds, money. No class
 * here knows of a model, a device or a file.
 */
@NullMarked
package org.corehours.core.quantity;

import org.jspecify.annotations.NullMarked;
