package org.corehours.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The paper files that a name on the command line stands for. */
final class PaperFiles {

    private PaperFiles() {}

    /**
     * The files of a folder in alphabetical order; anything else as it is.
     *
     * @throws UsageException if the folder has none, or cannot be read
     */
    static List<String> of(String nameOrFolder) {
        Path folder = Path.of(nameOrFolder);
        if (!Files.isDirectory(folder)) {
            return List.of(nameOrFolder);
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<String> files = entries.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .filter(each -> each.endsWith(".yaml") || each.endsWith(".yml"))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new UsageException("The folder " + nameOrFolder + " holds no paper file, which ends in .yaml or"
                        + " .yml. To start one: corehours init paper");
            }
            return files;
        } catch (IOException e) {
            throw new UsageException("Cannot list " + nameOrFolder + ": " + e.getMessage() + ".", e);
        }
    }
}
