package org.corehours.models.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.corehours.models.Model;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.catalog.UnknownModelException;
import org.corehours.models.importing.HuggingFaceConfig;
import org.corehours.models.importing.OnnxFile;
import org.corehours.models.spec.ModelFile;
import org.corehours.spec.InputFile;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecFile;
import org.corehours.spec.SpecNode;

/** Opens models by name or from files. */
public final class ModelSource {

    private static final String ONNX = ".onnx";
    private static final String CONFIG = "config.json";

    private ModelSource() {}

    /** Whether a name is one of a file: it has a slash, or ends as model files do. */
    public static boolean isFile(String name) {
        return InputFile.isPath(name) || name.toLowerCase(Locale.ROOT).endsWith(ONNX);
    }

    /**
     * Opens a model: a built-in one by its name, or a file. An ONNX file is told by its ending, a Hugging Face
     * configuration by its {@code model_type}; a folder stands for the {@code config.json} in it.
     *
     * @param nameOrPath the name, or the file as its user wrote it
     * @param workingDirectory what a relative path starts from
     * @throws UnknownModelException if no family understands the name
     * @throws SpecException if the file cannot be read or describes no model
     */
    public static Model open(String nameOrPath, Path workingDirectory) {
        if (!isFile(nameOrPath)) {
            return ModelCatalog.get(nameOrPath);
        }
        Path path = workingDirectory.resolve(nameOrPath);
        Path file = Files.isDirectory(path) && Files.exists(path.resolve(CONFIG)) ? path.resolve(CONFIG) : path;
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(ONNX)) {
            return OnnxFile.read(file, name(file));
        }
        SpecNode root = SpecFile.open(file);
        if (!HuggingFaceConfig.isOne(root)) {
            return ModelFile.read(root, name(file));
        }
        Model model = HuggingFaceConfig.read(root, name(file));
        ModelFile.check(root, model);
        return model;
    }

    /** The file's name without its ending; a configuration goes by the name of its folder. */
    private static String name(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        Path folder = absolute.getParent();
        if (absolute.endsWith(CONFIG) && folder != null && folder.getFileName() != null) {
            return String.valueOf(folder.getFileName());
        }
        String name = String.valueOf(absolute.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
