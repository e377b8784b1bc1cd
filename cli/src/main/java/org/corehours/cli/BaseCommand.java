package org.corehours.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.corehours.cli.document.Document;
import org.corehours.cli.sweep.ProgressLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands share: where they write, and {@code --json}. */
@Command(
        mixinStandardHelpOptions = true,
        sortOptions = false,
        versionProvider = Main.Version.class,
        showDefaultValues = false)
abstract class BaseCommand implements Callable<Integer> {

    @Option(names = "--json", order = 900, description = "Print JSON.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private final Terminal terminal;

    BaseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    boolean json() {
        return json;
    }

    Terminal terminal() {
        return terminal;
    }

    /** Prints a result. */
    void print(String text) {
        spec.commandLine().getOut().print(text);
        spec.commandLine().getOut().flush();
    }

    /** Prints a result as text. */
    void print(Document document) {
        print(terminal.renderer().render(document));
    }

    /** Where messages go that are no result. */
    PrintWriter messages() {
        return spec.commandLine().getErr();
    }

    /**
     * Shows how far long work is, where somebody sees it.
     *
     * @param total how many parts the work has
     * @return to be called whenever one is done, by any thread
     */
    Runnable progress(long total) {
        if (!terminal.progress()) {
            return () -> {};
        }
        ProgressLine line = new ProgressLine(messages(), terminal.width(), 0, total);
        AtomicLong done = new AtomicLong();
        return () -> {
            synchronized (line) {
                line.accept(done.incrementAndGet());
            }
        };
    }

    /** Prints a message that is no result. */
    void say(String message) {
        spec.commandLine().getErr().println(message);
    }
}
