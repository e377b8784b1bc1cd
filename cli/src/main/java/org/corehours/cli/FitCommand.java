package org.corehours.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.Document;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.cli.json.JsonText;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.Checkpointing;
import org.corehours.core.memory.MemoryCurve;
import org.corehours.core.run.BatchFit;
import org.corehours.core.run.SoftwareStacks;
import org.corehours.core.simulate.DataParallel;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.Parallelism;
import org.corehours.core.simulate.ShardedDataParallel;
import org.corehours.hardware.Hardware;
import org.corehours.models.TrainingMethod;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Finds the largest batch that fits a device's memory. */
@Command(
        name = "fit",
        description = {
            "Find the largest batch that fits a device's memory, and what would fit more.",
            "Shows what fills the memory at that batch, and when. The step of a model is one of supervised training.",
            "Exits with 4 if not even one sample fits anywhere."
        },
        footer = {
            "",
            "JSON: rows[], one for each hardware: hardware, devices, stack, precision, largest_batch (of one device),",
            "memory_bytes, memory_capacity_bytes, memory_bytes_by_part, peak_phase, peak_operator, peak_module,",
            "limited_by (the part that takes most), alive_at_peak[] with kind, module, operator and bytes, ways[] with",
            "change, largest_batch and memory_bytes.",
            "",
            "Examples:",
            "  corehours fit vit_large_patch16_224 --hardware v100-sxm2-32gb,a100-sxm4-80gb",
            "  corehours fit resnet50 --hardware rtx-3090 --precision fp32",
            "  corehours fit ibot_vit_small_patch16 --hardware v100-sxm2-32gb,tpu-v3",
            "  corehours fit vit_huge_patch14_224 --hardware dgx-a100 --checkpointing full --json"
        })
final class FitCommand extends BaseCommand {

    private static final int SHOWN_HOLDERS = 8;

