package org.corehours.core.simulate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Finds what decides the length of a step: backwards from its end, always to what was waited for last. */
public final class CriticalPath {

    /**
     * A piece of the path.
     *
     * @param task the number of the task it is part of
     * @param stream where it runs; for kernels that come late because they are issued late it is the host
     * @param name a phase of kernels, a collective, or what is copied or loaded
     * @param startSeconds when it starts
     * @param endSeconds when it ends
     */
    public record Piece(int task, Stream stream, String name, double startSeconds, double endSeconds) {}

    private final List<TaskTime> tasks;
    private final Timeline.LeftOut leftOut;
    private final List<Piece> pieces = new ArrayList<>();

    private CriticalPath(Timeline timeline) {
        tasks = timeline.tasks();
        leftOut = timeline.leftOut();
    }

    static List<Piece> of(Timeline timeline) {
        CriticalPath path = new CriticalPath(timeline);
        if (!timeline.tasks().isEmpty()) {
            path.backwards(timeline.tasks().size() - 1, timeline.stepSeconds());
        }
        Collections.reverse(path.pieces);
        return List.copyOf(path.pieces);
    }

    private void backwards(int from, double until) {
        int number = from;
        double end = until;
        while (number != TaskTime.NOTHING && end > 0) {
            TaskTime each = tasks.get(number);
            boolean kernels = each.task().work() instanceof Task.Kernels;
            double start = kernels ? each.readySeconds() : each.startSeconds();
            if (start > end) {
                // The launch queue had room again while an earlier task ran.
                int before = before(number);
                end = across(number, before, end);
                number = before;
                continue;
            }
            int cause = each.cause();
            if (kernels && each.heldUpSeconds() > 0) {
                end = add(each, Stream.COMPUTE, Math.max(start, each.heldUpSeconds()), end);
                TaskTime issue = tasks.get(number - 1);
                end = add(issue, Stream.HOST, issue.startSeconds(), end);
                cause = issue.cause();
            } else {
                end = add(each, each.task().stream(), start, end);
            }
            end = across(number, cause, end);
            number = cause;
        }
    }

    /** Adds the micro-batches left out as one piece, if the path passes them, and returns when it starts. */
    private double across(int number, int cause, double end) {
        if (cause == TaskTime.NOTHING || !leftOut.between(number, cause)) {
            return end;
        }
        double start = end - leftOut.seconds();
        String name = String.format(Locale.ROOT, "%,d micro-batches like the one before", leftOut.microBatches());
        pieces.add(new Piece(cause, tasks.get(cause).task().stream(), name, start, end));
        return start;
    }

    /** The task before on the same stream. */
    private int before(int number) {
        Stream stream = tasks.get(number).task().stream();
        int before = number - 1;
        while (before >= 0 && tasks.get(before).task().stream() != stream) {
            before--;
        }
        return before < 0 ? TaskTime.NOTHING : before;
    }

    /** Adds a piece, if it takes any time, and returns when it starts. */
    private double add(TaskTime each, Stream stream, double start, double end) {
        if (start < end) {
            pieces.add(new Piece(each.task().number(), stream, name(each.task().work()), start, end));
            return start;
        }
        return end;
    }

    private static String name(Task.Work work) {
        if (work instanceof Task.Kernels kernels) {
            return kernels.phase();
        }
        if (work instanceof Task.Issue issue) {
            return issue.phase();
        }
        if (work instanceof Task.Exchange exchange) {
            return exchange.collective().id();
        }
        return work instanceof Task.HostWait ? "wait for the device" : "input";
    }
}
