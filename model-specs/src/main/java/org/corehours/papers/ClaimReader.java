package org.corehours.papers;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.Comparison;
import org.corehours.core.audit.Quantity;
import org.corehours.core.quantity.Provenance;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecNode;

/** Reads a paper's claims: groups of figures that share a source. */
final class ClaimReader {

    private final Citations citations;
    private final Collection<String> runs;

    ClaimReader(Citations citations, Collection<String> runs) {
        this.citations = citations;
        this.runs = runs;
    }

    /** Reads a table, or a sentence: figures with one source and one way of being measured. */
    List<Claim> group(SpecNode node) {
        return node.fields(fields -> {
            SpecField<String> source = fields.required("source", citations::cited);
            SpecField<Provenance> provenance =
                    fields.optional("provenance", each -> each.oneOf(Provenance.class), Provenance.REPORTED);
            SpecField<String> basis = fields.optional("basis", SpecNode::text, "");
            SpecField<SpecNode> figures = fields.required("figures", list -> list);
            fields.done();
            List<Claim> claims =
                    figures.get().list(figure -> claim(figure, provenance.get(), source.get(), basis.get()));
            if (claims.isEmpty()) {
                throw figures.get().wrong("expected at least one figure");
            }
            return claims;
        });
    }

    private Claim claim(SpecNode node, Provenance provenance, String source, String basis) {
        return node.fields(fields -> {
            SpecField<String> run = fields.required("run", each -> each.oneOf(runs));
            SpecField<Quantity> quantity = fields.required("quantity", each -> each.oneOf(Quantity.class));
            SpecField<Optional<String>> ratioTo = fields.optional("ratio_to", each -> each.oneOf(runs));
            SpecField<Optional<String>> differenceTo = fields.optional("difference_to", each -> each.oneOf(runs));
            SpecField<Optional<SpecNode>> unit = fields.optional("unit", each -> each);
            SpecField<Optional<SpecNode>> value = fields.optional("value", each -> each);
            SpecField<Optional<SpecNode>> low = fields.optional("low", each -> each);
            SpecField<Optional<SpecNode>> high = fields.optional("high", each -> each);
            SpecField<String> quote = fields.required("quote", SpecNode::text);
            SpecField<Optional<String>> ownBasis = fields.optional("basis", SpecNode::text);
            SpecField<Optional<String>> ownId = fields.optional("id", SpecNode::text);
            if (fields.has("ratio_to") && fields.has("difference_to")) {
                fields.problem("difference_to", "excludes ratio_to; keep one");
            }
            if (fields.has("low") != fields.has("high")) {
                fields.problem(fields.has("low") ? "low" : "high", "needs the other end of the range beside it");
            }
            if (!fields.has("value") && !fields.has("low")) {
                fields.problem("value", "is missing; give a value, or a range from low to high, or both");
            }
            fields.done();
            Map<String, Figure.Unit> units =
                    Figure.Unit.of(quantity.get(), ratioTo.get().isPresent());
            Figure.Unit factor = unit.get()
                    .map(name -> name.oneOf(units.keySet()))
                    .map(units::get)
                    .orElse(Figure.Unit.ONE);
            Figure figure = figure(quantity.get(), factor, value.get(), low.get(), high.get());
            Comparison comparison = ratioTo.get().isPresent()
                    ? Comparison.RATIO
                    : differenceTo.get().isPresent() ? Comparison.DIFFERENCE : Comparison.ABSOLUTE;
            return new Claim(
                    ownId.get().orElseGet(() -> run.get() + "-" + name(quantity.get(), comparison)),
                    run.get(),
                    quantity.get(),
                    comparison,
                    ratioTo.get().or(differenceTo::get).orElse(null),
                    figure.value(),
                    figure.low(),
                    figure.high(),
                    provenance,
                    source,
                    quote.get(),
                    ownBasis.get().orElse(basis));
        });
    }

    private static String name(Quantity quantity, Comparison comparison) {
        return switch (comparison) {
            case ABSOLUTE -> shortName(quantity);
            case RATIO -> shortName(quantity) + "-ratio";
            case DIFFERENCE -> "extra-" + shortName(quantity);
        };
    }

    private static String shortName(Quantity quantity) {
        return switch (quantity) {
            case PEAK_MEMORY_BYTES, ALLOCATED_MEMORY_BYTES -> "memory";
            case STEP_SECONDS -> "step";
            case STEP_BYTES -> "bytes";
            case TRAINING_FLOPS_PER_SAMPLE -> "flops";
            case SAMPLES_PER_SECOND -> "throughput";
            default -> quantity.id().replace('_', '-');
        };
    }

    private static Figure figure(
            Quantity quantity,
            Figure.Unit unit,
            Optional<SpecNode> value,
            Optional<SpecNode> low,
            Optional<SpecNode> high) {
        if (low.isPresent() && high.isPresent()) {
            double from = low.get().number() * unit.lowFactor();
            double to = high.get().number() * unit.highFactor();
            double middle = value.isPresent() ? value.get().number() * unit.factor() : (from + to) / 2;
            return new Figure(middle, from, to);
        }
        Figure rounded = Figure.rounded(value.orElseThrow(), unit);
        // Papers cut numbers of parameters as often as they round them: iBOT prints 85M for 85.8 million.
        return quantity == Quantity.PARAMETERS
                ? new Figure(rounded.value(), rounded.low(), 2 * rounded.high() - rounded.value())
                : rounded;
    }
}
