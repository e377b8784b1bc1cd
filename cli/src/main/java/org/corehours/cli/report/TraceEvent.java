package org.corehours.cli.report;

import java.util.Map;
import org.corehours.cli.json.JsonText;

/**
 * An event of a trace in the Trace Event Format that Chrome introduced and Perfetto reads. Times are whole nanoseconds, so
 * that events which follow one another also do after rounding.
 *
 * @see <a href="https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU">the format</a>
 */
sealed interface TraceEvent {

    double NANOSECONDS = 1e9;
    double NANOSECONDS_PER_MICROSECOND = 1e3;

    /** {@return when it happens; metadata before everything else} */
    long nanoseconds();

    /** {@return the event in one line} */
    String json();

    /** Rounds a time of the simulation. */
    static long nanoseconds(double seconds) {
        return Math.round(NANOSECONDS * seconds);
    }

    private static double microseconds(long nanoseconds) {
        return nanoseconds / NANOSECONDS_PER_MICROSECOND;
    }

    /**
     * A track: a thread of a process.
     *
     * @param process the process's number
     * @param thread the thread's number
     */
    record Track(int process, int thread) {}

    /**
     * A name of a process or a thread, or its place among the others.
     *
     * @param track which; only its process counts for a process
     * @param what {@code process_name}, {@code thread_name} or the like
     * @param key {@code name} or {@code sort_index}
     * @param value the name or the place
     */
    record Metadata(Track track, String what, String key, Object value) implements TraceEvent {

        @Override
        public long nanoseconds() {
            return Long.MIN_VALUE;
        }

        @Override
        public String json() {
            return JsonText.compact(to -> to.text("name", what)
                    .text("ph", "M")
                    .number("pid", track.process)
                    .number("tid", track.thread)
                    .object("args", args -> {
                        if (value instanceof Integer place) {
                            args.number(key, place.longValue());
                        } else {
                            args.text(key, value.toString());
                        }
                    }));
        }
    }

    /**
     * Something that takes a time.
     *
     * @param track where it happens
     * @param name its name
     * @param category its category
     * @param nanoseconds when it starts
     * @param end when it ends
     * @param texts arguments in words
     * @param numbers arguments in numbers
     */
    record Span(
            Track track,
            String name,
            String category,
            long nanoseconds,
            long end,
            Map<String, String> texts,
            Map<String, Long> numbers)
            implements TraceEvent {

        @Override
        public String json() {
            return JsonText.compact(to -> to.text("name", name)
                    .text("cat", category)
                    .text("ph", "X")
                    .number("pid", track.process)
                    .number("tid", track.thread)
                    .number("ts", microseconds(nanoseconds))
                    .number("dur", microseconds(end - nanoseconds))
                    .object("args", args -> {
                        texts.forEach(args::text);
                        numbers.forEach(args::number);
                    }));
        }
    }

    /**
     * One end of an arrow between two spans.
     *
     * @param track the track of the span
     * @param id the same for both ends
     * @param name the arrow's name
     * @param starts whether it starts there
     * @param nanoseconds a time within the span
     */
    record Flow(Track track, long id, String name, boolean starts, long nanoseconds) implements TraceEvent {

        @Override
        public String json() {
            return JsonText.compact(to -> {
                to.text("name", name)
                        .text("cat", "flow")
                        .text("ph", starts ? "s" : "f")
                        .number("id", id)
                        .number("pid", track.process)
                        .number("tid", track.thread)
                        .number("ts", microseconds(nanoseconds));
                if (!starts) {
                    to.text("bp", "e");
                }
            });
        }
    }

    /**
     * A value of a counter.
     *
     * @param process the process it belongs to
     * @param name the counter's name
     * @param nanoseconds from when on it has the value
     * @param bytes the value
     */
    record Counter(int process, String name, long nanoseconds, long bytes) implements TraceEvent {

        @Override
        public String json() {
            return JsonText.compact(to -> to.text("name", name)
                    .text("ph", "C")
                    .number("pid", process)
                    .number("ts", microseconds(nanoseconds))
                    .object("args", args -> args.number("bytes", bytes)));
        }
    }
}
