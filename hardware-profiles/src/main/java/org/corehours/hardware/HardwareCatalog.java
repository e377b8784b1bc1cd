package org.corehours.hardware;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.corehours.core.calibration.LawTransfer;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Fabric;
import org.corehours.core.hardware.Machine;
import org.corehours.core.hardware.Region;
import org.corehours.core.quantity.NameSuggestions;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.corehours.spec.InputFile;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecFile;
import org.corehours.spec.SpecNode;
import org.jspecify.annotations.Nullable;

/**
 * The built-in hardware. Ids and names come from one small index; what a name stands for is read when it is asked for,
 * and once. Safe for use by several threads.
 */
public final class HardwareCatalog {

    private static final HardwareCatalog BUILT_IN = new HardwareCatalog();
    private static final int MOST_SUGGESTED = 12;
    private static final Set<String> IGNORED =
            Set.of("nvidia", "google", "cloud", "amd", "tesla", "geforce", "gb", "gpu");

    /** The accelerators whose laws others are transferred from: those with products that were fitted or measured. */
    private static final List<String> MEASURED = List.of(
            "p100-pcie-16gb",
            "p4",
            "v100-pcie-16gb",
            "t4",
            "a100-pcie-40gb",
            "a40",
            "a100-pcie-80gb",
            "a100-sxm4-80gb",
            "h100-sxm5-80gb",
            "rtx-4090");

    private final Map<String, Entry> accelerators = new LinkedHashMap<>();
    private final Map<String, Entry> machines = new LinkedHashMap<>();
    private final Map<String, Entry> fabrics = new LinkedHashMap<>();
    private final Map<String, Accelerator> readAccelerators = new ConcurrentHashMap<>();
    private final Map<String, Machine> readMachines = new ConcurrentHashMap<>();
    private final Map<String, Fabric> readFabrics = new ConcurrentHashMap<>();
    private final Supplier<Map<String, Region>> regions = once(HardwareCatalog::readRegions);
    private final Supplier<Map<String, String>> sources =
            once(() -> resource("sources.yaml").namedValues(SpecNode::text));

    /**
     * A line of the index.
     *
     * @param id the id
     * @param name its name
     * @param alsoCalled what people call it that neither its id nor its name shows
     */
    public record Entry(String id, String name, List<String> alsoCalled) {

        /** Copies the list. */
        public Entry {
            alsoCalled = List.copyOf(alsoCalled);
        }
    }

