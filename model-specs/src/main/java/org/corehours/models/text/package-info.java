/** Language models: encoders and decoders of tokens. */
@NullMarked
package org.corehours.models.text;

import org.jspecify.annotations.NullMarked;
