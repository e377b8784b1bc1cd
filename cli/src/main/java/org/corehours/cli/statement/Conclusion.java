package org.corehours.cli.statement;

import org.corehours.core.audit.Verdict;

/**
 * What one check of a statement found.
 *
 * @param check which check: arithmetic, peak, power, price, memory, batch, utilisation
 * @param verdict the conclusion
 * @param sentence the conclusion with its numbers, fit for a review
 */
public record Conclusion(String check, Verdict verdict, String sentence) {}
