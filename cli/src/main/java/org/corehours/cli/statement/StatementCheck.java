package org.corehours.cli.statement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.corehours.cli.document.Numbers;
import org.corehours.core.audit.PublishedUtilisation;
import org.corehours.core.audit.Verdict;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.ChipLayout;
import org.corehours.core.hardware.Precision;
import org.corehours.core.hardware.Price;
import org.corehours.core.quantity.NameSuggestions;
import org.corehours.papers.Dataset;
import org.corehours.papers.Datasets;

/**
 * Checks of a statement that need no model: whether its figures agree with each other, and whether the devices it names
 * could have done what it says. A device that several chips may be called by is checked as each of them, and the
 * statement has the benefit of the doubt.
 */
public final class StatementCheck {

    /** The host, the network and cooling draw up to as much again as the devices (facts on nodes: 1.5 to 1.9 times). */
    private static final double MOST_POWER_BESIDE_DEVICES = 2;

    /** Offers below a third of the lowest list price, spot prices included, or above three times the highest are unheard of. */
    private static final double PRICE_SLACK = 3;

    private static final Set<Precision> EIGHT_BITS = EnumSet.of(Precision.FP8, Precision.INT8);

    /** What people confuse, with the factor by which it is off. */
    private record Confusion(double factor, String words) {}

    private static final List<Confusion> CONFUSIONS = List.of(
            new Confusion(2, "cores were counted as chips, or chips as cores"),
            new Confusion(24, "days were written as hours, or hours as days"),
            new Confusion(8, "machines of eight devices were counted as devices, or devices as machines"),
            new Confusion(4, "machines of four devices were counted as devices, or devices as machines"),
            new Confusion(60, "minutes were written as hours, or hours as minutes"),
            new Confusion(1000, "a factor of thousand was lost"));

    private final Statement statement;
    private final List<Accelerator> devices;
    private final List<PublishedUtilisation> published;
    private final List<Conclusion> conclusions = new ArrayList<>();

    private StatementCheck(Statement statement, List<Accelerator> devices, List<PublishedUtilisation> published) {
        this.statement = statement;
        this.devices = devices;
        this.published = published;
    }

    /**
     * Checks a statement.
     *
     * @param statement the statement
     * @param devices what the named device may be; empty if none is named, or none is known by that name
     * @param published the best utilisations ever published
     * @return the conclusions; empty if the statement holds no two figures that constrain each other
     */
    public static List<Conclusion> of(
            Statement statement, List<Accelerator> devices, List<PublishedUtilisation> published) {
        StatementCheck check = new StatementCheck(statement, devices, published);
        check.arithmetic();
        check.batches();
        check.samples();
        check.compute();
        check.rate();
        check.memory();
        check.power();
        check.price();
        return List.copyOf(check.conclusions);
    }

    private void conclude(String check, Verdict verdict, String format, Object... arguments) {
        conclusions.add(new Conclusion(check, verdict, String.format(Locale.ROOT, format, arguments)));
    }

    // ---- figures against each other

