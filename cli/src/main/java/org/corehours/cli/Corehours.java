package org.corehours.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program without a command. */
@Command(
        name = "corehours",
        description = "Predicts what training a published model costs, and audits what its paper reports.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Main.Version.class,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Start with: corehours report perceptual-group-tokenizer",
            "",
            "Exit codes: 0 done, 1 a bug, 2 wrong usage, 3 an input file is wrong, 4 infeasible,",
            "            5 a threshold of --fail-on was crossed, 130 interrupted, 141 nobody reads on."
        })
final class Corehours implements Runnable {

    @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "Print the stack trace of an error.")
    private boolean stackTrace;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Name a command: " + String.join(", ", spec.subcommands().keySet()) + ".");
    }

    boolean stackTrace() {
        return stackTrace;
    }
}
