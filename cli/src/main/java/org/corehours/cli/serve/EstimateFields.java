package org.corehours.cli.serve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.Checkpointing;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.SoftwareStacks;
import org.corehours.core.simulate.InputRecipe;
import org.corehours.core.simulate.Parallelisms;
import org.corehours.hardware.HardwareCatalog;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.papers.Datasets;
import org.corehours.papers.MethodCatalog;

/** The parameters of an estimate: the options of the command, under their names, and the local crops of a method. */
final class EstimateFields {

    /** Whose value is the rest of the query of another estimate, to compare with. */
    static final String PINNED = "pinned";

    static final String MODEL = "model";
    static final String LOCAL_CROPS = "local-crops";

    private static final Pattern CROPPED = Pattern.compile("((?:dino|ibot)_[a-z0-9_]+?)(?:_local\\d{1,2})?");

    /** What a page shows before anything is chosen. */
    static final Query FIRST = Query.of("model=vit_base_patch16_224&hardware=dgx-a100&global-batch=1024&epochs=300");

    private EstimateFields() {}

    /**
     * Fields that belong together.
     *
     * @param title what they are about
     * @param open whether they are seen at once
     * @param fields the fields
     */
    record Group(String title, boolean open, List<Field> fields) {}

    /** Made when first asked for, because it lists every catalog. */
    private static final class Lists {
        static final List<Group> GROUPS = List.of(
                new Group(
                        "Model",
                        true,
                        List.of(
                                new Field.Name(MODEL, "Model or training method", "", models()),
                                whole(LOCAL_CROPS, "Local crops (DINO, iBOT)", "the method's", 0, 99),
                                whole("image-size", "Image size (pixels)", "the model's", 1, 4096),
                                whole("sequence-length", "Sequence length (tokens)", "the model's", 1, 1 << 20))),
                new Group(
                        "Hardware",
                        true,
                        List.of(
                                new Field.Choice("hardware", "Accelerator or machine", "", hardware()),
                                whole("devices", "Devices", "the machine's", 1, 100_000),
                                whole("global-batch", "Global batch", "64 on each", 1, 1e9),
                                whole("accumulation", "Accumulation steps", "1", 1, RunPlan.MOST_ACCUMULATION_STEPS))),
                new Group(
                        "Software",
                        true,
                        List.of(
                                new Field.Choice(
                                        "precision",
                                        "Precision",
                                        "fp16 on a GPU, bf16 on a TPU",
                                        Arrays.stream(Precision.values())
                                                .map(each -> new Field.Item("", each.id(), each.id()))
                                                .toList()),
                                new Field.Choice(
                                        "stack",
                                        "Software stack",
                                        "PyTorch eager on a GPU, XLA on a TPU",
                                        Arrays.stream(SoftwareStacks.values())
                                                .map(each -> new Field.Item("", each.id(), each.label()))
                                                .toList()),
                                new Field.Choice(
                                        "parallel",
                                        "Division of a step",
                                        "data parallel",
                                        Parallelisms.all().stream()
                                                .map(each -> new Field.Item("", each.id(), each.label()))
                                                .toList()),
                                new Field.Choice(
                                        "checkpointing",
                                        "Activation checkpointing",
                                        "none",
                                        Arrays.stream(Checkpointing.values())
                                                .map(each -> new Field.Item("", each.id(), each.id()))
                                                .toList()))),
                new Group(
                        "Length",
                        true,
                        List.of(
                                new Field.Choice(
                                        "dataset",
                                        "Data set",
                                        "ImageNet-1k",
                                        Datasets.all().stream()
                                                .map(each -> new Field.Item("", each.id(), each.name()))
                                                .toList()),
                                new Field.Amount("epochs", "Epochs", "1", 0.001, 1e6, false),
                                whole("steps", "Steps, instead of epochs", "", 1, 1e12),
                                new Field.Name("input", "Input pipeline", "the method's", inputs()))),
                new Group(
                        "Place and price",
                        false,
                        List.of(
                                new Field.Choice("region", "Region", "the world's mean", regions()),
                                new Field.Amount("price", "Price of a device ($/h)", "list price", 0, 1e6, false),
                                new Field.Amount("pue", "Energy of the facility (PUE)", "the region's", 1, 10, false),
                                new Field.Amount("grid", "Grid (g CO2/kWh)", "the region's", 0, 1e5, false))));

