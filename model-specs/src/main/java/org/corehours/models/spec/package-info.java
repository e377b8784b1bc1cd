/**
 * Models as files: a family with its parameters, or blocks composed from operators. What can be written is described
 * once, as {@link org.corehours.models.spec.ValueKind}s; the reader, the writer, the JSON Schema and the reference
 * documentation all follow from the description. No architecture is computed here.
 */
@NullMarked
package org.corehours.models.spec;

import org.jspecify.annotations.NullMarked;
