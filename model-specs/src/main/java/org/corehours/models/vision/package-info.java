/** Image networks: what a picture passes through. A file reads like the description of its architecture. */
@NullMarked
package org.corehours.models.vision;

import org.jspecify.annotations.NullMarked;
