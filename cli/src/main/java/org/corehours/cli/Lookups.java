package org.corehours.cli;

import java.nio.file.Path;
import org.corehours.hardware.Hardware;
import org.corehours.hardware.HardwareCatalog;
import org.corehours.hardware.UnknownHardwareException;
import org.corehours.models.Model;
import org.corehours.models.catalog.UnknownModelException;
import org.corehours.models.source.ModelSource;
import org.corehours.papers.Paper;
import org.corehours.papers.PaperReader;
import org.corehours.papers.Papers;
import org.corehours.papers.RunEnvironment;
import org.corehours.papers.UnknownPaperException;

/** Finds what the names on a command line stand for; a wrong name is wrong usage. */
final class Lookups {

    private Lookups() {}

    /** The built-in model of a name, or the one a file describes; paths start from the working directory. */
    static Model model(String nameOrFile) {
        try {
            return ModelSource.open(nameOrFile, Path.of(""));
        } catch (UnknownModelException e) {
            throw new UsageException(e.getMessage() + " See: corehours models", e);
        }
    }

    static Paper paper(String nameOrFile) {
        RunEnvironment environment = new BuiltInEnvironment();
        if (isFile(nameOrFile)) {
            return new PaperReader(environment).read(Path.of(nameOrFile));
        }
        try {
            return Papers.get(nameOrFile, environment);
        } catch (UnknownPaperException e) {
            throw new UsageException(e.getMessage() + " See: corehours papers", e);
        }
    }

    /** Whether a name is one of a file: it has a slash, or ends as specifications do. */
    static boolean isFile(String name) {
        return name.indexOf('/') >= 0
                || name.indexOf('\\') >= 0
                || name.endsWith(".yaml")
                || name.endsWith(".yml")
                || name.endsWith(".json");
    }

    static Hardware hardware(String name) {
        try {
            return HardwareCatalog.builtIn().find(name);
        } catch (UnknownHardwareException e) {
            throw new UsageException(e.getMessage() + " See: corehours hardware", e);
        }
    }
}
