package org.corehours.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.corehours.cli.json.JsonText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a file to start from. */
@Command(
        name = "init",
        description = "Write a commented file to start from, which the other commands accept as it is.",
        footer = {
            "",
            "Examples:",
            "  corehours init paper",
            "  corehours init paper papers/my-paper.yaml",
            "  corehours report paper.yaml"
        })
final class InitCommand extends BaseCommand {

    /** What can be started. */
    enum Kind {
        /** Runs and claims of a paper. */
        PAPER
    }

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            description = "What to start: paper, the runs and claims of one's own paper.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Kind kind;

    @Parameters(
            index = "1",
            paramLabel = "FILE",
            arity = "0..1",
            defaultValue = "paper.yaml",
            description = "The file; paper.yaml if not given.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(names = "--force", description = "Write over a file that exists.")
    private boolean force;

    InitCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        if (Files.exists(file) && !force) {
            throw new UsageException(file + " exists. Name another file, or add --force to write over it.");
        }
        OutputFile.write(file, start(kind));
        if (json()) {
            print(JsonText.object(to -> to.text("file", file.toString())));
        }
        say("Wrote " + file + ". Next: corehours report " + (file.getNameCount() > 1 ? "" : "./") + file);
        return ExitCode.DONE;
    }

    private static String start(Kind kind) {
        String name = kind.name().toLowerCase(Locale.ROOT) + ".yaml";
        try (InputStream in = InitCommand.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The program is incomplete: it lacks its file " + name + ".");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The program's own file " + name + " cannot be read.", e);
        }
    }
}
