package org.corehours.cli.statement;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads statements of compute. Each rule finds one kind of figure; what an earlier rule took, a later one leaves: "8 GPU
 * days" is a device time before it is eight GPUs.
 */
final class StatementReader {

    /** Longer statements are no statements. */
    static final int MOST_CHARACTERS = 4000;

    private static final String HEDGE =
            "(?:(?<hedge>about|around|approximately|approx\\.|roughly|nearly|almost|some|~|≈|over"
                    + "|more than|at least|>|exceeding|under|less than|fewer than|at most|up to|within|<)\\s?)?";
    private static final String N = HEDGE + "(?<n>" + Amount.NUMBER + ")";

    private static final String VENDOR = "(?:(?:NVIDIA|Google|Cloud|AMD|Tesla|GeForce|Quadro)\\s+)*";
    private static final String TPU = "TPU[-\\s]?(?:v?\\d[ep]?\\b|v?\\d\\s?lite\\b)?(?:s\\b)?";
    private static final String NAMED = "(?:[VAHBPLK]\\d{1,3}[sS]?\\b|GH200\\b|T4\\b|A10G\\b"
            + "|(?:RTX|GTX)[-\\s]?A?\\d{4}(?:\\s?Ti)?\\b|MI\\d{3}[xX]?\\b|Titan\\s\\w+|Trillium|Ironwood)";
    private static final String DEVICE = "(?<device>" + VENDOR + "(?:" + TPU + "|" + NAMED
            + ")(?:[-\\s]?(?:SXM\\d?|PCIe))?(?:[-\\s]?\\(?\\d{2,3}\\s?GB\\)?)?)";
    private static final String KIND = "(?<kind>(?:GPU|TPU|tensor|accelerator|device|processor)?[-\\s]?"
            + "(?:cores?|chips?|GPUs?|TPUs?|devices?|accelerators?|cards?|processors?)\\b)";
    private static final String NODE = "(?<kind>nodes?|machines?|servers?|hosts?)\\b";

    private static final String HOUR = "hours?|hrs?|h";
    private static final String DAY = "days?|d";
    private static final String TIME =
            "(?<time>" + HOUR + "|" + DAY + "|weeks?|months?|years?|minutes?|mins?|seconds?|secs?)\\b";
    private static final String SAMPLE = "(?:images?|imgs?|samples?|examples?|sequences?|crops?)";
    private static final String PREFIX = "(?<prefix>[kMGTPEZY]|kilo|mega|giga|tera|peta|exa|zetta|yotta)?[-\\s]?";
    private static final String PER_DEVICE =
            "(?<per>\\s?(?:/|per|on each|each)\\s?(?:GPU|TPU|core|chip|device|accelerator|card)\\b|\\seach\\b)?";

    private static final Map<String, Double> PREFIXES = Map.ofEntries(
            Map.entry("k", 1e3),
            Map.entry("m", 1e6),
            Map.entry("g", 1e9),
            Map.entry("t", 1e12),
            Map.entry("p", 1e15),
            Map.entry("e", 1e18),
            Map.entry("z", 1e21),
            Map.entry("y", 1e24));

    private record Rule(Pattern pattern, Function<Matcher, List<Mention>> mentions) {}

