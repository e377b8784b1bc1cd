package org.corehours.core.quantity;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the known names that a reader may have meant by one that is not known. */
public final class NameSuggestions {

    /** No name that exists is as long, and the distance to one takes time by its length. */
    private static final int LONGEST = 100;

    private NameSuggestions() {}

    /**
     * The known names that are nearest to a name, nearest first and then in alphabetical order. Letters' case and
     * everything that is neither letter nor digit count for nothing, so {@code "RTX 3090"} finds {@code rtx-3090}.
     * A name is near if at most one edit in three of its characters makes it the other, or one begins the other.
     *
     * @param name the name met
     * @param known the names that exist
     * @param limit the largest number of suggestions
     * @return the suggestions; empty if nothing is near
     */
    public static List<String> nearest(String name, Collection<String> known, int limit) {
        String wanted = essence(name);
        if (wanted.isEmpty() || wanted.length() > LONGEST) {
            return List.of();
        }
        return known.stream()
                .filter(candidate -> near(wanted, essence(candidate)))
                .sorted(Comparator.<String>comparingInt(candidate -> distance(wanted, essence(candidate)))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(limit)
                .toList();
    }

    /**
     * A name without what people spell differently: case, spaces and punctuation.
     *
     * @param name the name
     * @return its letters and digits, in lower case
     */
    public static String essence(String name) {
        StringBuilder essence = new StringBuilder(name.length());
        name.toLowerCase(Locale.ROOT).chars().filter(Character::isLetterOrDigit).forEach(c -> essence.append((char) c));
        return essence.toString();
    }

    private static boolean near(String wanted, String candidate) {
        if (candidate.isEmpty()) {
            return false;
        }
        if (wanted.length() >= 2 && (candidate.startsWith(wanted) || wanted.startsWith(candidate))) {
            return true;
        }
        return distance(wanted, candidate) <= Math.max(1, Math.min(wanted.length(), candidate.length()) / 3);
    }

    /**
     * The optimal string alignment distance: the fewest insertions, deletions, substitutions and swaps of neighbours
     * that make one text the other, no character being edited twice.
     *
     * @param a a text
     * @param b another text
     * @return the number of edits
     */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitution, Math.min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] spare = beforeLast;
            beforeLast = last;
            last = row;
            row = spare;
        }
        return last[b.length()];
    }
}