    @Parameters(paramLabel = "MODEL", description = "The model or training method: a name, or a file.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String model;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private StepOptions step;

    FitCommand(Terminal terminal) {
        super(terminal);
    }

    private record Way(String change, BatchFit.Largest largest) {}

    private record Row(String hardware, BatchFit fit, BatchFit.Largest largest, List<Way> ways) {

        MemoryUse.Part limit() {
            return largest.memory().bytesByPart().entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .orElseThrow()
                    .getKey();
        }
    }

    @Override
    public Integer call() {
        if (step.batchGiven()) {
            throw new UsageException("The command looks for the batch itself. Leave --global-batch out, or see what one"
                    + " needs: corehours estimate");
        }
        TrainingMethod method = step.method(model);
        List<Row> rows = new ArrayList<>();
        for (String id : step.hardwareIds()) {
            Hardware found = Lookups.hardware(id);
            rows.add(Lookups.checked(() -> row(method, found)));
        }
        if (json()) {
            print(json(rows));
        } else {
            print(text(rows));
        }
        if (rows.stream().allMatch(row -> row.largest().batch() == 0)) {
            throw new InfeasibleException("Not even one sample of " + model + " fits.");
        }
        return ExitCode.DONE;
    }

    private Row row(TrainingMethod method, Hardware found) {
        Cluster cluster = step.cluster(found);
        Precision precision = step.precision(found.accelerator());
        found.accelerator().peakFlopsPerSecond(precision);
        BatchFit fit = new BatchFit(
                method::plan,
                SoftwareStacks.of(step.stack(found.accelerator()), precision),
                precision,
                step.checkpointing(),
                cluster,
                step.parallelism(),
                step.accumulation());
        fit.parallelism().check(fit.stack().runtime(), cluster.devices(), true);
        BatchFit.Largest largest = fit.largest();
        List<Way> ways = new ArrayList<>();
        variants(fit).forEach((change, variant) -> {
            BatchFit.Largest more = variant.largest();
            if (more.batch() > largest.batch()) {
                ways.add(new Way(change, more));
            }
        });
        ways.sort(Comparator.comparingLong((Way way) -> way.largest().batch()).reversed());
        return new Row(found.id(), fit, largest, ways);
    }

    private static Map<String, BatchFit> variants(BatchFit fit) {
        Map<String, BatchFit> variants = new LinkedHashMap<>();
        String stack = fit.stack().id();
        if (fit.precision() == Precision.FP32 && stack.startsWith("pytorch")) {
            variants.put("mixed precision", with(fit, stack, Precision.FP16, fit.checkpointing(), fit.parallelism()));
        }
        if (stack.equals(SoftwareStacks.PYTORCH_EAGER.id())) {
            String fused = SoftwareStacks.PYTORCH_FUSED_ATTENTION.id();
            variants.put("fused attention", with(fit, fused, fit.precision(), fit.checkpointing(), fit.parallelism()));
        }
        if (fit.checkpointing() == Checkpointing.NONE) {
            for (Checkpointing each : List.of(Checkpointing.SELECTIVE, Checkpointing.FULL)) {
                BatchFit again = with(fit, stack, fit.precision(), each, fit.parallelism());
                if (possible(again)) {
                    variants.put(each.id() + " checkpointing", again);
                }
            }
        }
        if (fit.cluster().devices() > 1
                && fit.parallelism().equals(DataParallel.INSTANCE)
                && stack.startsWith("pytorch")) {
            for (Parallelism each : List.of(ShardedDataParallel.ZERO1, ShardedDataParallel.FSDP)) {
                variants.put(each.label(), with(fit, stack, fit.precision(), fit.checkpointing(), each));
            }
        }
        return variants;
    }

    /** Some models and stacks have nothing that could be computed again. */
    private static boolean possible(BatchFit fit) {
        try {
            fit.checkpointing().around(fit.stack().lowering()).lower(fit.steps().apply(1));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static BatchFit with(
            BatchFit fit, String stack, Precision precision, Checkpointing checkpointing, Parallelism parallelism) {
        return new BatchFit(
                fit.steps(),
                SoftwareStacks.of(stack, precision),
                precision,
                checkpointing,
                fit.cluster(),
                parallelism,
                fit.accumulationSteps());
    }

    private static String json(List<Row> rows) {
        return JsonText.object(to -> to.objects("rows", rows, (each, row) -> {
            MemoryUse memory = row.largest().memory();
            Map<String, Long> parts = new LinkedHashMap<>();
            memory.bytesByPart().forEach((part, bytes) -> parts.put(part.id(), bytes));
            each.text("hardware", row.hardware())
                    .number("devices", row.fit().cluster().devices())
                    .text("stack", row.fit().stack().id())
                    .text("precision", row.fit().precision().id())
                    .number("largest_batch", row.largest().batch())
                    .number("memory_bytes", memory.deviceBytes())
                    .number("memory_capacity_bytes", memory.capacityBytes())
                    .numbers("memory_bytes_by_part", parts)
                    .text("peak_phase", row.largest().peak().phase())
                    .text("peak_operator", row.largest().peak().operator())
                    .text("peak_module", row.largest().peak().module())
                    .text("limited_by", row.limit().id())
                    .objects(
                            "alive_at_peak",
                            row.largest().curve().holders(),
                            (to2, holder) -> to2.text(
                                            "kind", holder.kind().name().toLowerCase(Locale.ROOT))
                                    .text("module", holder.module())
                                    .text("operator", holder.operator())
                                    .number("bytes", holder.bytes()))
                    .objects(
                            "ways",
                            row.ways(),
                            (to2, way) -> to2.text("change", way.change())
                                    .number("largest_batch", way.largest().batch())
                                    .number(
                                            "memory_bytes",
                                            way.largest().memory().deviceBytes()));
        }));
    }

    private Document text(List<Row> rows) {
        List<List<String>> table = new ArrayList<>();
        List<String> ways = new ArrayList<>();
        for (Row row : rows) {
            MemoryUse memory = row.largest().memory();
            table.add(List.of(
                    row.hardware(),
                    Numbers.count(row.largest().batch()),
                    Numbers.bytes(memory.deviceBytes()),
                    Numbers.bytes(memory.capacityBytes()),
                    row.limit().label() + " " + Numbers.bytes(memory.bytes(row.limit())),
                    row.largest().peak().phase()));
            for (Way way : row.ways()) {
                ways.add(row.hardware() + ", " + way.change() + ": "
                        + Numbers.count(way.largest().batch()) + " samples");
            }
        }
        DocumentBuilder document = new DocumentBuilder()
                .heading(1, "Largest batch of one device, " + model)
                .table(
                        List.of(
                                Column.text("hardware"),
                                Column.number("batch"),
                                Column.number("memory"),
                                Column.number("of"),
                                Column.text("mostly"),
                                Column.text("peak in")),
                        table);
        for (Row row : rows) {
            holders(document, row);
        }
        if (!ways.isEmpty()) {
            document.paragraph("What would fit more, each by itself:").bullets(ways);
        }
        return document.build();
    }

    /** The tensors that take most at the peak. */
    private static void holders(DocumentBuilder document, Row row) {
        List<List<String>> cells = new ArrayList<>();
        for (MemoryCurve.Holder holder : row.largest().curve().holders()) {
            if (cells.size() == SHOWN_HOLDERS) {
                break;
            }
            cells.add(List.of(
                    Numbers.bytes(holder.bytes()),
                    holder.operator(),
                    holder.module(),
                    holder.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ')));
        }
        if (!cells.isEmpty()) {
            MemoryCurve.Peak peak = row.largest().peak();
            String where = peak.module().isEmpty() ? peak.operator() : peak.operator() + " of " + peak.module();
            document.paragraph("The largest of what is alive on " + row.hardware() + " at the peak, while " + where
                            + " runs:")
                    .table(
                            List.of(
                                    Column.number("bytes"),
                                    Column.text("made by"),
                                    Column.text("of"),
                                    Column.text("as")),
                            cells);
        }
    }
}
