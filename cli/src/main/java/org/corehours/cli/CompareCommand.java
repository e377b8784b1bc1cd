package org.corehours.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.cli.json.JsonText;
import org.corehours.cli.report.RunFigures;
import org.corehours.cli.report.RunJson;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.RunMetric;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.quantity.NameSuggestions;
import org.corehours.hardware.Hardware;
import org.corehours.papers.Paper;
import org.corehours.papers.RunTemplate;
import org.corehours.spec.SpecException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Moves the runs of a paper to other hardware. */
@Command(
        name = "compare",
        description = {
            "Estimate the runs of a paper on other hardware.",
            "A GPU runs pytorch-eager in fp16 and a TPU xla in bf16, unless the paper's run is of the same kind."
        },
        footer = {
            "",
            "Examples:",
            "  corehours compare ibot --hardware v100-sxm2-32gb,a100-sxm4-80gb,tpu-v5e",
            "  corehours compare peco --hardware dgx-a100,tpu-v5e --format html -o elsewhere.html",
            "  corehours compare ibot --run vit-s-multicrop --hardware dgx-h100 --devices 16"
        })
final class CompareCommand extends BaseCommand {

    @Parameters(paramLabel = "PAPER", description = "The paper: an id of 'corehours papers', or a file.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String paper;

    @Option(
            names = "--hardware",
            required = true,
            split = ",",
            paramLabel = "ID",
            description = "Accelerators or machines of 'corehours hardware', or files.")
    private List<String> hardware = new ArrayList<>();

    @Option(
            names = "--devices",
            paramLabel = "N",
            description = "Devices as frameworks list them; as many as the paper's run has if not given.")
    private @Nullable Integer devices;

    @Option(names = "--run", paramLabel = "RUN", description = "One of the paper's runs; all if not given.")
    private @Nullable String run;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ReportOutput output;

    CompareCommand(Terminal terminal) {
        super(terminal);
    }

    private record Row(RunTemplate template, String hardware, RunAudit audit) {}

    private record Refused(String run, String hardware, String reason) {}

    @Override
    public Integer call() {
        output.check(this);
        List<Hardware> targets = hardware.stream().map(Lookups::hardware).toList();
        Paper read = Lookups.paper(paper);
        List<Row> rows = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        for (RunTemplate template : chosen(read)) {
            for (Hardware target : targets) {
                try {
                    rows.add(new Row(
                            template,
                            target.id(),
                            Audits.of(List.of(moved(template, target))).get(0)));
                } catch (SpecException e) {
                    throw e;
                } catch (IllegalArgumentException e) {
                    refused.add(new Refused(template.id(), target.id(), String.valueOf(e.getMessage())));
                }
            }
        }
        output.write(this, document -> text(document, read, rows, refused), () -> json(read, rows, refused));
        if (rows.isEmpty()) {
            throw new InfeasibleException("No run of " + read.id() + " is possible on this hardware.");
        }
        return ExitCode.DONE;
    }

    private List<RunTemplate> chosen(Paper read) {
        if (run == null) {
            return read.runs();
        }
        List<String> ids = read.runs().stream().map(RunTemplate::id).toList();
        if (!ids.contains(run)) {
            List<String> near = NameSuggestions.nearest(run, ids, 3);
            throw new UsageException("The paper " + read.id() + " has no run " + run + ". "
                    + (near.isEmpty()
                            ? "It has " + String.join(", ", ids) + "."
                            : "Did you mean " + String.join(" or ", near) + "?"));
        }
        return List.of(read.run(run));
    }

    /** The run on other hardware: software and precision follow the kind of device, the number of devices stays. */
    private RunTemplate moved(RunTemplate template, Hardware target) {
        RunAudit here = Audits.of(List.of(template)).get(0);
        Accelerator.Kind from = here.likeliest().plan().cluster().accelerator().kind();
        Accelerator.Kind to = target.accelerator().kind();
        RunTemplate moved = template.with("hardware", target.id())
                .with(
                        "devices",
                        String.valueOf(devices == null ? here.likeliest().devices() : devices));
        if (from == to) {
            return moved;
        }
        boolean tpu = to == Accelerator.Kind.TPU;
        return moved.with("stack", tpu ? "xla" : "pytorch-eager").with("precision", tpu ? "bf16" : "fp16");
    }

    private static String json(Paper paper, List<Row> rows, List<Refused> refused) {
        return JsonText.object(to -> to.text("paper", paper.id())
                .objects(
                        "rows",
                        rows,
                        (each, row) ->
                                RunJson.write(each, row.audit(), row.template().label()))
                .objects(
                        "infeasible",
                        refused,
                        (each, row) -> each.text("run", row.run())
                                .text("hardware", row.hardware())
                                .text("reason", row.reason())));
    }

    private static void text(DocumentBuilder document, Paper read, List<Row> rows, List<Refused> refused) {
        List<List<String>> table = new ArrayList<>();
        for (Row row : rows) {
            RunAudit audit = row.audit();
            table.add(List.of(
                    row.template().id(),
                    audit.likeliest().devices() + " × " + row.hardware(),
                    Numbers.interval(audit.interval(RunMetric.STEP_SECONDS), Numbers::seconds),
                    Numbers.interval(audit.interval(RunMetric.HOURS), Numbers::hours),
                    Numbers.plain(audit.interval(RunMetric.DEVICE_HOURS).median()),
                    Numbers.percent(audit.interval(RunMetric.MFU).median()),
                    !audit.likeliest().cost().known()
                            ? "unknown"
                            : Numbers.dollars(audit.interval(RunMetric.COST_USD).median()),
                    fits(audit)));
        }
        Map<String, RunAudit> runs = new LinkedHashMap<>();
        rows.forEach(row -> runs.put(
                row.template().id() + " on " + row.audit().likeliest().devices() + " × " + row.hardware(),
                row.audit()));
        document.heading(1, read.title() + " on other hardware")
                .heading(2, "Runs by hardware")
                .figures(() -> RunFigures.elsewhere(runs))
                .table(
                        List.of(
                                Column.text("run"),
                                Column.text("hardware"),
                                Column.number("step"),
                                Column.number("hours"),
                                Column.number("device-h"),
                                Column.number("MFU"),
                                Column.number("cost"),
                                Column.text("memory")),
                        table)
                .bullets(refused.stream()
                        .map(each -> each.run() + " on " + each.hardware() + " is not possible: " + each.reason())
                        .toList());
    }

    private static String fits(RunAudit audit) {
        double fitting = audit.fittingMemory();
        if (fitting == 0) {
            return "does not fit";
        }
        return fitting > 0.999 ? "fits" : "fits in " + Numbers.wholePercent(fitting);
    }
}
