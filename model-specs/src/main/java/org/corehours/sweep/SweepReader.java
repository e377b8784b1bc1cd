package org.corehours.sweep;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.corehours.core.audit.Assignment;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.quantity.NameSuggestions;
import org.corehours.papers.FreeRun;
import org.corehours.papers.Paper;
import org.corehours.papers.RunEnvironment;
import org.corehours.papers.RunTemplate;
import org.corehours.spec.InputFile;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecFile;
import org.corehours.spec.SpecNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is swept over, from a file and from parameters that a user adds to it or that take the place of its own.
 * Every value is tried by itself, so that a wrong name is a mistake with a place; values that do not go together are not.
 */
public final class SweepReader {

    /** Parameters whose values may be files. */
    private static final Set<String> NAMES_FILES = Set.of("model", "hardware");

    private static final List<String> SHORT = List.of("model", "image_size", "sequence_length", "batch");

    private final RunEnvironment environment;
    private final Function<String, Paper> papers;

    /**
     * @param environment what runs are put together from
     * @param papers finds a paper by its name or file
     */
    public SweepReader(RunEnvironment environment, Function<String, Paper> papers) {
        this.environment = environment;
        this.papers = papers;
    }

    /** An axis, and where its values stand; no node for one that comes from the command line. */
    private record Placed(Axis axis, List<SpecNode> nodes) {}

    private record Read(
            @Nullable SpecNode run,
            Set<String> said,
            SweepBase base,
            Map<String, Axis> fixed,
            Map<String, Placed> axes,
            long sample,
            List<SpecNode> conditions) {}

    /**
     * Reads a sweep.
     *
     * @param file the file; null for a sweep over parameters alone
     * @param parameters parameters beside those of the file, in order
     * @param sample how many points to sample; 0 for what the file says, every combination if it says nothing
     * @param conditions conditions beside those of the file
     * @return the sweep
     * @throws SpecException if the file has mistakes
     * @throws IllegalArgumentException if a parameter or condition beside it makes no sense
     */
    public Sweep read(@Nullable Path file, List<Axis> parameters, long sample, List<String> conditions) {
        Read read = file == null
                ? new Read(null, Set.of(), free(null, null), Map.of(), new LinkedHashMap<>(), 0, List.of())
                : read(SpecFile.open(file), file.toAbsolutePath().getParent());
        Map<String, Placed> axes = read.axes();
        for (Axis axis : parameters) {
            if (!ParameterGroup.isKnown(axis.name())) {
                throw new IllegalArgumentException(unknown(axis.name()));
            }
            axes.put(axis.name(), new Placed(axis, List.of()));
        }
        List<Axis> all = axes.values().stream().map(Placed::axis).toList();
        if (all.isEmpty()) {
            throw new IllegalArgumentException(
                    "There is nothing to sweep over; give parameters, such as -p hardware=t4,a100-sxm4-80gb.");
        }
        SweepBase base = withOwn(read.base(), all);
        List<Axis> fixed = List.copyOf(read.fixed().values());
        long points = sample == 0 ? read.sample() : sample;
        Space space = points == 0 ? Space.grid(all) : Space.sample(all, points);
        List<Condition> met = new ArrayList<>();
        for (SpecNode node : read.conditions()) {
            met.add(placed(node, () -> Condition.of(node.text(), all)));
        }
        conditions.forEach(text -> met.add(Condition.of(text, all)));
        Sweep sweep = new Sweep(base, fixed, space, environment, met);
        refuseUnsaid(read, all);
        new PointEvaluator(sweep).fixedMistake().ifPresent(problem -> {
            throw read.run() == null
                    ? new IllegalArgumentException(problem)
                    : read.run().problem(problem);
        });
        axes.values().forEach(each -> check(base, fixed, each));
        return sweep;
    }

    /** What is trained and on what has no usual value. */
    private static void refuseUnsaid(Read read, List<Axis> axes) {
        List<String> names = axes.stream().map(Axis::name).toList();
        for (String name : List.of("model", "hardware")) {
            boolean said = read.said().contains(name)
                    || names.contains(name)
                    || (name.equals("model")
                            && (read.said().contains("method")
                                    || names.stream().anyMatch(ParameterGroup::isMethodField)));
            if (!said) {
                String message = "Say which " + name + ": in the run of a file, or with -p " + name + "=ID.";
                throw read.run() == null
                        ? new IllegalArgumentException(message)
                        : read.run().problem(message);
            }
        }
    }

    private static Set<String> fields(SpecNode node) {
        return node.fields(fields -> {
            fields.ignoreOthers();
            return Set.copyOf(fields.keys());
        });
    }

    /** Whoever sweeps over stacks or precisions means them on every device. */
    private static SweepBase withOwn(SweepBase base, List<Axis> axes) {
        boolean stacks = axes.stream().anyMatch(axis -> axis.name().equals("stack"));
        boolean precisions = axes.stream().anyMatch(axis -> axis.name().equals("precision"));
        return new SweepBase(base.run(), stacks ? null : base.stackOf(), precisions ? null : base.precisionOf());
    }

