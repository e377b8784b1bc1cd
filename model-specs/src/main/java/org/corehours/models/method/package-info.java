/** Training methods: what one step computes for a batch, from supervised training to self-distillation. */
@NullMarked
package org.corehours.models.method;

import org.jspecify.annotations.NullMarked;
