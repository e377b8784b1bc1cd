package org.corehours.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecProblem;

/**
 * The mistakes of several input files. A few are told in full; of a folder full of them, the first of each of the first
 * files, and how many files have which kind. Memory does not grow with their number.
 */
final class WrongInputs {

    private static final int MOST_SHOWN = 20;
    private static final int MOST_KINDS = 10;
    private static final int MOST_KINDS_KEPT = 1_000;
    private static final int LONGEST_KIND = 100;
    private static final String FIELDS = "wrong fields";

    private final List<SpecException> first = new ArrayList<>();
    private final Map<String, Long> kinds = new LinkedHashMap<>();
    private long files;
    private long problems;

    /** Notes the mistakes of one file. */
    void add(SpecException wrong) {
        files++;
        problems += wrong.problems().size();
        if (first.size() < MOST_SHOWN) {
            first.add(wrong);
        }
        String kind = kind(wrong.problems().get(0));
        kinds.merge(kinds.containsKey(kind) || kinds.size() < MOST_KINDS_KEPT ? kind : "other mistakes", 1L, Long::sum);
    }

    boolean isEmpty() {
        return files == 0;
    }

    /** What is wrong, in lines that begin with a file, as compilers write them. */
    String summary() {
        if (problems <= MOST_SHOWN || files == 1) {
            return String.join(
                    "\n", first.stream().map(SpecException::getMessage).toList());
        }
        List<String> lines = new ArrayList<>();
        for (SpecException each : first) {
            int more = each.problems().size() - 1;
            lines.add(each.problems().get(0) + (more == 0 ? "" : " (and " + more + " more)"));
        }
        if (files > MOST_SHOWN) {
            lines.add(String.format(
                    Locale.ROOT, "and %,d more files. Of all %,d that are wrong:", files - MOST_SHOWN, files));
            kinds.entrySet().stream()
                    .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                            .thenComparing(Map.Entry.comparingByKey()))
                    .limit(MOST_KINDS)
                    .map(each -> String.format(Locale.ROOT, "%,10d  %s", each.getValue(), each.getKey()))
                    .forEach(lines::add);
            if (kinds.size() > MOST_KINDS) {
                lines.add(String.format(Locale.ROOT, "            and %,d more kinds", kinds.size() - MOST_KINDS));
            }
        }
        return String.join("\n", lines);
    }

    /** What mistakes of many files have in common: the message without the value that was met. */
    private static String kind(SpecProblem problem) {
        if (!problem.path().isEmpty()) {
            return FIELDS;
        }
        String message = problem.message().replaceFirst("found .*", "").replaceFirst("[:,;] *$", "");
        return message.isBlank()
                ? "no mapping"
                : message.substring(0, Math.min(message.length(), LONGEST_KIND)).strip();
    }
}