    private HardwareCatalog() {
        try (BufferedReader index =
                new BufferedReader(new InputStreamReader(stream("index.txt"), StandardCharsets.UTF_8))) {
            for (String line = index.readLine(); line != null; line = index.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    String[] cells = line.split("\\|", -1);
                    String[] kindAndId = cells[0].strip().split("\\s+");
                    List<String> others = new ArrayList<>();
                    for (int i = 2; i < cells.length; i++) {
                        others.add(cells[i].strip());
                    }
                    Entry entry = new Entry(kindAndId[1], cells[1].strip(), others);
                    entries(kindAndId[0]).put(entry.id(), entry);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Entry> entries(String kind) {
        return switch (kind) {
            case "accelerator" -> accelerators;
            case "machine" -> machines;
            case "fabric" -> fabrics;
            default -> throw new IllegalStateException("The index of hardware has a line of kind " + kind + ".");
        };
    }

    /** {@return the hardware that comes with the program} */
    public static HardwareCatalog builtIn() {
        return BUILT_IN;
    }

    /** {@return the accelerators, in the order of the index; none is read for it} */
    public List<Entry> accelerators() {
        return List.copyOf(accelerators.values());
    }

    /** {@return the machines, in the order of the index; none is read for it} */
    public List<Entry> machines() {
        return List.copyOf(machines.values());
    }

    /** {@return the fabrics, in the order of the index; none is read for it} */
    public List<Entry> fabrics() {
        return List.copyOf(fabrics.values());
    }

    /**
     * What a name on the command line stands for: a machine with its devices, a device in its usual machine, or what a
     * file of either kind describes. Of a machine and a device of the same id the machine is meant, which holds the
     * device.
     *
     * @param nameOrFile the exact id, or the path of a file: a name with a slash or that ends in .yaml, .yml or .json
     * @return the hardware
     * @throws UnknownHardwareException if no hardware has that id; people's shorter names are never resolved, but the
     *     ids they could mean are listed
     * @throws org.corehours.spec.SpecException if the file has mistakes
     */
    public Hardware find(String nameOrFile) {
        if (InputFile.isPath(nameOrFile)) {
            return readFile(nameOrFile);
        }
        if (machines.containsKey(nameOrFile)) {
            Machine machine = machine(nameOrFile);
            return new Hardware(nameOrFile, accelerator(machine.accelerator()), machine, machine.usualDevices());
        }
        if (accelerators.containsKey(nameOrFile)) {
            return inUsualMachine(accelerator(nameOrFile));
        }
        Map<String, Entry> all = new LinkedHashMap<>(accelerators);
        machines.forEach(all::putIfAbsent);
        throw unknown("accelerator or machine", nameOrFile, all.values());
    }

    /**
     * Hardware with other figures than its files have. Figures of the host, {@code host.} and its field, are those of
     * the machine's file; all others are those of the accelerator's.
     *
     * @param nameOrFile as for {@link #find(String)}; of files those of accelerators
     * @param changes figures by the paths of their fields, such as {@code memory.bandwidth_gb_per_s}
     * @return the hardware, whose changed figures are assumptions
     * @throws UnknownHardwareException if no hardware has that id
     * @throws org.corehours.spec.SpecException if a field is not known or a figure is not possible
     */
    public Hardware find(String nameOrFile, Map<String, String> changes) {
        Hardware known = find(nameOrFile);
        if (changes.isEmpty()) {
            return known;
        }
        SpecNode device = InputFile.isPath(nameOrFile)
                ? SpecFile.open(Path.of(nameOrFile))
                : resource("accelerators/" + known.accelerator().id() + ".yaml");
        if (type(device).equals("machine")) {
            throw new IllegalArgumentException("The fields of " + nameOrFile
                    + " cannot be changed, because it describes a machine. Change them in the file.");
        }
        Machine machine = known.machine();
        SpecNode host = machine == null ? null : resource("machines/" + machine.id() + ".yaml");
        boolean ofHost = false;
        for (Map.Entry<String, String> change : changes.entrySet()) {
            if (change.getKey().startsWith("host.")) {
                if (host == null) {
                    throw new IllegalArgumentException("The accelerator " + nameOrFile
                            + " stands in no known machine, which could have a " + change.getKey() + ".");
                }
                host = host.with(change.getKey(), change.getValue());
                ofHost = true;
            } else {
                device = device.with(change.getKey(), change.getValue());
            }
        }
        return new Hardware(
                known.id(),
                readAccelerator(device),
                ofHost ? MachineReader.read(Objects.requireNonNull(host), this::acceleratorId, this::fabric) : machine,
                known.usualDevices());
    }

    /**
     * An accelerator.
     *
     * @param id its exact id
     * @return the accelerator
     * @throws UnknownHardwareException if none has that id
     */
    public Accelerator accelerator(String id) {
        return lookUp("accelerator", id, accelerators, readAccelerators, this::readAccelerator);
    }

    /**
     * An accelerator as if only its datasheet were known: with laws transferred from related ones.
     *
     * @param id its exact id
     * @return the accelerator with {@link LawTransfer} laws; no device that shares its fitted ones is asked
     * @throws UnknownHardwareException if none has that id
     */
    public Accelerator withTransferredLaws(String id) {
        Accelerator own = accelerator(id);
        List<Accelerator> others = MEASURED.stream()
                .map(this::accelerator)
                .filter(each -> Collections.disjoint(fittedConstants(each), fittedConstants(own)))
                .toList();
        return new LawTransfer(others).complete(own.withLaws(Map.of()));
    }

    /** What a fit left in a device's laws: equal figures come from the same fit. */
    private static Set<String> fittedConstants(Accelerator device) {
        Set<String> found = new LinkedHashSet<>();
        Sourced<Double> rigidity = device.laws().get("product.fp32.tail_rigidity");
        if (rigidity != null && rigidity.provenance() == Provenance.FITTED) {
            found.add(rigidity.value() + " " + device.law("product.fp32.long_row_pages"));
        }
        return found;
    }

    /** Reads an accelerator; laws that a GPU's file leaves out are transferred from related ones. */
    private Accelerator readAccelerator(SpecNode root) {
        Accelerator read = AcceleratorReader.read(root);
        boolean complete = read.kind() != Accelerator.Kind.GPU
                || (read.laws().containsKey("memory.stream_fraction")
                        && read.laws().containsKey("product.fp32.fill_steps")
                        && read.laws().containsKey("product.half.fill_steps"));
        return complete
                ? read
                : new LawTransfer(MEASURED.stream().map(this::accelerator).toList()).complete(read);
    }

    /**
     * The accelerators that people may mean by a name in running text: "V100", "TPUv5", "NVIDIA A100 80GB".
     *
     * @param words the name
     * @return every accelerator whose id or names hold all its words, in the order of the index; empty if none does
     */
    public List<Accelerator> called(String words) {
        List<String> wanted = words(words);
        return accelerators.values().stream()
                .filter(entry -> {
                    List<String> own = new ArrayList<>(words(entry.id()));
                    own.addAll(words(entry.name()));
                    entry.alsoCalled().forEach(other -> own.addAll(words(other)));
                    return !wanted.isEmpty()
                            && wanted.stream().allMatch(word -> own.stream().anyMatch(each -> covers(word, each)));
                })
                .map(entry -> accelerator(entry.id()))
                .toList();
    }

    /** Words and numbers of a name apart from each other, "TPUv5" as "tpu" and "v5"; words that every name may have left out. */
    private static List<String> words(String name) {
        return Arrays.stream(name.toLowerCase(Locale.ROOT)
                        .replaceAll("(tpu|rtx|gtx)s?(?=v?\\d)", "$1 ")
                        .replaceAll("\\btpu (\\d)", "tpu v$1")
                        .replaceAll("(?<=[a-z0-9])gb\\b", "")
                        .split("[^a-z0-9]+"))
                .map(word -> word.equals("tpus") || word.equals("gpus") ? word.substring(0, 3) : word)
                .filter(word -> !word.isEmpty() && !IGNORED.contains(word))
                .toList();
    }

    /** Whether a word is the other, or a TPU's generation without the letter of its kind. */
    private static boolean covers(String word, String other) {
        return other.equals(word) || (word.matches("v\\d") && other.matches(word + "[ep]"));
    }

    /**
     * A machine.
     *
     * @param id its exact id
     * @return the machine
     * @throws UnknownHardwareException if none has that id
     */
    public Machine machine(String id) {
        return lookUp(
                "machine",
                id,
                machines,
                readMachines,
                root -> MachineReader.read(root, this::acceleratorId, this::fabric));
    }

    /**
     * A fabric.
     *
     * @param id its exact id
     * @return the fabric
     * @throws UnknownHardwareException if none has that id
     */
    public Fabric fabric(String id) {
        return lookUp("fabric", id, fabrics, readFabrics, FabricReader::readFile);
    }

    /** {@return the regions, in the order of their file} */
    public List<Region> regions() {
        return List.copyOf(regions.get().values());
    }

    /**
     * A region.
     *
     * @param id its exact id, such as {@code gcp/us-central1}
     * @return the region
     * @throws UnknownHardwareException if none has that id
     */
    public Region region(String id) {
        Region region = regions.get().get(id);
        if (region == null) {
            throw new UnknownHardwareException(
                    "region",
                    id,
                    NameSuggestions.nearest(id, regions.get().keySet(), MOST_SUGGESTED),
                    "Known ones are: " + String.join(", ", regions.get().keySet()) + ".");
        }
        return region;
    }

    /**
     * What a source id of the built-in hardware stands for.
     *
     * @param source the id, such as {@code VTRAIN}
     * @return the citation; null if it is no id of this catalogue
     */
    public @Nullable String citation(String source) {
        return sources.get().get(source);
    }

    /** {@return every citation by its id} */
    public Map<String, String> citations() {
        return sources.get();
    }

    private Hardware inUsualMachine(Accelerator accelerator) {
        String usual = accelerator.usualMachine();
        return new Hardware(accelerator.id(), accelerator, usual == null ? null : machine(usual), 1);
    }

    private String acceleratorId(String id) {
        if (!accelerators.containsKey(id)) {
            throw unknown("accelerator", id, accelerators.values());
        }
        return id;
    }

    private Hardware readFile(String name) {
        Path file = Path.of(name);
        SpecNode root = SpecFile.open(file);
        if (type(root).equals("accelerator")) {
            Accelerator accelerator = readAccelerator(root);
            String usual = accelerator.usualMachine();
            if (usual != null && !machine(usual).accelerator().equals(accelerator.id())) {
                throw root.problem("the usual_machine " + usual + " holds "
                        + machine(usual).accelerator() + ", not " + accelerator.id()
                        + "; leave it out, or describe a machine of this accelerator in a file");
            }
            return inUsualMachine(accelerator);
        }
        Map<String, Accelerator> own = new LinkedHashMap<>();
        Machine machine = MachineReader.read(
                root,
                device -> {
                    if (!InputFile.isPath(device)) {
                        return acceleratorId(device);
                    }
                    if (!InputFile.staysBelow(device)) {
                        throw new IllegalArgumentException("The accelerator (" + device
                                + ") must be an id, or a file in the folder of this one or below.");
                    }
                    Accelerator accelerator = readAccelerator(SpecFile.open(file.resolveSibling(device)));
                    own.put(accelerator.id(), accelerator);
                    return accelerator.id();
                },
                this::fabric);
        Accelerator accelerator = own.get(machine.accelerator());
        return new Hardware(
                machine.id(),
                accelerator == null ? accelerator(machine.accelerator()) : accelerator,
                machine,
                machine.usualDevices());
    }

    private static String type(SpecNode root) {
        return root.fields(fields -> {
            SpecField<String> type = fields.required("type", node -> node.oneOf(List.of("accelerator", "machine")));
            fields.ignoreOthers();
            fields.done();
            return type.get();
        });
    }

    private static <T> T lookUp(
            String kind, String id, Map<String, Entry> index, Map<String, T> read, Function<SpecNode, T> reader) {
        T known = read.get(id);
        if (known != null) {
            return known;
        }
        if (!index.containsKey(id)) {
            throw unknown(kind, id, index.values());
        }
        T value = reader.apply(resource(kind + "s/" + id + ".yaml"));
        read.put(id, value);
        return value;
    }

    private static UnknownHardwareException unknown(String kind, String name, Collection<Entry> entries) {
        return new UnknownHardwareException(
                kind,
                name,
                couldMean(name, entries),
                "Known ones are: "
                        + String.join(", ", entries.stream().map(Entry::id).toList()) + ".");
    }

    /** Ids in which the name is a part of the id or of another name, else those it may be a misspelling of. */
    private static List<String> couldMean(String name, Collection<Entry> entries) {
        String wanted = NameSuggestions.essence(name);
        Set<String> found = new LinkedHashSet<>();
        if (wanted.length() >= 2) {
            for (Entry entry : entries) {
                boolean partOfId = NameSuggestions.essence(entry.id()).contains(wanted);
                boolean partOfName = NameSuggestions.essence(entry.name()).contains(wanted);
                boolean called = entry.alsoCalled().stream()
                        .anyMatch(other -> NameSuggestions.essence(other).contains(wanted));
                if (partOfId || partOfName || called) {
                    found.add(entry.id());
                }
            }
        }
        if (found.isEmpty()) {
            found.addAll(NameSuggestions.nearest(
                    name, entries.stream().map(Entry::id).toList(), MOST_SUGGESTED));
        }
        return found.stream().limit(MOST_SUGGESTED).toList();
    }

    private static Map<String, Region> readRegions() {
        Map<String, Region> byId = new LinkedHashMap<>();
        for (Region region : RegionReader.read(resource("regions.yaml"))) {
            byId.put(region.id(), region);
        }
        return byId;
    }

    private static SpecNode resource(String path) {
        try (InputStream in = stream(path)) {
            return SpecFile.open("built-in " + path, in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream stream(String path) {
        InputStream in = HardwareCatalog.class.getResourceAsStream(path);
        if (in == null) {
            throw new IllegalStateException("The built-in file " + path + " is missing.");
        }
        return in;
    }

    private static <T> Supplier<T> once(Supplier<T> supplier) {
        Map<Boolean, T> cache = new ConcurrentHashMap<>();
        return () -> cache.computeIfAbsent(true, ignored -> supplier.get());
    }
}
