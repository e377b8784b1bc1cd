package org.corehours.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.corehours.cli.sweep.RowText;
import org.corehours.cli.sweep.SweepBlocks;
import org.corehours.cli.sweep.SweepTask;
import org.corehours.sweep.Axis;
import org.corehours.sweep.Column;
import org.corehours.sweep.Selection;
import org.corehours.sweep.Sweep;
import org.corehours.sweep.SweepReader;
import org.corehours.sweep.ValueText;
import org.jspecify.annotations.Nullable;

/**
 * What a command line asks of a sweep, in words that another process can be sent.
 *
 * @param file the file; null for parameters alone
 * @param parameters parameters as given, {@code name=values}
 * @param sample how many points to sample; 0 for what the file says
 * @param conditions what rows have to meet
 * @param top how many of the best points to keep; 0 for no ranking
 * @param by what they are ranked by
 * @param pareto what points are on the front of; empty for no front
 * @param lines whether rows are JSON lines, else CSV
 */
record SweepRequest(
        @Nullable String file,
        List<String> parameters,
        long sample,
        List<String> conditions,
        int top,
        Column by,
        List<Column> pareto,
        boolean lines)
        implements SweepTask {

    SweepRequest {
        parameters = List.copyOf(parameters);
        conditions = List.copyOf(conditions);
        pareto = List.copyOf(pareto);
    }

    @Override
    public SweepBlocks open() {
        Sweep sweep = Lookups.checked(() -> new SweepReader(new BuiltInEnvironment(), Lookups::paper)
                .read(
                        file == null ? null : Path.of(file),
                        parameters.stream().map(SweepRequest::axis).toList(),
                        sample,
                        conditions));
        List<Axis> axes = sweep.space().axes();
        return new SweepBlocks(sweep, lines ? RowText.jsonLines(axes) : RowText.csv(axes), selection());
    }

    private static Axis axis(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new UsageException(
                    "The parameter " + text + " is not written as NAME=VALUES, such as batch=32..512*2.");
        }
        return new Axis(text.substring(0, equals).strip(), ValueText.list(text.substring(equals + 1)));
    }

    private @Nullable Supplier<Selection> selection() {
        if (!pareto.isEmpty()) {
            return Selection.pareto(pareto);
        }
        return top == 0 ? null : Selection.top(top, by);
    }
}