    private static final List<Rule> RULES = List.of(
            // "64 TPUv3-core-days", "3,500 V100-hours", "21k core hours"
            rule(
                    N + "\\s?(?:" + DEVICE + "[-\\s]?)?(?:" + KIND + "|" + NODE.replace("kind", "node") + ")?[-\\s]?"
                            + TIME + "(?![-\\s]?(?:GPU|core))",
                    StatementReader::time),
            // "two 8-GPU V100 machines", "4 nodes of 8 A100 GPUs", "4 x 8 V100"
            rule(
                    N + "\\s?(?<inner>\\d{1,4})[-\\s](?:GPU|TPU|chip|core)s?[-\\s]?" + DEVICE + "?\\s?" + NODE,
                    StatementReader::nodes),
            rule(
                    N + "\\s" + NODE + "(?:\\s(?:of|with|each with|each having)|,)\\s(?<inner>\\d{1,4})\\s?[×x]?\\s?"
                            + DEVICE + "?",
                    StatementReader::nodes),
            // "TPUv3-512", "two v4-64 slices"
            rule(
                    "(?:(?<n>" + Amount.NUMBER + ")\\s?[×x]?\\s?)?(?<device>" + VENDOR
                            + "(?:TPU[-\\s]?)?v\\d(?:[ep]|litepod)?)-(?<inner>\\d{1,5})\\b",
                    StatementReader::slice),
            // "512 TPUv5 cores", "8 x V100", "64 GPUs"
            rule(N + "\\s?[×x*]?\\s?" + DEVICE + "(?:\\s?" + KIND + ")?", StatementReader::devices),
            rule(N + "\\s?[×x*]?\\s?" + KIND, StatementReader::devices),
            rule(N + "\\s" + NODE, StatementReader::devices),
            rule(
                    N + "\\s?" + SAMPLE + "\\s?(?:/|per)\\s?(?:s|sec|second)\\b" + PER_DEVICE,
                    m -> figure(m, Measure.SAMPLES_PER_SECOND, 1)),
            rule(
                    N + "\\s?" + PREFIX + "(?:FLOPs?\\s?/\\s?s|FLOPS)[-\\s]?(?<time>days?|years?)\\b",
                    m -> figure(m, Measure.FLOPS, prefix(m) * 3600 * hours(m.group("time")))),
            rule(
                    N + "\\s?" + PREFIX + "(?:flops?[-\\s]?(?:/\\s?s)?|F)[-\\s](?<time>days?|years?)\\b",
                    m -> figure(m, Measure.FLOPS, prefix(m) * 3600 * hours(m.group("time")))),
            rule(
                    N + "\\s?" + PREFIX + "FLOPs?\\s?(?:/|per)\\s?" + SAMPLE,
                    m -> figure(m, Measure.FLOPS_PER_SAMPLE, prefix(m))),
            rule(
                    N + "\\s?" + PREFIX + "FLOPs?\\s?(?:/|per)\\s?(?:s|sec|second)\\b" + PER_DEVICE,
                    m -> figure(m, Measure.FLOPS_PER_SECOND, prefix(m))),
            rule(
                    N + "\\s?" + PREFIX + "(?:FLOPs?|floating[- ]point operations)\\b",
                    m -> figure(m, Measure.FLOPS, prefix(m))),
            rule(N + "\\s?%\\s?(?:MFU|HFU|utili[sz]ation|of (?:the )?peak)", m -> figure(m, Measure.UTILISATION, 0.01)),
            rule("(?:MFU|utili[sz]ation) (?:of|is|was)?\\s?" + N + "\\s?%", m -> figure(m, Measure.UTILISATION, 0.01)),
            rule(N + "\\s?effective[-\\s]?epochs?\\b", m -> exact(m, Measure.EFFECTIVE_EPOCHS)),
            rule(N + "[-\\s]?epochs?\\b", m -> exact(m, Measure.EPOCHS)),
            rule(
                    N
                            + "\\s?(?:training |pre-training )?(?:runs|trials|seeds|repetitions|learning rates|configurations)\\b",
                    m -> exact(m, Measure.RUNS)),
            rule(
                    N + "\\s?(?:training |optimi[sz]er |gradient )?(?:steps|iterations|iters|updates)\\b",
                    m -> figure(m, Measure.STEPS, 1)),
            rule(
                    "(?:(?<global>(?:global|total|effective)\\s)?(?:mini-?)?batch(?:[-\\s]?sizes?)?(?: is| was)?(?: of|:|=)?\\s?)"
                            + N + PER_DEVICE,
                    StatementReader::batch),
            rule(
                    N + "\\s?" + SAMPLE + "\\s?(?<per>(?:/|per|on each)\\s?(?:GPU|TPU|core|chip|device))\\b",
                    m -> exact(m, Measure.DEVICE_BATCH)),
            rule(N + "\\s?(?:trainable )?(?:parameters|params)\\b", m -> figure(m, Measure.PARAMETERS, 1)),
            rule(
                    N + "\\s?(?<memory>[KMGT]i?B)\\b(?: of)?(?: GPU| device)? ?(?:memory)?" + PER_DEVICE,
                    StatementReader::memory),
            rule(N + "\\s?(?<prefix>[kMG])Wh\\b", m -> figure(m, Measure.ENERGY_KWH, prefix(m) / 1e3)),
            rule("(?:US)?\\$\\s?" + N, m -> figure(m, Measure.COST_USD, 1)),
            rule(N + "\\s?(?:USD|US dollars|dollars)\\b", m -> figure(m, Measure.COST_USD, 1)));

    private static final Pattern ANY_DEVICE = Pattern.compile("\\b" + DEVICE, CASE_INSENSITIVE);

    private static Rule rule(String pattern, Function<Matcher, List<Mention>> mentions) {
        return new Rule(Pattern.compile(pattern, CASE_INSENSITIVE), mentions);
    }

    private StatementReader() {}

