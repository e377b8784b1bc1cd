package org.corehours.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;

/**
 * The {@code corehours} program. It reads and writes what it is given and ends no process, so that a test or another
 * program can run it.
 */
public final class Main {

    private static final String MESSAGES_ON_TERMINAL = "corehours.messages.terminal";

    /** The least that picocli takes. */
    private static final int NARROWEST_HELP = 55;

    private static final int WIDEST_HELP = 100;

    private final PrintWriter out;
    private final PrintWriter err;
    private final InputStream in;
    private final Terminal terminal;

    /**
     * A program that writes plain text.
     *
     * @param out takes results
     * @param err takes messages
     * @param in what a command reads that is told to read standard input
     */
    public Main(PrintWriter out, PrintWriter err, InputStream in) {
        this(out, err, in, Terminal.NONE);
    }

    private Main(PrintWriter out, PrintWriter err, InputStream in, Terminal terminal) {
        this.out = out;
        this.err = err;
        this.in = in;
        this.terminal = terminal;
    }

    /**
     * Runs the program and ends the process with its exit code.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(
                new ResultStream(new FileOutputStream(FileDescriptor.out)), false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        boolean console = System.console() != null;
        // The launcher knows where messages go; Java only tells whether both input and output are a terminal.
        Terminal terminal = Terminal.of(System.getenv(), console, console || Boolean.getBoolean(MESSAGES_ON_TERMINAL));
        int code = new Main(out, err, System.in, terminal).execute(args);
        System.exit(code);
    }

    /**
     * Runs one command.
     *
     * @param args the command line
     * @return the exit code, one of {@link ExitCode}
     */
    public int execute(String... args) {
        Corehours top = new Corehours();
        CommandLine program = new CommandLine(top);
        addCommands(program, args);
        Failures failures = new Failures(top::stackTrace);
        program.setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(Math.max(NARROWEST_HELP, Math.min(WIDEST_HELP, terminal.width())))
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.styled() ? Ansi.ON : Ansi.OFF))
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
        int code;
        try {
            code = program.execute(args);
            out.flush();
        } catch (ResultStream.NotWrittenException e) {
            code = failures.notWritten(e, err);
        } catch (VirtualMachineError | LinkageError e) {
            code = failures.error(e, err);
        }
        err.flush();
        return code;
    }

    /** Adds the command that is called, because describing all of them takes longer than running one; else all. */
    private void addCommands(CommandLine program, String[] args) {
        Map<String, Supplier<BaseCommand>> commands = Commands.all(terminal, in);
        Supplier<BaseCommand> called = args.length == 0 ? null : commands.get(args[0]);
        if (called != null) {
            program.addSubcommand(args[0], called.get());
        } else {
            commands.forEach((name, command) -> program.addSubcommand(name, command.get()));
        }
    }

    /** The version of the running jar, as its manifest states it. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"corehours " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