    private void arithmetic() {
        List<Mention> counts = statement.all(Measure.DEVICES).toList();
        List<Mention> times = statement.all(Measure.HOURS).toList();
        for (Mention total : statement.all(Measure.DEVICE_HOURS).toList()) {
            record Product(Mention count, Mention time, Amount amount) {}
            Optional<Product> best = counts.stream()
                    .flatMap(count -> times.stream()
                            .map(time -> new Product(count, time, count.amount().times(time.amount()))))
                    .min(Comparator.comparingDouble(
                            each -> Math.abs(Math.log(each.amount().value() / total.value()))));
            if (best.isEmpty()) {
                continue;
            }
            Product product = best.get();
            String computed = Numbers.count(product.count().value()) + " " + plural(product.count()) + " times "
                    + Numbers.hours(product.time().value()) + " is "
                    + Numbers.count(product.amount().value()) + " "
                    + unit(product.count()) + "-hours";
            String stated = "the stated " + quoted(total);
            if (product.amount().meets(total.amount())) {
                conclude("arithmetic", Verdict.CONSISTENT, "%s, and %s agrees within rounding.", computed, stated);
                continue;
            }
            double off = total.value() / product.amount().value();
            Optional<ChipLayout> layout = devices.stream()
                    .map(Accelerator::chip)
                    .filter(chip -> converts(product.count(), total, chip, product.amount()))
                    .findFirst();
            if (layout.isPresent()) {
                conclude(
                        "arithmetic",
                        Verdict.CONSISTENT,
                        "%s, which with %d cores per chip agrees with %s.",
                        computed,
                        layout.get().coresPerChip(),
                        stated);
                continue;
            }
            Optional<Mention> runs = statement
                    .first(Measure.RUNS)
                    .filter(each -> product.amount().times(each.amount()).meets(total.amount()));
            if (runs.isPresent()) {
                conclude(
                        "arithmetic",
                        Verdict.CONSISTENT,
                        "%s for one run; %s agrees with %s runs, so it is no figure of one.",
                        computed,
                        stated,
                        Numbers.count(runs.get().value()));
                continue;
            }
            conclude(
                    "arithmetic",
                    Verdict.INCONSISTENT,
                    "%s, but %s is %s times that%s.",
                    computed,
                    stated,
                    Numbers.plain(off),
                    confusion(off));
        }
    }

    /** Whether cores and chips of this layout explain the difference between a product and a total. */
    private static boolean converts(Mention count, Mention total, ChipLayout chip, Amount product) {
        if (count.counted() == total.counted() || chip.coresPerChip() == 1) {
            return false;
        }
        boolean toCores = total.counted() == Counted.CORE;
        boolean fromCores = count.counted() == Counted.CORE;
        if (toCores == fromCores) {
            return false;
        }
        double factor = toCores ? chip.coresPerChip() : 1.0 / chip.coresPerChip();
        return product.times(factor).meets(total.amount());
    }

    private static String confusion(double off) {
        return CONFUSIONS.stream()
                .filter(each -> Math.abs(Math.log(off * each.factor())) < 0.05
                        || Math.abs(Math.log(off / each.factor())) < 0.05)
                .findFirst()
                .map(each -> "; it would fit if " + each.words())
                .orElse("");
    }

    private void batches() {
        Optional<Mention> global = statement.first(Measure.GLOBAL_BATCH);
        Optional<Mention> own = statement.first(Measure.DEVICE_BATCH);
        Optional<Mention> count = statement.first(Measure.DEVICES);
        if (global.isEmpty() || own.isEmpty() || count.isEmpty()) {
            return;
        }
        double product = own.get().value() * count.get().value();
        double accumulated = global.get().value() / product;
        String words = Numbers.count(own.get().value()) + " samples on each of "
                + Numbers.count(count.get().value()) + " " + plural(count.get()) + " are " + Numbers.count(product);
        if (accumulated == 1) {
            conclude("batch", Verdict.CONSISTENT, "%s, which is the stated global batch.", words);
        } else if (accumulated > 1 && accumulated == Math.rint(accumulated)) {
            conclude(
                    "batch",
                    Verdict.UNDETERMINED,
                    "%s; a global batch of %s needs %s steps of accumulation, of which nothing is said.",
                    words,
                    Numbers.count(global.get().value()),
                    Numbers.count(accumulated));
        } else {
            conclude(
                    "batch",
                    Verdict.INCONSISTENT,
                    "%s, and the stated global batch of %s is no multiple of it.",
                    words,
                    Numbers.count(global.get().value()));
        }
    }

    private void samples() {
        Optional<Amount> stepped = steps();
        stepped.ifPresent(this::epochs);
        Optional<Amount> streamed = streamed();
        if (stepped.isEmpty() || streamed.isEmpty()) {
            return;
        }
        boolean agree = stepped.get().meets(streamed.get());
        conclude(
                "throughput",
                agree ? Verdict.CONSISTENT : Verdict.INCONSISTENT,
                "Steps times batch are %s samples, throughput times elapsed time %s: the two %s.",
                Numbers.plain(stepped.get().value()),
                Numbers.plain(streamed.get().value()),
                agree ? "agree within rounding" : "do not agree");
    }

