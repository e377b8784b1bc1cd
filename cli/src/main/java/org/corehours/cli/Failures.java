package org.corehours.cli;

import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.corehours.spec.PrintableText;
import org.corehours.spec.SpecException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns exceptions into messages on standard error and exit codes. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private final BooleanSupplier stackTraces;

    Failures(BooleanSupplier stackTraces) {
        this.stackTraces = stackTraces;
    }

    @Override
    public int handleParseException(ParameterException exception, String[] args) {
        CommandLine command = exception.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("corehours: " + inWords(message(exception)));
        if (!UnmatchedArgumentException.printSuggestions(exception, err)) {
            err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        }
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception exception, CommandLine command, ParseResult result) {
        PrintWriter err = command.getErr();
        if (exception instanceof ResultStream.NotWrittenException notWritten) {
            return notWritten(notWritten, err);
        }
        int code = code(exception);
        if (code == ExitCode.BUG) {
            err.println(
                    "corehours: this is a bug: " + exception.getClass().getSimpleName() + ": " + message(exception));
            if (!stackTraces.getAsBoolean()) {
                err.println("Run the same command with --stacktrace and report what it prints.");
            }
        } else if (exception instanceof SpecException) {
            // Every line begins with the file, as compilers write them.
            err.println(message(exception));
        } else {
            err.println("corehours: " + message(exception));
        }
        trace(exception, err);
        return code;
    }

    /** Standard output takes no more: without a word if its reader has had enough. */
    int notWritten(ResultStream.NotWrittenException exception, PrintWriter err) {
        if (exception.isClosedPipe()) {
            return ExitCode.CLOSED_PIPE;
        }
        err.println("corehours: " + exception.getMessage());
        trace(exception, err);
        return ExitCode.USAGE;
    }

    /** What was asked for needs more memory than there is, which is free again when this is said; else a bug. */
    int error(Error error, PrintWriter err) {
        boolean memory = isOfMemory(error);
        if (memory) {
            long mebibytes = Runtime.getRuntime().maxMemory() >> 20;
            err.println("corehours: This takes more than the " + mebibytes + " MiB of memory that Java may use."
                    + " Ask for less, or give more: COREHOURS_JAVA_OPTS=-Xmx8g");
        } else {
            err.println("corehours: this is a bug: " + error.getClass().getSimpleName());
        }
        trace(error, err);
        return memory ? ExitCode.INFEASIBLE : ExitCode.BUG;
    }

    /** A class that could not be made for lack of memory is named by another error. */
    private static boolean isOfMemory(Throwable error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            if (each instanceof OutOfMemoryError
                    || String.valueOf(each.getMessage()).contains("OutOfMemoryError")) {
                return true;
            }
        }
        return false;
    }

    private void trace(Throwable failure, PrintWriter err) {
        if (stackTraces.getAsBoolean()) {
            failure.printStackTrace(err);
        }
    }

    /** What a user is not to know: the types that Java has for numbers. */
    private static String inWords(String message) {
        return message.replaceFirst(" is not an int$", " is not a whole number of at most " + Integer.MAX_VALUE)
                .replaceFirst(" is not a long$", " is not a whole number of at most " + Long.MAX_VALUE)
                .replaceFirst(" is not a double$", " is not a number");
    }

    private static int code(Exception exception) {
        if (exception instanceof UsageException || exception instanceof InvalidPathException) {
            return ExitCode.USAGE;
        }
        if (exception instanceof SpecException) {
            return ExitCode.INPUT;
        }
        return exception instanceof InfeasibleException ? ExitCode.INFEASIBLE : ExitCode.BUG;
    }

    private static String message(Exception exception) {
        String message = exception instanceof InvalidPathException path
                ? "\"" + path.getInput() + "\" is no path: " + path.getReason() + "."
                : exception.getMessage();
        return message == null || message.isBlank()
                ? "no message (" + exception.getClass().getSimpleName().toLowerCase(Locale.ROOT) + ")"
                : PrintableText.of(message);
    }
}
