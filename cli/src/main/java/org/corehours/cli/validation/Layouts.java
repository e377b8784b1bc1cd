package org.corehours.cli.validation;

import java.util.List;
import java.util.stream.Stream;

/** The layouts that are known, and which of them a table has. */
public final class Layouts {

    private static final List<KernelLayout> OF_KERNELS =
            List.of(new ProductKernels(), new RowKernels(), new LanguageModelLayers());

    private static final List<TableLayout> ALL = Stream.concat(
                    OF_KERNELS.stream(),
                    Stream.of(
                            new ImageTrainingSteps(),
                            new LanguageModelSteps(),
                            new AllReduceTimes(),
                            new GptSteps(),
                            new PublishedRuns(),
                            new PowerByWorkload(),
                            UnstatedRuns.FOUNDRY,
                            UnstatedRuns.MAXTEXT))
            .toList();

    private Layouts() {}

    /** {@return every layout} */
    public static List<TableLayout> all() {
        return ALL;
    }

    /** {@return the layouts of single kernels} */
    static List<KernelLayout> ofKernels() {
        return OF_KERNELS;
    }

    /**
     * The layout of a table.
     *
     * @param table the table
     * @param known the layouts to choose from
     * @return the first of them whose columns the table has
     * @throws org.corehours.spec.SpecException if its header is that of none
     */
    static <T extends TableLayout> T find(MeasuredTable table, List<T> known) {
        return known.stream()
                .filter(each -> table.header().containsAll(each.columns()))
                .findFirst()
                .orElseThrow(() -> MeasuredTable.problem(table.file(), 1, 1, unknown(table, known)));
    }

    private static String unknown(MeasuredTable table, List<? extends TableLayout> known) {
        StringBuilder text = new StringBuilder("the header (");
        text.append(String.join(", ", table.header())).append(") is that of no known table; expected the columns of");
        for (TableLayout each : known) {
            text.append("\n  ").append(each.description()).append(": ").append(String.join(", ", each.columns()));
        }
        return text.toString();
    }
}