    /** Whether epochs of a data set that is named are as many samples as the steps are. */
    private void epochs(Amount stepped) {
        Optional<Mention> epochs = statement.first(Measure.EPOCHS);
        Optional<Mention> effective = statement.first(Measure.EFFECTIVE_EPOCHS);
        Optional<Dataset> dataset = Datasets.all().stream()
                .filter(each -> mentions(each.id()) || mentions(each.name()))
                .findFirst();
        if (dataset.isEmpty() || (epochs.isEmpty() && effective.isEmpty())) {
            return;
        }
        Amount passes = stepped.times(1.0 / dataset.get().samples().value());
        String words = "The steps are " + Numbers.plain(passes.value()) + " passes over the "
                + Numbers.count(dataset.get().samples().value()) + " samples of "
                + dataset.get().name();
        if (epochs.isPresent() && near(passes, epochs.get())) {
            conclude("epochs", Verdict.CONSISTENT, "%s, which are the stated epochs.", words);
        } else if (effective.isPresent() && !near(passes, effective.get())) {
            conclude(
                    "epochs",
                    Verdict.UNDETERMINED,
                    "%s; the stated %s effective epochs count views of an image, %s of them each time.",
                    words,
                    Numbers.count(effective.get().value()),
                    Numbers.plain(effective.get().value() / passes.value()));
        } else {
            double off = (epochs.isPresent() ? epochs.get() : effective.orElseThrow()).value() / passes.value();
            conclude(
                    "epochs",
                    Verdict.INCONSISTENT,
                    "%s, and the stated epochs are %s times as many; it would fit if they counted views of an image.",
                    words,
                    Numbers.plain(off));
        }
    }

    /** Steps of whole batches are a little off whole epochs. */
    private static boolean near(Amount passes, Mention epochs) {
        return passes.low() <= epochs.value() * 1.02 && passes.high() >= epochs.value() * 0.98;
    }

    private boolean mentions(String name) {
        return NameSuggestions.essence(statement.text()).contains(NameSuggestions.essence(name));
    }

    private Optional<Amount> steps() {
        Optional<Mention> steps = statement.first(Measure.STEPS);
        return statement
                .first(Measure.GLOBAL_BATCH)
                .flatMap(batch -> steps.map(each -> each.amount().times(batch.amount())));
    }

    private Optional<Amount> streamed() {
        Optional<Mention> hours = statement.first(Measure.HOURS);
        Optional<Mention> rate = statement.first(Measure.SAMPLES_PER_SECOND);
        if (hours.isEmpty() || rate.isEmpty()) {
            return Optional.empty();
        }
        Amount seconds = hours.get().amount().times(3600);
        Amount samples = rate.get().amount().times(seconds);
        if (rate.get().counted() == null) {
            return Optional.of(samples);
        }
        return statement.first(Measure.DEVICES).map(count -> samples.times(count.amount()));
    }

    // ---- figures against the devices