        static final Map<String, Field> BY_NAME = byName();

        private static Map<String, Field> byName() {
            Map<String, Field> all = new LinkedHashMap<>();
            GROUPS.forEach(group -> group.fields().forEach(field -> all.put(field.name(), field)));
            return all;
        }
    }

    private static Field.Amount whole(String name, String label, String otherwise, double least, double most) {
        return new Field.Amount(name, label, otherwise, least, most, true);
    }

    private static List<Field.Item> models() {
        List<Field.Item> items = new ArrayList<>();
        MethodCatalog.listed().forEach(each -> items.add(new Field.Item("Training methods", each, "")));
        ModelCatalog.groups()
                .forEach((group, names) -> names.forEach(each -> items.add(new Field.Item(group, each, ""))));
        return items;
    }

    private static List<Field.Item> hardware() {
        HardwareCatalog catalog = HardwareCatalog.builtIn();
        Map<String, Field.Item> items = new LinkedHashMap<>();
        catalog.machines().forEach(each -> items.put(each.id(), new Field.Item("Machines", each.id(), each.name())));
        catalog.accelerators()
                .forEach(each -> items.putIfAbsent(each.id(), new Field.Item("Accelerators", each.id(), each.name())));
        return List.copyOf(items.values());
    }

    private static List<Field.Item> regions() {
        return HardwareCatalog.builtIn().regions().stream()
                .map(each -> new Field.Item("", each.id(), each.name()))
                .toList();
    }

    private static List<Field.Item> inputs() {
        List<Field.Item> items = new ArrayList<>();
        Arrays.stream(InputRecipe.values()).forEach(each -> items.add(new Field.Item("", each.id(), "")));
        items.add(new Field.Item("", "dino-2x224+8x96", ""));
        items.add(new Field.Item("", "ibot-2x224+10x96", ""));
        return items;
    }

    static List<Group> groups() {
        return Lists.GROUPS;
    }

    /** @throws RefusedException if there is no such parameter or a value is out of bounds; more is for the command */
    static void check(Query query) {
        query.values().forEach((name, value) -> {
            if (name.equals(PINNED)) {
                return;
            }
            Field field = Lists.BY_NAME.get(name);
            if (field == null) {
                throw new RefusedException(
                        400,
                        "There is no parameter " + Shown.of(name) + "; "
                                + Names.nearest(name, List.copyOf(Lists.BY_NAME.keySet())));
            }
            field.check(value);
        });
    }

    /** The name of the model with the local crops that the query asks for. */
    static String model(Query query) {
        String model = query.get(MODEL);
        if (model.isEmpty()) {
            throw new RefusedException(400, "Say which model: " + MODEL + "=NAME, such as vit_base_patch16_224.");
        }
        String crops = query.get(LOCAL_CROPS);
        if (crops.isEmpty()) {
            return model;
        }
        Matcher match = CROPPED.matcher(model);
        if (!match.matches()) {
            throw new RefusedException(
                    400, "The " + LOCAL_CROPS + " go with a dino or ibot method, not with " + Shown.of(model) + ".");
        }
        return match.group(1) + "_local" + Integer.parseInt(crops);
    }

    /** The options of the command. */
    static Map<String, String> options(Query query) {
        return query.without(Set.of(MODEL, LOCAL_CROPS, PINNED)).values();
    }

    /** The same estimate on the command line. */
    static String commandLine(Query query) {
        StringBuilder line = new StringBuilder("corehours estimate ").append(model(query));
        options(query)
                .forEach((name, value) ->
                        line.append(" --").append(name).append(' ').append(value));
        return line.toString();
    }
}
