package org.corehours.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.corehours.cli.Main;

/** Runs the program without a process, and fails where the program says that it is at fault. */
final class Program {

    private static final int BUG = 1;
    private static final Path FOLDER = folder();

    private Program() {}

    /**
     * Runs a command on a file.
     *
     * @param name of the file
     * @param bytes in the file
     * @param command the command, which the file is put behind, and its options
     * @return standard output if the program accepted the file, else an empty text
     */
    static String runsOn(String name, byte[] bytes, String... command) throws IOException {
        Path file = FOLDER.resolve(name);
        Files.write(file, bytes);
        return run(Stream.concat(
                        Stream.of(command[0], file.toString()),
                        Arrays.stream(command).skip(1))
                .toArray(String[]::new));
    }

    /**
     * Runs a command.
     *
     * @param command the command line
     * @return standard output if the program did what it was told, else an empty text
     */
    static String run(String... command) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new Main(new PrintWriter(out), new PrintWriter(err), new ByteArrayInputStream(new byte[0]))
                .execute(command);
        String messages = err.toString();
        if (code == BUG || messages.contains("\tat ") || (code != 0 && messages.isBlank())) {
            throw new AssertionError("exit code " + code + ": " + messages);
        }
        return code == 0 ? out.toString() : "";
    }

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("corehours-fuzz");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
