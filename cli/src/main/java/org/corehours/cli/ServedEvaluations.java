package org.corehours.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.corehours.cli.serve.Evaluator;
import org.corehours.cli.serve.RefusedException;
import org.corehours.core.audit.Assignment;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.Audit;
import org.corehours.core.audit.Auditor;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.Scenario;
import org.corehours.core.run.RunPlan;
import org.corehours.papers.Paper;
import org.corehours.papers.Papers;
import org.corehours.papers.RunTemplate;
import picocli.CommandLine;

/** Evaluates what pages ask for, by the commands' own means. */
final class ServedEvaluations implements Evaluator {

    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;

    /** Enough for a view, the one it is compared with and the way back. */
    private static final int KEPT_ESTIMATES = 8;

    private static final int KEPT_AUDITS = 8;

    /** Audits after which the steps of a paper are made anew, because every reading may add some. */
    private static final int AUDITS_OF_A_SHELF = 24;

    private final Map<List<Object>, Estimate> estimates = recent(KEPT_ESTIMATES);
    private final Map<List<Object>, Audit> audits = recent(KEPT_AUDITS);
    private final Map<String, Shelf> shelves = recent(Papers.ids().size());

    /** A paper with the steps and the timed kernels of its runs. */
    private static final class Shelf {
        private final Paper paper;
        private final Auditor auditor = Audits.auditor();
        private int audits;

        Shelf(Paper paper) {
            this.paper = paper;
        }
    }

    private static <K, V> Map<K, V> recent(int most) {
        return Collections.synchronizedMap(new LinkedHashMap<>(most, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        });
    }

    private static <K, V> V remembered(Map<K, V> known, K key, Function<K, V> made) {
        V found = known.get(key);
        if (found == null) {
            found = made.apply(key);
            known.put(key, found);
        }
        return found;
    }

    @Override
    public Estimate estimate(String model, Map<String, String> options) {
        return remembered(estimates, List.of(model, new TreeMap<>(options)), key -> {
            List<String> line = new ArrayList<>();
            options.forEach((name, value) -> line.add("--" + name + "=" + value));
            line.add("--");
            line.add(model);
            return answered(() -> {
                EstimateCommand command = new EstimateCommand(Terminal.NONE);
                new CommandLine(command)
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setExpandAtFiles(false)
                        .parseArgs(line.toArray(String[]::new));
                return command.estimate();
            });
        });
    }

    /** What is made, or a refusal where the command line would be told what is wrong with it. */
    private static <T> T answered(Supplier<T> made) {
        try {
            return made.get();
        } catch (CommandLine.ParameterException
                | UsageException
                | InfeasibleException
                | IllegalArgumentException
                | ArithmeticException e) {
            throw new RefusedException(BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Paper paper(String id) {
        return shelf(id).paper;
    }

    private Shelf shelf(String id) {
        if (!Papers.ids().contains(id)) {
            throw new RefusedException(
                    NOT_FOUND, "There is no such paper; there are " + String.join(", ", Papers.ids()) + ".");
        }
        return remembered(shelves, id, absent -> new Shelf(Lookups.paper(id)));
    }

    @Override
    public Audit audit(String id, SortedMap<String, String> settled, String run) {
        Shelf shelf = shelf(id);
        Paper paper = shelf.paper;
        List<Claim> claims = paper.claims().stream()
                .filter(each -> run.isEmpty() || each.run().equals(run))
                .toList();
        Set<String> runs = new TreeSet<>(Set.of(run));
        claims.forEach(each -> {
            if (each.reference() != null) {
                runs.add(each.reference());
            }
        });
        List<Settled> scenarios = paper.runs().stream()
                .filter(each -> run.isEmpty() || runs.contains(each.id()))
                .map(each -> new Settled(each, settled))
                .toList();
        return remembered(audits, List.of(id, settled, run), key -> {
            Audit audit = answered(() -> shelf.auditor.audit(scenarios, claims));
            synchronized (shelf) {
                shelf.audits++;
                if (shelf.audits >= AUDITS_OF_A_SHELF) {
                    shelves.remove(id, shelf);
                }
            }
            return audit;
        });
    }

    /** A run of which some readings are settled. */
    private record Settled(RunTemplate run, SortedMap<String, String> settled) implements Scenario {

        @Override
        public String id() {
            return run.id();
        }

        @Override
        public List<Assumption> assumptions() {
            return run.assumptions().stream()
                    .filter(each -> !settled.containsKey(each.id()))
                    .toList();
        }

        @Override
        public RunPlan plan(Assignment assignment) {
            SortedMap<String, String> choices = new TreeMap<>(assignment.choices());
            choices.putAll(settled);
            return run.plan(new Assignment(choices));
        }
    }
}
