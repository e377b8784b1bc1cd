package org.corehours.papers;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.corehours.core.audit.Assignment;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.Scenario;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.run.RunPhase;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Schedule;
import org.corehours.core.run.SoftwareStack;
import org.corehours.core.run.SoftwareStacks;
import org.corehours.core.step.StepProgram;
import org.corehours.spec.InputFile;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecFile;

/**
 * A run of a paper: the values that are known, and the readings of what is not. Immutable.
 *
 * <p>A run can be moved elsewhere: {@link #with} gives the same run with another value, which is written over whatever
 * the paper or an assumption says.
 */
public final class RunTemplate implements Scenario {

    /** Fields that say the same thing in different units: to set one is to unset the others. */
    private static final List<Set<String>> ALTERNATIVES =
            List.of(Set.of("devices", "cores", "chips"), Set.of("epochs", "steps"));

    private static final double SHARES_WITHIN = 1e-6;

    private final String id;
    private final String label;
    private final SettingGroup known;
    private final List<OpenQuestion> questions;
    private final Map<String, Setting> overrides;
    private final SettingBinder binder;
    private final RunEnvironment environment;
    private final StepCache cache;

    RunTemplate(
            String id,
            String label,
            SettingGroup known,
            List<OpenQuestion> questions,
            Map<String, Setting> overrides,
            SettingBinder binder,
            RunEnvironment environment,
            StepCache cache) {
        this.id = id;
        this.label = label;
        this.known = known;
        this.questions = List.copyOf(questions);
        this.overrides = Map.copyOf(overrides);
        this.binder = binder;
        this.environment = environment;
        this.cache = cache;
    }

    @Override
    public String id() {
        return id;
    }

    /** {@return what the run is, as a phrase} */
    public String label() {
        return label;
    }

    @Override
    public List<Assumption> assumptions() {
        return questions.stream().map(OpenQuestion::assumption).toList();
    }

    @Override
    public RunPlan plan(Assignment assignment) {
        Map<String, RunPlan> plans = new LinkedHashMap<>();
        phases(assignment).forEach((name, values) -> {
            RunRecipe recipe = new RunParts(values, environment).recipe();
            long microBatch = RunPlan.microBatch(recipe.globalBatch(), recipe.cluster(), recipe.accumulation());
            StepProgram step = cache.step(recipe.method(), microBatch);
            SoftwareStack stack = cache.remembering(recipe.stack());
            plans.put(name, recipe.plan(id, step, stack, environment.placement(recipe.cluster())));
        });
        List<RunPhase> phases = new ArrayList<>();
        plans.forEach((name, plan) -> phases.add(plan.main().named(name)));
        RunPlan likeAll = plans.values().iterator().next();
        RunPlan whole = likeAll.toBuilder().phases(phases).build();
        RunPlan main = Objects.requireNonNull(plans.get(whole.main().name()));
        return whole.toBuilder().model(main.model(), main.parameters()).build();
    }

    /**
     * What this run of one phase is put together from under a reading, before any graph is built.
     *
     * @param assignment the reading
     * @return its parts
     * @throws SpecException if the values do not make a run, with the place of each mistake
     * @throws IllegalArgumentException if there is no such hardware, stack, parallelism or input recipe
     */
    public RunRecipe recipe(Assignment assignment) {
        return parts(assignment).recipe();
    }

    /**
     * The parts of this run of one phase under a reading, each made when it is asked for.
     *
     * @param assignment the reading
     * @return its parts
     * @throws SpecException if the values do not make a run, with the place of each mistake
     */
    public RunParts parts(Assignment assignment) {
        return new RunParts(values(assignment), environment);
    }

    /**
     * The devices of this run under a reading.
     *
     * @param assignment the reading
     * @return the devices, those of all its phases
     * @throws SpecException if the values do not make a run, with the place of each mistake
     */
    public Cluster cluster(Assignment assignment) {
        return new RunParts(phases(assignment).values().iterator().next(), environment).cluster();
    }