    /**
     * Every figure of a statement, in the order of the text.
     *
     * @param text the statement
     * @return the figures; empty if there is none
     * @throws IllegalArgumentException if the text is too long
     */
    static List<Mention> read(String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException("A statement has at most " + MOST_CHARACTERS + " characters, not "
                    + text.length() + ". Give the sentence about compute alone.");
        }
        List<Mention> mentions = new ArrayList<>();
        StringBuilder rest = new StringBuilder(text);
        for (Rule rule : RULES) {
            Matcher matcher = rule.pattern().matcher(rest);
            int from = 0;
            while (matcher.find(from)) {
                List<Mention> found = rule.mentions().apply(matcher);
                mentions.addAll(found);
                from = matcher.end();
                if (!found.isEmpty()) {
                    for (int i = matcher.start(); i < matcher.end(); i++) {
                        // What is read is blotted out, not cut: places stay.
                        rest.setCharAt(i, '\u0001');
                    }
                }
            }
        }
        mentions.sort(Comparator.comparingInt(Mention::start));
        return List.copyOf(mentions);
    }

    private static Amount amount(Matcher m) {
        return Amount.of(m.group("n"), m.group("hedge"));
    }

    /** The devices named anywhere, as written, each once; the bare word TPU only if no generation is named. */
    static List<String> devices(String text) {
        List<String> named = ANY_DEVICE
                .matcher(text)
                .results()
                .map(each -> each.group().strip())
                .distinct()
                .toList();
        List<String> precise = named.stream()
                .filter(each -> each.matches(".*\\d.*|.*(?i:trillium|ironwood)"))
                .toList();
        return precise.isEmpty() ? named : precise;
    }

    private static List<Mention> figure(Matcher m, Measure measure, double unit) {
        Counted per = group(m, "per") == null ? null : Counted.of(m.group("per"));
        return List.of(new Mention(measure, amount(m).times(unit), per, null, m.group(), m.start()));
    }

    private static List<Mention> exact(Matcher m, Measure measure) {
        return List.of(new Mention(measure, amount(m).exact(), null, null, m.group(), m.start()));
    }

    private static List<Mention> time(Matcher m) {
        double hours = hours(m.group("time"));
        String kind = m.group("kind") == null ? m.group("node") : m.group("kind");
        String device = strip(m.group("device"));
        Amount amount = amount(m).times(hours);
        if (kind == null && device == null) {
            return List.of(new Mention(Measure.HOURS, amount, null, null, m.group(), m.start()));
        }
        Counted counted = Counted.of(kind == null ? "" : kind);
        return List.of(
                new Mention(Measure.DEVICE_HOURS, amount, counted, deviceOf(device, kind), m.group(), m.start()));
    }

    private static List<Mention> nodes(Matcher m) {
        Amount devices = amount(m).exact().times(Integer.parseInt(m.group("inner")));
        return List.of(
                new Mention(Measure.DEVICES, devices, Counted.DEVICE, strip(m.group("device")), m.group(), m.start()));
    }

    private static List<Mention> slice(Matcher m) {
        String device = m.group("device").strip();
        // The number in the name of a slice counts TensorCores up to v4 and of v5p, and chips of v5e and v6e.
        boolean chips = device.toLowerCase(Locale.ROOT).matches(".*(?:v5e|v5litepod|v6e|v[6-9].*)");
        double slices = m.group("n") == null ? 1 : Amount.of(m.group("n"), null).value();
        double count = slices * Integer.parseInt(m.group("inner"));
        String named = device.toLowerCase(Locale.ROOT).startsWith("v") ? "TPU " + device : device;
        return List.of(new Mention(
                Measure.DEVICES,
                new Amount(count, count, count),
                chips ? Counted.CHIP : Counted.CORE,
                named.replaceAll("(?i)v5litepod", "v5e"),
                m.group(),
                m.start()));
    }

    private static List<Mention> devices(Matcher m) {
        String kind = group(m, "kind");
        String device = strip(group(m, "device"));
        Counted counted = Counted.of(kind == null ? "" : kind);
        return List.of(
                new Mention(Measure.DEVICES, amount(m).exact(), counted, deviceOf(device, kind), m.group(), m.start()));
    }

    private static @Nullable String deviceOf(@Nullable String device, @Nullable String kind) {
        if (device == null && kind != null && kind.toLowerCase(Locale.ROOT).contains("tpu")) {
            return "TPU";
        }
        return device;
    }

    private static List<Mention> batch(Matcher m) {
        boolean perDevice = m.group("per") != null;
        return exact(m, perDevice ? Measure.DEVICE_BATCH : Measure.GLOBAL_BATCH);
    }

    private static List<Mention> memory(Matcher m) {
        String unit = m.group("memory");
        double base = unit.length() == 3 ? 1024 : 1000;
        double bytes = Math.pow(base, "KMGT".indexOf(Character.toUpperCase(unit.charAt(0))) + 1);
        return figure(m, Measure.MEMORY_BYTES, bytes);
    }

    private static double prefix(Matcher m) {
        String prefix = m.group("prefix");
        return prefix == null || prefix.isEmpty()
                ? 1
                : PREFIXES.getOrDefault(prefix.substring(0, 1).toLowerCase(Locale.ROOT), 1.0);
    }

    private static double hours(String unit) {
        String lower = unit.toLowerCase(Locale.ROOT);
        return switch (lower.charAt(0)) {
            case 'd' -> 24;
            case 'w' -> 24 * 7;
            case 'y' -> 24 * 365.25;
            case 's' -> 1.0 / 3600;
            case 'm' -> lower.startsWith("mo") ? 24 * 365.25 / 12 : 1.0 / 60;
            default -> 1;
        };
    }

    private static @Nullable String strip(@Nullable String device) {
        return device == null ? null : device.strip();
    }

    private static @Nullable String group(Matcher m, String name) {
        return m.pattern().pattern().contains("(?<" + name + ">") ? m.group(name) : null;
    }
}
