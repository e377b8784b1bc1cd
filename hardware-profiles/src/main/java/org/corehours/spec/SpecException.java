package org.corehours.spec;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** A specification file has mistakes. The message lists them, one on each line. */
public final class SpecException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;
    private static final int MOST_SHOWN = 20;

    @SuppressWarnings("serial") // always an immutable list of records of strings and numbers
    private final List<SpecProblem> problems;

    /**
     * @param problems the mistakes, at least one
     */
    public SpecException(List<SpecProblem> problems) {
        super(message(inOrder(problems)));
        this.problems = inOrder(problems);
    }

    private static List<SpecProblem> inOrder(List<SpecProblem> problems) {
        return problems.stream()
                .sorted(Comparator.comparing(SpecProblem::line).thenComparing(SpecProblem::column))
                .toList();
    }

    private static String message(List<SpecProblem> problems) {
        String shown =
                problems.stream().limit(MOST_SHOWN).map(SpecProblem::toString).collect(Collectors.joining("\n"));
        int more = problems.size() - MOST_SHOWN;
        return more > 0 ? shown + "\nand " + more + " more" : shown;
    }

    /** {@return the mistakes, in the order of the file} */
    public List<SpecProblem> problems() {
        return problems;
    }
}
