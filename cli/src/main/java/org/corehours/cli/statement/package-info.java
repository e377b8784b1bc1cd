/**
 * Statements of compute as papers write them: what a sentence says, and whether arithmetic and physics allow it.
 */
@NullMarked
package org.corehours.cli.statement;

import org.jspecify.annotations.NullMarked;
