package org.corehours.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.corehours.core.hardware.UnsupportedPrecisionException;
import org.corehours.core.quantity.NameSuggestions;
import org.corehours.hardware.Hardware;
import org.corehours.hardware.HardwareCatalog;
import org.corehours.hardware.UnknownHardwareException;
import org.corehours.models.Model;
import org.corehours.models.catalog.UnknownModelException;
import org.corehours.models.source.ModelSource;
import org.corehours.papers.MethodCatalog;
import org.corehours.papers.MethodFile;
import org.corehours.papers.NamedMethod;
import org.corehours.papers.Paper;
import org.corehours.papers.PaperReader;
import org.corehours.papers.Papers;
import org.corehours.papers.RunEnvironment;
import org.corehours.papers.RunTemplate;
import org.corehours.papers.UnknownPaperException;
import org.corehours.spec.InputFile;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecFile;

/** Finds what the names on a command line stand for; a wrong name is wrong usage. */
final class Lookups {

    private Lookups() {}

    /** The built-in model of a name, or the one a file describes; paths start from the working directory. */
    static Model model(String nameOrFile) {
        try {
            return ModelSource.open(nameOrFile, Path.of(""));
        } catch (UnknownModelException e) {
            List<String> near = NameSuggestions.nearest(nameOrFile, MethodCatalog.listed(), 1);
            String method = near.isEmpty() ? "" : " A training method's name is like " + near.get(0) + ".";
            throw new UsageException(e.getMessage() + method + " See: corehours models", e);
        }
    }

    /** The method of a name, or the one a file describes; empty where the name or file is a model's. */
    static Optional<NamedMethod> method(String nameOrFile) {
        if (!InputFile.isPath(nameOrFile)) {
            return MethodCatalog.find(nameOrFile);
        }
        Path file = Path.of(nameOrFile);
        return Files.isRegularFile(file) && !nameOrFile.endsWith(".onnx") && MethodFile.isOne(SpecFile.open(file))
                ? Optional.of(MethodFile.read(file))
                : Optional.empty();
    }

    static Paper paper(String nameOrFile) {
        RunEnvironment environment = new BuiltInEnvironment();
        if (InputFile.isPath(nameOrFile)) {
            return new PaperReader(environment).read(Path.of(nameOrFile));
        }
        try {
            return Papers.get(nameOrFile, environment);
        } catch (UnknownPaperException e) {
            throw new UsageException(e.getMessage() + " See: corehours papers", e);
        }
    }

    /** One of a paper's runs. */
    static RunTemplate run(Paper paper, String id) {
        List<String> ids = paper.runs().stream().map(RunTemplate::id).toList();
        if (ids.contains(id)) {
            return paper.run(id);
        }
        List<String> near = NameSuggestions.nearest(id, ids, 3);
        throw new UsageException("The paper " + paper.id() + " has no run " + id + ". "
                + (near.isEmpty()
                        ? "It has " + String.join(", ", ids) + "."
                        : "Did you mean " + String.join(" or ", near) + "?"));
    }

    /**
     * What {@code made} makes of values from the command line.
     *
     * @throws InfeasibleException if it fails because a device has no path for a precision
     * @throws UsageException if it fails because values do not go together
     */
    static <T> T checked(Supplier<T> made) {
        try {
            return made.get();
        } catch (UnsupportedPrecisionException e) {
            throw new InfeasibleException(String.valueOf(e.getMessage()));
        } catch (SpecException | UsageException | InfeasibleException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        } catch (ArithmeticException e) {
            throw new UsageException("What is asked for is too large to count: its figures pass 9.2e18.", e);
        }
    }

    static Hardware hardware(String name) {
        try {
            return HardwareCatalog.builtIn().find(name);
        } catch (UnknownHardwareException e) {
            throw new UsageException(e.getMessage() + " See: corehours hardware", e);
        }
    }
}
