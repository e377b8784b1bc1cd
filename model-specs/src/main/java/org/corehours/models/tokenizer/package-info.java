/** What turns images into discrete codes: autoencoders with a vocabulary, and the images' teachers. */
@NullMarked
package org.corehours.models.tokenizer;

import org.jspecify.annotations.NullMarked;
