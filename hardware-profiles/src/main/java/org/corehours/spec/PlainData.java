package org.corehours.spec;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Parses YAML as far as it is plain data. What passes by is checked before anything is built of it, so that neither
 * nesting nor a mass of values costs memory, and no tag or alias is ever acted upon.
 */
final class PlainData implements Parser {

    private static final Set<String> PLAIN_TAGS = Set.of(
            Tag.STR.getValue(),
            Tag.INT.getValue(),
            Tag.FLOAT.getValue(),
            Tag.BOOL.getValue(),
            Tag.NULL.getValue(),
            Tag.MAP.getValue(),
            Tag.SEQ.getValue(),
            "!");

    private final String name;
    private final Parser events;
    private int depth;
    private int values;
    private boolean checked;

    private PlainData(String name, Parser events) {
        this.name = name;
        this.events = events;
    }

    /** The root of the one document of a text; null if it holds none. */
    static @Nullable Node compose(String name, String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(InputLimits.SPEC_BYTES);
        options.setNestingDepthLimit(InputLimits.SPEC_DEPTH + 1);
        options.setAllowRecursiveKeys(false);
        Parser events = new ParserImpl(new StreamReader(text), options);
        return new Composer(new PlainData(name, events), new Resolver(), options).getSingleNode();
    }

    @Override
    public boolean checkEvent(Event.ID choice) {
        return peekEvent() != null && events.checkEvent(choice);
    }

    @Override
    public @Nullable Event peekEvent() {
        Event next = events.peekEvent();
        if (next != null && !checked) {
            check(next);
            checked = true;
        }
        return next;
    }

    @Override
    public @Nullable Event getEvent() {
        peekEvent();
        checked = false;
        return events.getEvent();
    }

    private void check(Event event) {
        Mark place = event.getStartMark();
        if (event instanceof AliasEvent alias) {
            throw refused(
                    place,
                    "the alias *" + alias.getAnchor() + " is not plain data; write the value out where it is used");
        }
        String tag = event instanceof ScalarEvent scalar
                ? scalar.getTag()
                : event instanceof CollectionStartEvent start ? start.getTag() : null;
        if (tag != null && !PLAIN_TAGS.contains(tag)) {
            throw refused(place, "the tag " + tag.replace(Tag.PREFIX, "!!") + " is not plain data; leave it out");
        }
        if (event instanceof CollectionEndEvent) {
            depth--;
        } else if (event instanceof CollectionStartEvent && ++depth > InputLimits.SPEC_DEPTH) {
            throw refused(
                    place,
                    "has more than " + InputLimits.SPEC_DEPTH + " levels of lists and mappings, the most that is read");
        }
        if (event instanceof NodeEvent && ++values > InputLimits.SPEC_VALUES) {
            throw refused(
                    place,
                    String.format(
                            Locale.ROOT, "has more than %,d values, the most that is read", InputLimits.SPEC_VALUES));
        }
    }

    private SpecException refused(Mark place, String message) {
        return new SpecException(
                List.of(new SpecProblem(name, place.getLine() + 1, place.getColumn() + 1, "", message)));
    }
}
