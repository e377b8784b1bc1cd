package org.corehours.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.cli.json.JsonText;
import org.corehours.cli.report.ClaimJson;
import org.corehours.cli.report.ClaimText;
import org.corehours.cli.report.Sentences;
import org.corehours.cli.statement.Conclusion;
import org.corehours.cli.statement.Measure;
import org.corehours.cli.statement.Mention;
import org.corehours.cli.statement.Statement;
import org.corehours.cli.statement.StatementCheck;
import org.corehours.cli.statement.StatementClaims;
import org.corehours.core.audit.Finding;
import org.corehours.core.audit.Verdict;
import org.corehours.core.hardware.Accelerator;
import org.corehours.hardware.HardwareCatalog;
import org.corehours.papers.Paper;
import org.corehours.papers.PublishedUtilisations;
import org.corehours.papers.RunTemplate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a sentence about compute. */
@Command(
        name = "check",
        description = {
            "Check a sentence about compute: what it says, whether its figures agree, and whether the devices can do it.",
            "With --paper, also whether that paper's run can have taken as much."
        },
        footer = {
            "",
            "Examples:",
            "  corehours check \"512 TPUv5 cores for 41 hours, 21k core hours\"",
            "  corehours check \"8×V100 for 3 days, 3.2e19 FLOPs\"",
            "  corehours check \"512 TPUv5 cores for 41 hours, 21k core hours\" --paper perceptual-group-tokenizer"
        })
final class CheckCommand extends BaseCommand {

    @Parameters(arity = "1..*", paramLabel = "STATEMENT", description = "The sentence, in quotes.")
    private List<String> words = new ArrayList<>();

    @Option(
            names = "--paper",
            paramLabel = "PAPER",
            description = "The paper it is about: an id of 'corehours papers', or a file.")
    private @Nullable String paper;

    @Option(
            names = "--run",
            paramLabel = "RUN",
            description = "The run of the paper it is about; its first if not given.")
    private @Nullable String run;

    @Option(
            names = "--fail-on",
            split = ",",
            paramLabel = "VERDICT",
            description = "Exit with 5 at this verdict: ${COMPLETION-CANDIDATES}.")
    private List<Verdict> failOn = new ArrayList<>();

    CheckCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        if (run != null && paper == null) {
            throw new UsageException("--run names a run of a paper; give --paper as well.");
        }
        Statement statement = statement();
        if (statement.mentions().isEmpty()) {
            throw new UsageException("No figure of compute was found in: " + statement.text()
                    + "\nTry one such as: \"512 TPUv5 cores for 41 hours\", \"8 V100 for 3 days\", \"3,500 GPU-hours\","
                    + " \"1,200 images/s\", \"3.1e21 FLOPs\".");
        }
        List<Accelerator> devices = devices(statement);
        List<Conclusion> conclusions = StatementCheck.of(statement, devices, PublishedUtilisations.all());
        List<Finding> findings = findings(statement);
        if (json()) {
            print(JsonText.object(to -> {
                to.text("statement", statement.text());
                to.objects("understood", statement.mentions(), CheckCommand::write);
                to.texts("devices", devices.stream().map(Accelerator::id).toList());
                to.objects(
                        "conclusions",
                        conclusions,
                        (each, conclusion) -> each.text("check", conclusion.check())
                                .text("verdict", conclusion.verdict().id())
                                .text("sentence", conclusion.sentence()));
                to.objects("claims", findings, (each, finding) -> ClaimJson.write(each, finding));
            }));
        } else {
            print(statement, devices, conclusions, findings);
        }
        Set<Verdict> verdicts = new LinkedHashSet<>();
        conclusions.forEach(each -> verdicts.add(each.verdict()));
        findings.forEach(each -> verdicts.add(each.verdict()));
        verdicts.retainAll(failOn);
        if (verdicts.isEmpty()) {
            return ExitCode.DONE;
        }
        say("corehours: --fail-on: "
                + String.join(", ", verdicts.stream().map(Verdict::id).toList()));
        return ExitCode.THRESHOLD;
    }

    private Statement statement() {
        try {
            return Statement.read(String.join(" ", words));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    /** What the named devices may be. A statement with two kinds of devices is about no single one. */
    private static List<Accelerator> devices(Statement statement) {
        List<String> names = statement.devices();
        return names.isEmpty()
                ? List.of()
                : names.stream()
                        .map(HardwareCatalog.builtIn()::called)
                        .reduce((a, b) -> {
                            List<Accelerator> both =
                                    a.stream().filter(b::contains).toList();
                            return both.isEmpty() ? List.of() : both;
                        })
                        .orElseThrow();
    }

    private List<Finding> findings(Statement statement) {
        if (paper == null) {
            return List.of();
        }
        Paper read = Lookups.paper(paper);
        RunTemplate about = run == null ? read.runs().get(0) : run(read, run);
        return Audits.of(List.of(about), StatementClaims.of(statement, about.id()))
                .findings();
    }

    private static RunTemplate run(Paper paper, String id) {
        try {
            return paper.run(id);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void write(JsonText to, Mention mention) {
        to.text("measure", mention.measure().id());
        to.number("value", mention.value());
        to.number("low", mention.low());
        if (Double.isFinite(mention.high())) {
            to.number("high", mention.high());
        }
        to.text("unit", mention.measure().unit());
        if (mention.counted() != null) {
            to.text("counted", mention.counted().word());
        }
        if (mention.device() != null) {
            to.text("device", mention.device());
        }
        to.text("words", mention.words().strip());
    }

    private void print(
            Statement statement, List<Accelerator> devices, List<Conclusion> conclusions, List<Finding> findings) {
        DocumentBuilder document = new DocumentBuilder();
        document.heading(2, "Understood");
        document.table(
                List.of(Column.text("words"), Column.text("is"), Column.number("value"), Column.text("may stand for")),
                statement.mentions().stream().map(CheckCommand::row).toList());
        if (!statement.devices().isEmpty()) {
            String named = String.join(", ", statement.devices());
            document.paragraph(
                    devices.isEmpty()
                            ? "No single device known here is called " + named + ", so nothing is checked against one."
                            : devices.size() == 1
                                    ? named + " is " + devices.get(0).id() + "."
                                    : named + " may be any of "
                                            + String.join(
                                                    ", ",
                                                    devices.stream()
                                                            .map(Accelerator::id)
                                                            .toList()) + ".");
        }
        document.heading(2, "Concluded");
        List<String> sentences = new ArrayList<>();
        conclusions.forEach(each -> sentences.add(capital(each.verdict().id()) + ": " + each.sentence()));
        findings.forEach(each -> sentences.add(Sentences.verdict(each)));
        if (sentences.isEmpty()) {
            document.paragraph("Nothing: no two of these figures constrain each other. Device counts with hours and"
                    + " device-hours, FLOPs, energy or cost with device-hours, or a paper (--paper) would.");
        }
        document.bullets(sentences);
        ClaimText.summary(document, findings);
        print(document.build());
    }

    private static List<String> row(Mention mention) {
        String unit = mention.measure() == Measure.DEVICES || mention.measure() == Measure.DEVICE_HOURS
                ? ""
                : mention.measure().unit();
        String counted = mention.counted() == null ? "" : mention.counted().word();
        String what = switch (mention.measure()) {
            case DEVICES -> counted + "s";
            case DEVICE_HOURS -> counted + "-hours";
            default ->
                mention.measure().label()
                        + (counted.isEmpty() || mention.measure() == Measure.FLOPS_PER_SECOND ? "" : " per " + counted);
        };
        String device = mention.device() == null ? "" : mention.device() + " ";
        return List.of(
                mention.words().strip(),
                device + what,
                value(mention.measure(), mention.value(), unit),
                mention.low() == mention.high()
                        ? "exactly that"
                        : Double.isInfinite(mention.high())
                                ? "at least that"
                                : value(mention.measure(), mention.low(), "") + " to "
                                        + value(mention.measure(), mention.high(), unit));
    }

    private static String value(Measure measure, double value, String unit) {
        return switch (measure) {
            case UTILISATION -> Numbers.percent(value);
            case FLOPS, FLOPS_PER_SAMPLE, FLOPS_PER_SECOND -> Numbers.si(value, unit);
            case MEMORY_BYTES -> Numbers.bytes(value);
            case COST_USD -> Numbers.dollars(value);
            case DEVICES, EPOCHS, EFFECTIVE_EPOCHS, RUNS, GLOBAL_BATCH, DEVICE_BATCH, STEPS -> Numbers.count(value);
            default -> Numbers.plain(value) + (unit.isEmpty() ? "" : " " + unit);
        };
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