    /**
     * Samples of one optimizer step over all devices under a reading: what divides over devices where the batch of each
     * phase is to.
     *
     * @param assignment the reading
     * @return the global batch; the greatest common divisor of those of its phases
     * @throws SpecException if the values do not make a run, with the place of each mistake
     */
    public long globalBatch(Assignment assignment) {
        long divisor = 0;
        for (RunValues phase : phases(assignment).values()) {
            divisor = BigInteger.valueOf(divisor)
                    .gcd(BigInteger.valueOf(phase.globalBatch()))
                    .longValueExact();
        }
        return divisor;
    }

    /**
     * This run with another value.
     *
     * @param field the path of the field, such as {@code hardware} or {@code method.local_crops}
     * @param value the value, as a file would write it
     * @return the changed run
     */
    public RunTemplate with(String field, String value) {
        Map<String, Setting> changed = new LinkedHashMap<>(overrides);
        for (Set<String> group : ALTERNATIVES) {
            if (group.contains(field)) {
                changed.keySet().removeAll(group);
            }
        }
        changed.put(field, new Setting(SpecFile.parse(field, value), Provenance.ASSUMED, "chosen by the user"));
        return new RunTemplate(id, label, known, questions, changed, binder, environment, cache);
    }

    /**
     * The values of this run of one phase under a reading.
     *
     * @throws SpecException if they do not make a run, with the place of each mistake, or the run has several phases
     */
    RunValues values(Assignment assignment) {
        SettingGroup settings = settings(assignment);
        Settings phases = settings.members().get(PhaseSettings.PHASES);
        if (phases != null) {
            throw phases.node().problem("several phases cannot be taken apart here; name a run that has one");
        }
        return binder.bind(settings, RunValues.class);
    }

    /** The values of each phase by its name, in order; a run of one phase has an empty name for it. */
    private Map<String, RunValues> phases(Assignment assignment) {
        SettingGroup settings = settings(assignment);
        Map<String, RunValues> phases = new LinkedHashMap<>();
        double shares = 0;
        for (Map.Entry<String, SettingGroup> phase : PhaseSettings.of(settings).entrySet()) {
            RunValues values = binder.bind(phase.getValue(), RunValues.class);
            phases.put(phase.getKey(), values);
            shares += values.share().orElse(0.0);
        }
        if (shares != 0 && Math.abs(shares - 1) > SHARES_WITHIN) {
            throw settings.node().problem("the shares of its phases add up to " + shares + "; they must make 1");
        }
        return phases;
    }

    /**
     * Tries to make this run under a reading, short of building its graph.
     *
     * @throws SpecException if it is no run
     */
    void check(Assignment assignment) {
        phases(assignment).values().forEach(this::check);
    }

    private void check(RunValues values) {
        try {
            if (InputFile.isPath(values.hardware())) {
                throw new IllegalArgumentException("The hardware (" + values.hardware()
                        + ") must be an id of 'corehours hardware': a paper's file opens no other files for it.");
            }
            Accelerator accelerator = environment.accelerator(values.hardware());
            accelerator.peakFlopsPerSecond(values.precision());
            Cluster cluster = environment.cluster(values.hardware(), values.devicesOf(accelerator));
            RunPlan.microBatch(
                    values.globalBatch(), cluster, values.accumulation().orElse(1));
            values.dividing().check(values.softwareStack().runtime(), cluster.devices(), true);
            SoftwareStacks.check(values.softwareStack(), accelerator);
            values.demand().check(accelerator);
            if (values.schedule().length() instanceof Schedule.Epochs epochs) {
                epochs.check(values.globalBatch());
            }
        } catch (IllegalArgumentException e) {
            throw known.node().problem(String.valueOf(e.getMessage()));
        } catch (ArithmeticException e) {
            throw known.node().problem("has figures that are too large to count: they pass 9.2e18");
        }
    }

    private SettingGroup settings(Assignment assignment) {
        SettingGroup settings = known;
        for (OpenQuestion question : questions) {
            settings = settings.with(
                    question.reading(assignment.choice(question.assumption().id())));
        }
        for (Map.Entry<String, Setting> override : overrides.entrySet()) {
            for (Set<String> group : ALTERNATIVES) {
                if (group.contains(override.getKey())) {
                    settings = settings.without(group);
                }
            }
            settings = settings.with(SettingGroup.of(override.getKey(), override.getValue()));
        }
        return settings;
    }

    /** What is known of this run, whatever the reading. */
    SettingGroup known() {
        return known;
    }
}
