package org.corehours.cli;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.json.JsonText;
import org.corehours.cli.validation.Errors;
import org.corehours.cli.validation.KernelLayout;
import org.corehours.cli.validation.MeasuredKernel;
import org.corehours.cli.validation.MeasuredTable;
import org.corehours.cli.validation.ValidationText;
import org.corehours.core.calibration.Calibration;
import org.corehours.core.calibration.Calibrator;
import org.corehours.core.calibration.LawFamily;
import org.corehours.core.calibration.Measurement;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.timing.KernelTimer;
import org.corehours.hardware.HardwareCatalog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fits a device's laws to kernels that were timed on it. */
@Command(
        name = "calibrate",
        description = {
            "Fit a device's laws to kernels timed on it, with the errors on rows left out.",
            "Prints the new section of the device's file.",
            "Rows of other devices are skipped. Laws that no row informs stay as they are."
        },
        footer = {
            "",
            "The rows that validate reports as left out are left out here too; --all-rows fits them as well.",
            "",
            "Examples:",
            "  corehours calibrate kernels.csv --hardware v100-pcie-16gb",
            "  corehours calibrate kernels.csv --hardware v100-pcie-16gb --transfer",
            "  corehours calibrate kernels.csv --hardware a40 --all-rows -o laws.yaml"
        })
final class CalibrateCommand extends BaseCommand {

