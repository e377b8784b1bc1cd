/** Names of models, as their users spell them, and what they stand for. */
@NullMarked
package org.corehours.models.catalog;

import org.jspecify.annotations.NullMarked;
