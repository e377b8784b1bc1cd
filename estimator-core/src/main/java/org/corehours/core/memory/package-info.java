/**
 * Memory of a device over a step: when tensors are allocated and freed, the curve of bytes alive, and what an allocator
 * makes of it. What the tensors are computed by, and which device holds them, is not known here.
 */
@NullMarked
package org.corehours.core.memory;

import org.jspecify.annotations.NullMarked;