    @Parameters(paramLabel = "TABLE.csv", arity = "1..*", description = "Tables of kernels, all of one device.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private List<Path> tables;

    @Option(
            names = "--hardware",
            required = true,
            paramLabel = "ID|FILE",
            description = "The accelerator whose laws to fit; its present ones are where the search starts.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String hardware;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "The device whose rows to use, by its id or as the table calls it, if not --hardware.")
    private @Nullable String device;

    @Option(names = "--all-rows", description = "Fit every row, those too that validate reports as left out.")
    private boolean allRows;

    @Option(
            names = "--transfer",
            description = "Fit nothing: predict every row by laws transferred from related devices, as if of"
                    + " --hardware only the datasheet were known.")
    private boolean transfer;

    @Option(names = "--source", paramLabel = "TEXT", description = "The source to write beside every fitted constant.")
    private @Nullable String source;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write the section to a file instead.")
    private @Nullable Path output;

    CalibrateCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        OutputFile.check(output, tables.stream().map(Path::toString).toList());
        Accelerator accelerator = Lookups.hardware(hardware).accelerator();
        String wanted = device == null ? accelerator.id() : KernelLayout.device(device);
        List<Measurement> rows = new ArrayList<>();
        List<String> names = new ArrayList<>();
        Set<String> timed = new LinkedHashSet<>();
        for (Path each : tables) {
            List<MeasuredKernel> kernels = KernelLayout.read(MeasuredTable.read(each));
            kernels.forEach(kernel -> timed.add(kernel.device()));
            List<Measurement> found = rows(kernels, wanted);
            rows.addAll(found);
            names.add(each.getFileName() + " (" + found.size() + " rows)");
        }
        if (rows.isEmpty()) {
            throw new UsageException("No row of " + String.join(", ", names) + " was timed on " + wanted
                    + (timed.isEmpty()
                            ? "; they hold no kernels."
                            : ". They hold kernels of " + String.join(", ", timed) + "; choose one with --device."));
        }
        if (transfer) {
            transferred(accelerator.id(), rows);
            return ExitCode.DONE;
        }
        String cited = source == null ? "calibrate " + String.join(", ", names) + ", " + LocalDate.now() : source;
        List<String> lines = new ArrayList<>();
        Calibration calibration =
                new Calibrator(cited, lines::add, progress(Calibrator.searches(rows))).calibrate(accelerator, rows);
        lines.forEach(this::say);
        String section = section(calibration.accelerator());
        if (output != null) {
            OutputFile.write(output, section);
            say("Wrote " + output + ".");
        }
        if (json()) {
            print(json(calibration));
        } else {
            if (output == null) {
                print(section);
            }
            text(calibration);
        }
        return ExitCode.DONE;
    }

    /** Prints the errors of a device that no fit has seen. */
    private void transferred(String id, List<Measurement> rows) {
        Accelerator device = HardwareCatalog.builtIn().withTransferredLaws(id);
        KernelTimer timer = KernelTimer.of(device);
        Map<String, List<Double>> errors = new LinkedHashMap<>();
        for (Measurement each : rows) {
            double error = (timer.time(each.kernel()).seconds() + each.overheadSeconds()) / each.seconds() - 1;
            for (LawFamily family : LawFamily.values()) {
                if (family.informedBy(each.kernel())) {
                    errors.computeIfAbsent(family.label(), label -> new ArrayList<>())
                            .add(error);
                }
            }
            errors.computeIfAbsent("all", label -> new ArrayList<>()).add(error);
        }
        List<Errors> groups = errors.entrySet().stream()
                .map(each -> Errors.of(each.getKey(), each.getValue(), null))
                .toList();
        if (json()) {
            print(JsonText.object(to -> to.text("hardware", id).objects("errors", groups, ValidateCommand::write)));
            return;
        }
        DocumentBuilder document = new DocumentBuilder();
        document.paragraph("Errors of laws that were transferred to " + id + " from related devices:");
        ValidationText.errors(document, groups, null);
        print(document.build());
    }

    private List<Measurement> rows(List<MeasuredKernel> kernels, String wanted) {
        return kernels.stream()
                .filter(each -> each.device().equals(wanted) && (allRows || transfer || !each.leftOut()))
                .map(each -> new Measurement(each.kernel(), each.seconds(), each.overheadSeconds()))
                .toList();
    }

    /** The laws as the device's file holds them. */
    private static String section(Accelerator accelerator) {
        StringBuilder text = new StringBuilder("laws:\n");
        for (Map.Entry<String, Sourced<Double>> each : accelerator.laws().entrySet()) {
            Sourced<Double> law = each.getValue();
            text.append("  ")
                    .append(each.getKey())
                    .append(": {value: ")
                    .append(number(law.value()))
                    .append(", provenance: ")
                    .append(law.provenance().id())
                    .append(", source: ")
                    .append(quoted(law.source()))
                    .append("}\n");
        }
        return text.toString();
    }

    /** A number as YAML reads it back: 2.0E-6 without a sign and a point would be a text. */
    private static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e5) {
            return String.valueOf((long) value);
        }
        return String.valueOf(value).replaceFirst("E(?=\\d)", "e+").replace("E-", "e-");
    }

    private static String quoted(String source) {
        return source.matches("[A-Z0-9]+")
                ? source
                : "\"" + source.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static List<Errors> errors(Calibration calibration) {
        return calibration.families().stream()
                .filter(each -> !each.errors().isEmpty())
                .map(each -> Errors.of(each.family().label(), each.errors(), null))
                .toList();
    }

    private static String json(Calibration calibration) {
        return JsonText.object(to -> to.text(
                        "hardware", calibration.accelerator().id())
                .objects(
                        "fitted",
                        calibration.fitted().entrySet(),
                        (each, law) -> each.text("name", law.getKey())
                                .number("value", law.getValue().value())
                                .text("provenance", law.getValue().provenance().id())
                                .text("source", law.getValue().source()))
                .objects("errors", errors(calibration), ValidateCommand::write)
                .objects(
                        "not_informed",
                        calibration.notInformed(),
                        (each, family) -> each.text("group", family.label())));
    }

    private void text(Calibration calibration) {
        DocumentBuilder document = new DocumentBuilder();
        document.paragraph("Errors on rows left out of the fit that predicted them, in five folds:");
        ValidationText.errors(document, errors(calibration), null);
        if (!calibration.notInformed().isEmpty()) {
            document.paragraph("No or too few rows inform "
                    + String.join(
                            ", ",
                            calibration.notInformed().stream()
                                    .map(LawFamily::label)
                                    .toList())
                    + ".");
        }
        print(document.build());
    }
}
