package org.corehours.cli.statement;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A sentence about compute, and the figures in it.
 *
 * @param text the sentence
 * @param mentions its figures, in the order of the text
 */
public record Statement(String text, List<Mention> mentions) {

    /** Copies the list. */
    public Statement {
        mentions = List.copyOf(mentions);
    }

    /**
     * Reads a statement.
     *
     * @param text such as "512 TPUv5 cores for 41 hours, 21k core hours"
     * @return the statement; without mentions if nothing in it is a figure of compute
     * @throws IllegalArgumentException if the text is too long for a statement
     */
    public static Statement read(String text) {
        return new Statement(text, StatementReader.read(text));
    }

    /** The figures of one measure, in the order of the text. */
    public Stream<Mention> all(Measure measure) {
        return mentions.stream().filter(each -> each.measure() == measure);
    }

    /** The first figure of a measure. */
    public Optional<Mention> first(Measure measure) {
        return all(measure).findFirst();
    }

    /** {@return the devices named, as written, each once} */
    public List<String> devices() {
        List<String> read = mentions.stream()
                .map(Mention::device)
                .flatMap(Stream::ofNullable)
                .distinct()
                .toList();
        return read.isEmpty() ? StatementReader.devices(text) : read;
    }
}
