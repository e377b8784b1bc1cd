package org.corehours.core.simulate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Finds what decides the length of a step: backwards from its end, always to what was waited for. */
public final class CriticalPath {

    /** What runs in a piece. */
    public enum Stream {
        /** Kernels, and the gaps in which the device waits for the host to issue them. */
        COMPUTE,
        /** A collective. */
        COMMUNICATION,
        /** Copying the batch to the device. */
        COPY,
        /** Loading and augmenting the batch. */
        INPUT;

        /** {@return the name used in JSON, in lower case} */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A piece of the path.
     *
     * @param stream where it runs
     * @param name a phase of kernels, or a collective
     * @param startSeconds when it starts
     * @param endSeconds when it ends
     */
    public record Piece(Stream stream, String name, double startSeconds, double endSeconds) {}

    private CriticalPath() {}

    static List<Piece> of(Timeline timeline) {
        if (timeline.inputStallSeconds() > 0) {
            return List.of(new Piece(Stream.INPUT, "input", 0, timeline.stepSeconds()));
        }
        List<Piece> path = new ArrayList<>();
        List<Timeline.Span> spans = timeline.spans();
        double end = timeline.stepSeconds();
        int exchange = timeline.exchanges().size() - 1;
        boolean communicating = exchange >= 0
                && timeline.exchanges().get(exchange).endSeconds() >= end
                && (spans.isEmpty() || spans.get(spans.size() - 1).endSeconds() < end);
        int span = spans.size() - 1;
        while (span >= 0 || communicating) {
            if (communicating) {
                Timeline.Exchange each = timeline.exchanges().get(exchange);
                path.add(new Piece(
                        Stream.COMMUNICATION, each.collective().id(), each.startSeconds(), each.endSeconds()));
                end = each.startSeconds();
                communicating = each.startSeconds() > each.readySeconds() && exchange > 0;
                exchange--;
                continue;
            }
            Timeline.Span each = spans.get(span);
            if (each.startSeconds() <= end) {
                if (each.startSeconds() < end) {
                    path.add(new Piece(Stream.COMPUTE, each.phase(), each.startSeconds(), end));
                    end = each.startSeconds();
                }
                if (each.awaited() >= 0) {
                    exchange = each.awaited();
                    communicating = true;
                }
            }
            span--;
        }
        if (timeline.inputCopySeconds() > 0 && end > 0) {
            path.add(new Piece(Stream.COPY, "input", 0, end));
        }
        Collections.reverse(path);
        return List.copyOf(path);
    }
}
