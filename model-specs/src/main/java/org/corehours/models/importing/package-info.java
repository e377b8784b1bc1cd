/**
 * Models as other tools write them: Hugging Face configurations, mapped onto the families, and ONNX files, read as
 * operators with shapes.
 */
@NullMarked
package org.corehours.models.importing;

import org.jspecify.annotations.NullMarked;
