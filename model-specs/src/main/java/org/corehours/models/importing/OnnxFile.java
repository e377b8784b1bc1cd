package org.corehours.models.importing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.corehours.models.Model;
import org.corehours.models.importing.WireReader.MalformedException;
import org.corehours.spec.InputFile;
import org.corehours.spec.InputLimits;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecProblem;

/**
 * Reads models from ONNX files: operators with the shapes that follow from the inputs', weights by their sizes alone.
 * The first dimension of the inputs is the batch, whether it is open in the file or not.
 */
public final class OnnxFile {

    private OnnxFile() {}

    /**
     * Reads a model. Its graph is built once, so that one that is read can be counted.
     *
     * @param file the file
     * @param name what the model is called
     * @throws SpecException if it is no ONNX file, or has operators or shapes that are not understood
     */
    public static Model read(Path file, String name) {
        String shown = file.toString();
        return read(shown, map(file, shown), name);
    }

    /** The model of a file's bytes. */
    static Model read(String shown, ByteBuffer bytes, String name) {
        OnnxGraph graph = parse(shown, bytes);
        refuseUnknown(shown, graph);
        OnnxNetwork network = new OnnxNetwork(shown, graph, Optional.empty());
        long batch = network.exportedBatch().orElse(1L);
        if (batch < 1) {
            throw problem(shown, "", "was exported for a batch of " + batch);
        }
        try {
            String description = "ONNX file " + shown + " of " + graph.nodes().size() + " operators";
            Model model = new Model(name, description, network);
            long flops = model.graph(batch).flops().trainingFlops();
            return network.exportedBatch().isEmpty() || scales(model, batch, flops)
                    ? model
                    : new Model(name, description, new OnnxNetwork(shown, graph, Optional.of(batch)));
        } catch (ArithmeticException e) {
            throw problem(shown, "", "has sizes that are too large to count");
        }
    }

    /** Whether another batch than the one written into the file goes through it, and costs as much per sample. */
    private static boolean scales(Model model, long batch, long flops) {
        int times = 7;
        try {
            return model.graph(Math.multiplyExact(times, batch)).flops().trainingFlops()
                    == Math.multiplyExact(times, flops);
        } catch (SpecException e) {
            return false;
        }
    }

    private static ByteBuffer map(Path file, String shown) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (!Files.isRegularFile(file)) {
                throw problem(
                        shown, "", Files.isDirectory(file) ? "is a directory, expected a file" : "is no regular file");
            }
            if (channel.size() > InputLimits.ONNX_BYTES) {
                throw problem(shown, "", "has more than 2 GiB, the most an ONNX file may have");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        } catch (IOException e) {
            throw problem(shown, "", InputFile.why(file, e));
        }
    }

    private static OnnxGraph parse(String shown, ByteBuffer bytes) {
        try {
            return OnnxParser.parse(bytes);
        } catch (MalformedException e) {
            throw problem(shown, "", "is not an ONNX file that can be read: " + e.getMessage());
        } catch (ArithmeticException e) {
            throw problem(shown, "", "has sizes that are too large to count");
        }
    }

    /** Operators that are not known are named and counted: without them the counts would be too low. */
    private static void refuseUnknown(String shown, OnnxGraph graph) {
        Map<String, Long> unknown = graph.nodes().stream()
                .map(OnnxGraph.OnnxNode::operator)
                .filter(operator -> !OnnxOperators.knows(operator))
                .collect(Collectors.groupingBy(operator -> operator, TreeMap::new, Collectors.counting()));
        if (!unknown.isEmpty()) {
            throw problem(
                    shown,
                    "",
                    "has operators that are not known, without which its counts would be wrong: "
                            + unknown.entrySet().stream()
                                    .map(entry -> entry.getValue() + " × " + entry.getKey())
                                    .collect(Collectors.joining(", ")));
        }
    }

    static SpecException problem(String file, String path, String message) {
        return new SpecException(List.of(new SpecProblem(file, 0, 0, path, message)));
    }
}
