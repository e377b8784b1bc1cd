package org.corehours.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.BooleanSupplier;
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
        err.println("corehours: " + message(exception));
        if (!UnmatchedArgumentException.printSuggestions(exception, err)) {
            err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        }
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception exception, CommandLine command, ParseResult result) {
        PrintWriter err = command.getErr();
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
        if (stackTraces.getAsBoolean()) {
            exception.printStackTrace(err);
        }
        return code;
    }

    private static int code(Exception exception) {
        if (exception instanceof UsageException) {
            return ExitCode.USAGE;
        }
        if (exception instanceof SpecException) {
            return ExitCode.INPUT;
        }
        return exception instanceof InfeasibleException ? ExitCode.INFEASIBLE : ExitCode.BUG;
    }

    private static String message(Exception exception) {
        String message = exception.getMessage();
        return message == null || message.isBlank()
                ? "no message (" + exception.getClass().getSimpleName().toLowerCase(Locale.ROOT) + ")"
                : message;
    }
}
