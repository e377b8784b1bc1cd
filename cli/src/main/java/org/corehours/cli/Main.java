package org.corehours.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code corehours} program. */
@Command(
        name = "corehours",
        description = "Predicts what training a published model costs, and audits what its paper reports.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
public final class Main {

    /**
     * Runs the program and ends the process with its exit code.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(new CommandLine(new Main()).setOut(out).setErr(err).execute(args));
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
