/** What a model's name on a command line or in a paper's file stands for: a built-in model, or a file of any kind. */
@NullMarked
package org.corehours.models.source;

import org.jspecify.annotations.NullMarked;
