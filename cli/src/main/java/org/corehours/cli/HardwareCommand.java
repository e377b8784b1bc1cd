package org.corehours.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.cli.json.JsonText;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Host;
import org.corehours.core.hardware.Machine;
import org.corehours.core.hardware.Precision;
import org.corehours.core.hardware.Price;
import org.corehours.core.quantity.Sourced;
import org.corehours.hardware.Hardware;
import org.corehours.hardware.HardwareCatalog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists accelerators and machines. */
@Command(
        name = "hardware",
        description = "List the built-in accelerators and machines, or show one with its sources.",
        footer = {"", "Examples:", "  corehours hardware", "  corehours hardware v100-sxm2-32gb"})
final class HardwareCommand extends BaseCommand {

    private static final String ACCELERATOR = "accelerator";
    private static final String MACHINE = "machine";

    @Parameters(arity = "0..1", paramLabel = "ID", description = "The accelerator or machine to show.")
    private @Nullable String id;

    HardwareCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        if (id == null) {
            list();
        } else {
            show(Lookups.hardware(id));
        }
        return ExitCode.DONE;
    }

    private record Listed(String kind, HardwareCatalog.Entry entry) {}

    private void list() {
        HardwareCatalog catalog = HardwareCatalog.builtIn();
        List<Listed> all = new ArrayList<>();
        catalog.accelerators().forEach(each -> all.add(new Listed(ACCELERATOR, each)));
        catalog.machines().forEach(each -> all.add(new Listed(MACHINE, each)));
        if (json()) {
            print(JsonText.array(
                    all,
                    (to, each) -> to.text("id", each.entry().id())
                            .text("kind", each.kind())
                            .text("name", each.entry().name())));
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        all.forEach(each ->
                rows.add(List.of(each.entry().id(), each.kind(), each.entry().name())));
        print(new DocumentBuilder()
                .table(List.of(Column.text("id"), Column.text("kind"), Column.text("name")), rows)
                .build());
    }

    /** One value of a device or machine, raw for JSON and readable for text. */
    private record Fact(String name, double value, String text, Sourced<?> sourced) {}

    private void show(Hardware hardware) {
        List<Fact> facts = new ArrayList<>(deviceFacts(hardware.accelerator()));
        if (hardware.machine() != null) {
            facts.addAll(machineFacts(hardware.machine()));
        }
        if (json()) {
            print(JsonText.array(List.of(hardware), (to, each) -> write(to, each, facts)));
        } else {
            text(hardware, facts);
        }
    }

    private static List<Fact> deviceFacts(Accelerator device) {
        List<Fact> facts = new ArrayList<>();
        for (Precision precision : device.matrixFlopsPerSecond().keySet()) {
            Sourced<Double> peak = device.matrixFlopsPerSecond().get(precision);
            if (peak != null) {
                facts.add(new Fact(
                        "matrix_flops_per_second_" + precision.id(),
                        peak.value(),
                        Numbers.si(peak.value(), "FLOP/s"),
                        peak));
            }
        }
        for (Precision precision : device.vectorFlopsPerSecond().keySet()) {
            Sourced<Double> peak = device.vectorFlopsPerSecond().get(precision);
            if (peak != null) {
                facts.add(new Fact(
                        "vector_flops_per_second_" + precision.id(),
                        peak.value(),
                        Numbers.si(peak.value(), "FLOP/s"),
                        peak));
            }
        }
        Sourced<Long> capacity = device.memory().capacityBytes();
        facts.add(new Fact("memory_bytes", capacity.value(), Numbers.bytes(capacity.value()), capacity));
        Sourced<Double> bandwidth = device.memory().bytesPerSecond();
        facts.add(new Fact(
                "memory_bytes_per_second", bandwidth.value(), Numbers.si(bandwidth.value(), "B/s"), bandwidth));
        Sourced<Double> clock = device.clockHertz();
        facts.add(new Fact("clock_hertz", clock.value(), Numbers.si(clock.value(), "Hz"), clock));
        Sourced<Double> idle = device.power().idleWatts();
        facts.add(new Fact("idle_watts", idle.value(), Numbers.plain(idle.value()) + " W", idle));
        Sourced<Double> max = device.power().maxWatts();
        facts.add(new Fact("max_watts", max.value(), Numbers.plain(max.value()) + " W", max));
        device.laws()
                .forEach((law, value) ->
                        facts.add(new Fact("law_" + law, value.value(), Numbers.plain(value.value()), value)));
        return facts;
    }

    private static List<Fact> machineFacts(Machine machine) {
        Host host = machine.host();
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact(
                "host_physical_cores",
                host.physicalCores().value(),
                Numbers.count(host.physicalCores().value()),
                host.physicalCores()));
        facts.add(new Fact(
                "host_core_speed",
                host.coreSpeed().value(),
                Numbers.plain(host.coreSpeed().value()),
                host.coreSpeed()));
        facts.add(new Fact(
                "host_memory_bytes",
                host.memoryBytes().value(),
                Numbers.bytes(host.memoryBytes().value()),
                host.memoryBytes()));
        facts.add(new Fact(
                "storage_bytes_per_second",
                host.storageBytesPerSecond().value(),
                Numbers.si(host.storageBytesPerSecond().value(), "B/s"),
                host.storageBytesPerSecond()));
        facts.add(new Fact(
                "network_bytes_per_second",
                host.networkBytesPerSecond().value(),
                Numbers.si(host.networkBytesPerSecond().value(), "B/s"),
                host.networkBytesPerSecond()));
        return facts;
    }

    private static void write(JsonText to, Hardware hardware, List<Fact> facts) {
        Accelerator device = hardware.accelerator();
        to.text("id", hardware.id()).text("name", device.name()).text("vendor", device.vendor());
        to.text("kind", isMachine(hardware) ? MACHINE : ACCELERATOR)
                .text("accelerator", device.id())
                .text("announced", device.announced().value().toString())
                .number("cores_per_chip", device.chip().coresPerChip())
                .number("devices_per_chip", device.chip().devicesPerChip());
        Machine machine = hardware.machine();
        if (machine != null) {
            to.text("machine", machine.id()).number("devices_per_machine", machine.devices());
        }
        to.objects(
                "values",
                facts,
                (each, fact) -> each.text("name", fact.name())
                        .number("value", fact.value())
                        .text("provenance", fact.sourced().provenance().id())
                        .text("source", fact.sourced().source()));
        to.objects(
                "prices",
                prices(hardware),
                (each, price) -> each.number("usd_per_hour", price.usdPerHour())
                        .text("provider", price.provider())
                        .text("offer", price.offer())
                        .text("as_of", price.asOf())
                        .text("source", price.source()));
        Map<String, String> sources = sources(facts);
        to.objects(
                "sources",
                sources.entrySet(),
                (each, source) -> each.text("id", source.getKey()).text("citation", source.getValue()));
    }

    private static boolean isMachine(Hardware hardware) {
        return hardware.machine() != null
                && hardware.id().equals(hardware.machine().id());
    }

    private static List<Price> prices(Hardware hardware) {
        Machine machine = hardware.machine();
        return isMachine(hardware) && machine != null
                ? machine.prices()
                : hardware.accelerator().prices();
    }

    /** Full citations of the sources that the facts name by id. */
    private static Map<String, String> sources(List<Fact> facts) {
        Map<String, String> known = HardwareCatalog.builtIn().citations();
        Map<String, String> used = new LinkedHashMap<>();
        for (Fact fact : facts) {
            for (String part : fact.sourced().source().split("[,;]", -1)) {
                String citation = known.get(part.strip());
                if (citation != null) {
                    used.put(part.strip(), citation);
                }
            }
        }
        return used;
    }

    private void text(Hardware hardware, List<Fact> facts) {
        Accelerator device = hardware.accelerator();
        Machine machine = hardware.machine();
        DocumentBuilder document = new DocumentBuilder().heading(1, hardware.id());
        String chip = device.chip().coresPerChip() == 1 && device.chip().devicesPerChip() == 1
                ? "A chip is one core and one device."
                : "A chip has " + device.chip().coresPerChip() + " cores and shows as "
                        + device.chip().devicesPerChip() + " device(s).";
        document.paragraph(device.name() + " (" + device.vendor() + "), announced "
                + device.announced().value() + ". " + chip
                + (machine == null
                        ? ""
                        : " In the machine " + machine.id() + " (" + machine.name() + "), which has "
                                + machine.devices() + " devices."));
        List<List<String>> rows = new ArrayList<>();
        facts.forEach(each -> rows.add(List.of(
                each.name().replace('_', ' '),
                each.text(),
                each.sourced().provenance().id(),
                each.sourced().source())));
        document.table(
                List.of(Column.text("value"), Column.number(""), Column.text("known how"), Column.text("source")),
                rows);
        List<List<String>> prices = new ArrayList<>();
        prices(hardware)
                .forEach(each -> prices.add(List.of(
                        Numbers.dollars(each.usdPerHour()) + "/h",
                        each.provider(),
                        each.offer(),
                        each.asOf(),
                        each.source())));
        document.table(
                List.of(
                        Column.number("price"),
                        Column.text("provider"),
                        Column.text("offer"),
                        Column.text("as of"),
                        Column.text("source")),
                prices);
        document.bullets(sources(facts).entrySet().stream()
                .map(each -> each.getKey() + ": " + each.getValue())
                .toList());
        print(document.build());
    }
}