    private Read read(SpecNode root, @Nullable Path folder) {
        return root.fields(fields -> {
            SpecField<Optional<String>> paper = fields.optional("paper", SpecNode::text);
            SpecField<Optional<SpecNode>> run = fields.optional("run", node -> node);
            SpecField<Map<String, Placed>> parameters =
                    fields.optional("parameters", SweepReader::axes, new LinkedHashMap<>());
            SpecField<Long> sample = fields.optional("sample", node -> node.wholeNumber(1), 0L);
            SpecField<List<SpecNode>> where = fields.optional(
                    "where", node -> node.isList() ? node.list(each -> each) : List.of(node), List.of());
            fields.done();
            Map<String, Axis> fixed = new LinkedHashMap<>();
            SweepBase base;
            if (paper.get().isPresent()) {
                base = ofPaper(root, paper.get().get(), run.get());
            } else {
                run.get().ifPresent(SweepReader::refuseFilesElsewhere);
                run.get().ifPresent(node -> fixed.putAll(shortNames(node)));
                base = free(run.get().orElse(null), folder);
            }
            Set<String> said = paper.get().isPresent()
                    ? Set.of("model", "hardware")
                    : run.get().map(SweepReader::fields).orElse(Set.of());
            return new Read(
                    run.get().orElse(root),
                    said,
                    base,
                    fixed,
                    new LinkedHashMap<>(parameters.get()),
                    sample.get(),
                    where.get());
        });
    }

    private static void refuseFilesElsewhere(SpecNode run) {
        run.fields(fields -> {
            for (String name : NAMES_FILES) {
                fields.optional(name, node -> {
                    if (!node.isMapping() && !node.isList() && !InputFile.staysBelow(node.text())) {
                        throw node.wrong("expected a name, or a file below the working directory");
                    }
                    return node;
                });
            }
            fields.ignoreOthers();
            fields.done();
            return run;
        });
    }

    private static Map<String, Placed> axes(SpecNode node) {
        Map<String, Placed> axes = new LinkedHashMap<>();
        node.namedValues(value -> value).forEach((name, value) -> {
            if (!ParameterGroup.isKnown(name)) {
                throw value.problem(unknown(name));
            }
            List<String> values = new ArrayList<>();
            List<SpecNode> nodes = new ArrayList<>();
            List<SpecNode> items = value.isList() ? value.list(each -> each) : List.of(value);
            for (SpecNode item : items) {
                for (String each : placed(item, () -> ValueText.list(item.text()))) {
                    if (NAMES_FILES.contains(name) && !InputFile.staysBelow(each)) {
                        throw item.wrong("expected a name, or a file below the working directory");
                    }
                    values.add(each);
                    nodes.add(item);
                }
            }
            axes.put(name, placed(value, () -> new Placed(new Axis(name, values), nodes)));
        });
        return axes;
    }

    private static String unknown(String name) {
        List<String> near = NameSuggestions.nearest(name, ParameterGroup.allNames(), 1);
        return "There is no parameter " + name + "; "
                + (near.isEmpty()
                        ? "there are " + String.join(", ", ParameterGroup.allNames()) + ", "
                                + ParameterGroup.METHOD_FIELDS + "FIELD and " + ParameterGroup.HARDWARE_FIELDS
                                + "FIELD."
                        : "did you mean " + near.get(0) + "?");
    }

    private SweepBase ofPaper(SpecNode root, String name, Optional<SpecNode> run) {
        Paper paper = placed(root, () -> papers.apply(name));
        RunTemplate template = run.map(node -> paper.run(
                        node.oneOf(paper.runs().stream().map(RunTemplate::id).toList())))
                .orElse(paper.runs().get(0));
        Accelerator.Kind kind = template.cluster(Assignment.likeliest(template.assumptions()))
                .accelerator()
                .kind();
        return new SweepBase(template, kind, kind);
    }

    private SweepBase free(@Nullable SpecNode values, @Nullable Path folder) {
        RunTemplate run = FreeRun.of("sweep", values, environment, folder, SHORT);
        boolean ownStack = values != null && fields(values).contains("stack");
        boolean ownPrecision = values != null && fields(values).contains("precision");
        return new SweepBase(run, ownStack ? null : Accelerator.Kind.GPU, ownPrecision ? null : Accelerator.Kind.GPU);
    }

    /** The parameters of a run that are no fields of it, such as its model: fixed ones. */
    private static Map<String, Axis> shortNames(SpecNode run) {
        return run.fields(fields -> {
            Map<String, SpecField<Optional<String>>> found = new LinkedHashMap<>();
            SHORT.forEach(name -> found.put(name, fields.optional(name, SpecNode::text)));
            fields.ignoreOthers();
            fields.done();
            Map<String, Axis> fixed = new LinkedHashMap<>();
            found.forEach((name, value) ->
                    value.get().ifPresent(text -> fixed.put(name, new Axis(name, List.of(text)))));
            return fixed;
        });
    }

    /** Tries every value of an axis by itself; of numbers the first and the last. */
    private void check(SweepBase base, List<Axis> fixed, Placed placed) {
        Axis axis = placed.axis();
        int last = axis.values().size() - 1;
        boolean numbers = axis.isNumeric();
        for (int i = 0; i <= last; i++) {
            if (i > 0 && i < last && numbers) {
                continue;
            }
            String value = axis.values().get(i);
            Space alone = Space.grid(List.of(new Axis(axis.name(), List.of(value))));
            Optional<String> problem =
                    new PointEvaluator(new Sweep(base, fixed, alone, environment, List.of())).mistake();
            if (problem.isPresent()) {
                throw placed.nodes().isEmpty()
                        ? new IllegalArgumentException(
                                "The parameter " + axis.name() + " cannot be " + value + ": " + problem.get())
                        : placed.nodes().get(i).problem("cannot be " + value + ": " + problem.get());
            }
        }
    }

    private static <T> T placed(SpecNode node, Supplier<T> made) {
        try {
            return made.get();
        } catch (SpecException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw node.problem(String.valueOf(e.getMessage()));
        }
    }
}
