package org.corehours.papers;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.corehours.models.Model;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.source.ModelSource;
import org.corehours.spec.SpecNode;

/**
 * The models that a file can name: built-in ones, and where it stands in a folder, model files in that folder or below.
 * A file is read once. Safe for use by several threads.
 */
final class NamedModels {

    /** Built-in models alone. */
    static final NamedModels BUILT_IN = new NamedModels(Optional.empty());

    private final Optional<Path> folder;
    private final Map<Path, Model> read = new ConcurrentHashMap<>();

    private NamedModels(Optional<Path> folder) {
        this.folder = folder;
    }

    /**
     * Built-in models, and those in a folder.
     *
     * @param folder where relative paths start
     */
    static NamedModels beside(Path folder) {
        return new NamedModels(Optional.of(folder));
    }

    /** The model a value names; what is wrong with the name stands at its place. */
    Model get(SpecNode node) {
        String name = node.text();
        if (!ModelSource.isFile(name)) {
            try {
                return ModelCatalog.get(name);
            } catch (IllegalArgumentException e) {
                throw node.problem(String.valueOf(e.getMessage()));
            }
        }
        Path root = folder.orElseThrow(() -> node.wrong("expected the name of a built-in model"));
        return read.computeIfAbsent(inside(root, name, node), file -> ModelSource.open(file.toString(), root));
    }

    private static Path inside(Path root, String name, SpecNode node) {
        try {
            Path base = root.toAbsolutePath().normalize();
            Path file = base.resolve(name).normalize();
            if (!Path.of(name).isAbsolute() && file.startsWith(base)) {
                return file;
            }
        } catch (InvalidPathException e) {
            throw node.problem("is no path: " + e.getMessage());
        }
        throw node.wrong("expected a path within the folder of this file, which a relative path starts from");
    }

    /** The network a value names. */
    <T> T network(SpecNode node, Class<T> type) {
        Object network = get(node).network();
        if (!type.isInstance(network)) {
            throw node.wrong("expected a model that can be used here; this one is a "
                    + network.getClass().getSimpleName());
        }
        return type.cast(network);
    }
}