    /** Device-hours on a device whose chips, cores and devices are counted as {@code layout} says. */
    private Optional<Amount> deviceHours(ChipLayout layout) {
        Optional<Mention> total = statement.first(Measure.DEVICE_HOURS);
        if (total.isPresent()) {
            return Optional.of(total.get().amount().times(devicesPerUnit(total.get(), layout)));
        }
        Optional<Mention> count = statement.first(Measure.DEVICES);
        Optional<Mention> hours = statement.first(Measure.HOURS);
        if (count.isEmpty() || hours.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(count.get().amount().times(hours.get().amount()).times(devicesPerUnit(count.get(), layout)));
    }

    private static double devicesPerUnit(Mention mention, ChipLayout layout) {
        double perChip = layout.devicesPerChip();
        if (mention.counted() == Counted.CORE) {
            return perChip / layout.coresPerChip();
        }
        return mention.counted() == Counted.CHIP ? perChip : 1;
    }

    private Optional<Amount> trainingFlops() {
        Optional<Mention> flops = statement.first(Measure.FLOPS);
        if (flops.isPresent()) {
            return Optional.of(flops.get().amount());
        }
        Optional<Amount> samples = steps().or(this::streamed);
        return statement
                .first(Measure.FLOPS_PER_SAMPLE)
                .flatMap(each -> samples.map(count -> each.amount().times(count)));
    }

    private void compute() {
        Optional<Amount> flops = trainingFlops();
        if (flops.isEmpty() || devices.isEmpty()) {
            return;
        }
        record Reading(Accelerator device, Amount utilisation) {}
        List<Reading> readings = new ArrayList<>();
        for (Accelerator device : devices) {
            deviceHours(device.chip()).ifPresent(hours -> {
                Amount peakFlops = hours.times(3600 * peak(device));
                readings.add(new Reading(device, flops.get().over(peakFlops)));
            });
        }
        Optional<Reading> kindest = readings.stream()
                .min(Comparator.comparingDouble(each -> each.utilisation().low()));
        if (kindest.isEmpty()) {
            return;
        }
        Map<String, List<String>> devicesByShare = new LinkedHashMap<>();
        readings.forEach(each -> devicesByShare
                .computeIfAbsent(Numbers.percent(each.utilisation().value()), share -> new ArrayList<>())
                .add(each.device().id()));
        String all = devicesByShare.entrySet().stream()
                .map(each -> each.getKey() + " of the dense peak of " + String.join(" or ", each.getValue()))
                .collect(Collectors.joining(", "));
        String words = Numbers.si(flops.get().value(), "FLOPs") + " in the stated device time need " + all;
        if (kindest.get().utilisation().low() > 1) {
            conclude("peak", Verdict.IMPOSSIBLE, "%s: more than the devices can do.", words);
            return;
        }
        Optional<PublishedUtilisation> best = readings.stream()
                .map(Reading::device)
                .flatMap(device -> PublishedUtilisation.best(published, device.id()).stream())
                .max(Comparator.comparingDouble(PublishedUtilisation::mfu));
        if (best.isPresent() && kindest.get().utilisation().low() > best.get().mfu()) {
            conclude(
                    "peak",
                    Verdict.IMPLAUSIBLE,
                    "%s; the best published of any training there is %s (%s).",
                    words,
                    Numbers.percent(best.get().mfu()),
                    best.get().source());
            return;
        }
        conclude("peak", Verdict.CONSISTENT, "%s, which devices of this kind have reached.", words);
    }

    /** The dense peak in the widest used formats of training; eight bits are a choice that a statement would mention. */
    private static double peak(Accelerator device) {
        return device.matrixFlopsPerSecond().entrySet().stream()
                .filter(each -> !EIGHT_BITS.contains(each.getKey()))
                .mapToDouble(each -> each.getValue().value())
                .max()
                .orElseThrow();
    }

    private void rate() {
        Optional<Mention> rate = statement.first(Measure.FLOPS_PER_SECOND);
        if (rate.isEmpty() || devices.isEmpty()) {
            return;
        }
        Optional<Mention> stated = statement.first(Measure.UTILISATION);
        Accelerator fastest = devices.stream()
                .max(Comparator.comparingDouble(StatementCheck::peak))
                .orElseThrow();
        Amount share = rate.get().amount().times(1 / peak(fastest));
        String words = Numbers.si(rate.get().value(), "FLOP/s") + " are " + Numbers.percent(share.value())
                + " of the dense peak of " + fastest.id();
        if (share.low() > 1) {
            conclude("utilisation", Verdict.IMPOSSIBLE, "%s, if they are of one device.", words);
        } else if (stated.isPresent() && share.times(0.5).meets(stated.get().amount())) {
            conclude(
                    "utilisation",
                    Verdict.INCONSISTENT,
                    "%s; the stated %s is half of that, as against the peak with sparsity.",
                    words,
                    Numbers.percent(stated.get().value()));
        } else if (stated.isPresent() && share.times(2).meets(stated.get().amount())) {
            conclude(
                    "utilisation",
                    Verdict.INCONSISTENT,
                    "%s; the stated %s is twice that, as if multiply-adds had been counted as one FLOP.",
                    words,
                    Numbers.percent(stated.get().value()));
        } else if (stated.isPresent()) {
            boolean agree = share.meets(stated.get().amount());
            conclude(
                    "utilisation",
                    agree ? Verdict.CONSISTENT : Verdict.INCONSISTENT,
                    "%s; stated are %s.",
                    words,
                    Numbers.percent(stated.get().value()));
        } else {
            conclude("utilisation", Verdict.CONSISTENT, "%s.", words);
        }
    }

    private void memory() {
        Optional<Mention> memory = statement.first(Measure.MEMORY_BYTES);
        // "32 GB V100" names the card.
        if (memory.isEmpty() || devices.isEmpty()) {
            return;
        }
        double most = devices.stream()
                .mapToDouble(each -> each.memory().capacityBytes().value())
                .max()
                .orElseThrow();
        if (memory.get().low() > most) {
            conclude(
                    "memory",
                    Verdict.IMPOSSIBLE,
                    "%s is more than the %s of %s.",
                    quoted(memory.get()),
                    Numbers.bytes(most),
                    names());
        }
    }

    private void power() {
        Optional<Mention> energy = statement.first(Measure.ENERGY_KWH);
        if (energy.isEmpty() || devices.isEmpty()) {
            return;
        }
        List<String> readings = new ArrayList<>();
        boolean possible = false;
        boolean tooLittle = true;
        for (Accelerator device : devices) {
            Optional<Amount> hours = deviceHours(device.chip());
            if (hours.isEmpty()) {
                return;
            }
            Amount watts = energy.get().amount().over(hours.get()).times(1000);
            double most = device.power().maxWatts().value();
            readings.add(Numbers.plain(watts.value()) + " W per device, of which " + device.id() + " draws at most "
                    + Numbers.plain(most));
            boolean above = watts.low() > most * MOST_POWER_BESIDE_DEVICES;
            boolean below = watts.high() < device.power().idleWatts().value();
            possible |= !above && !below;
            tooLittle &= below;
        }
        conclude(
                "power",
                possible ? Verdict.CONSISTENT : tooLittle ? Verdict.IMPOSSIBLE : Verdict.IMPLAUSIBLE,
                "The stated energy is %s%s.",
                String.join(", or ", readings),
                possible ? "" : tooLittle ? " and more than that when idle" : "; host and cooling do not explain it");
    }

    private void price() {
        Optional<Mention> cost = statement.first(Measure.COST_USD);
        if (cost.isEmpty() || devices.isEmpty()) {
            return;
        }
        for (Accelerator device : devices) {
            Optional<Amount> hours = deviceHours(device.chip());
            if (hours.isEmpty() || device.prices().isEmpty()) {
                continue;
            }
            Amount perHour = cost.get().amount().over(hours.get());
            double low = device.prices().stream()
                    .mapToDouble(Price::usdPerHour)
                    .min()
                    .orElseThrow();
            double high = device.prices().stream()
                    .mapToDouble(Price::usdPerHour)
                    .max()
                    .orElseThrow();
            boolean plausible = perHour.high() > low / PRICE_SLACK && perHour.low() < high * PRICE_SLACK;
            conclude(
                    "price",
                    plausible ? Verdict.CONSISTENT : Verdict.IMPLAUSIBLE,
                    "The stated cost is %s per hour of a device; list prices of %s are %s to %s.",
                    Numbers.dollars(perHour.value()),
                    device.id(),
                    Numbers.dollars(low),
                    Numbers.dollars(high));
        }
    }

    private String names() {
        return devices.stream().map(Accelerator::id).collect(Collectors.joining(", "));
    }

    private static String unit(Mention mention) {
        return mention.counted() == null ? "device" : mention.counted().word();
    }

    private static String plural(Mention mention) {
        return unit(mention) + "s";
    }

    private static String quoted(Mention mention) {
        return "“" + mention.words().strip() + "”";
    }
}
