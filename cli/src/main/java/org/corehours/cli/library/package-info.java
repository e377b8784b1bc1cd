/**
 * Audits of many published claims at once: how often the interval holds what was published, how often false claims would
 * be caught. What one claim is worth is decided in {@code org.corehours.core.audit}.
 */
@NullMarked
package org.corehours.cli.library;

import org.jspecify.annotations.NullMarked;
