package org.corehours.cli.sweep;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongConsumer;

/** One line on a terminal that says how far a sweep is and how long it will still take. */
public final class ProgressLine implements LongConsumer {

    private static final long NANOS_BETWEEN = 200_000_000;
    private static final int BAR = 30;

    private final PrintWriter out;
    private final int width;
    private final long first;
    private final long total;
    private final long startNanos = System.nanoTime();
    private long shown = startNanos;

    /**
     * @param out the terminal
     * @param width characters of its lines; a narrow one gets the share and the time alone
     * @param first points that are done already
     * @param total points in all
     */
    public ProgressLine(PrintWriter out, int width, long first, long total) {
        this.out = out;
        this.width = width;
        this.first = first;
        this.total = total;
    }

    @Override
    public void accept(long done) {
        long now = System.nanoTime();
        if (now - shown < NANOS_BETWEEN && done < total) {
            return;
        }
        shown = now;
        double seconds = (now - startNanos) / 1e9;
        double perSecond = (done - first) / Math.max(seconds, 1e-9);
        out.print('\r' + line(done, perSecond));
        if (done == total) {
            out.println();
        }
        out.flush();
    }

    private String line(long done, double perSecond) {
        int filled = (int) (BAR * done / Math.max(1, total));
        long percent = 100 * done / Math.max(1, total);
        String left = duration((total - done) / Math.max(perSecond, 1e-9)) + " left  ";
        String full = String.format(
                Locale.ROOT,
                "%s%s %3d%% %,d of %,d, %,.0f a second, %s",
                "#".repeat(filled),
                "-".repeat(BAR - filled),
                percent,
                done,
                total,
                perSecond,
                left);
        return full.length() < width ? full : String.format(Locale.ROOT, "%3d%%, %s", percent, left);
    }

    private static String duration(double seconds) {
        long whole = Math.round(Math.min(seconds, 1e9));
        return whole < 3600
                ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }
}
