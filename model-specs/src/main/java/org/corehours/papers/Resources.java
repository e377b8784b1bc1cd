package org.corehours.papers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.corehours.core.quantity.NameSuggestions;
import org.corehours.spec.SpecFile;
import org.corehours.spec.SpecNode;

/** The data files that come with this package. */
final class Resources {

    private Resources() {}

    /** Opens a file by its path beside this class. */
    static SpecNode open(String path) {
        try (InputStream in = Resources.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("The program is incomplete: it lacks its file " + path + ".");
            }
            return SpecFile.open(path, in);
        } catch (IOException e) {
            throw new UncheckedIOException("The program's own file " + path + " cannot be read.", e);
        }
    }

    /** The lines of a file by its path beside this class. */
    static List<String> lines(String path) {
        try (InputStream in = Resources.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("The program is incomplete: it lacks its file " + path + ".");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The program's own file " + path + " cannot be read.", e);
        }
    }

    /** A sentence for a name that is not known. */
    static String unknown(String what, String name, Collection<String> known) {
        List<String> near = NameSuggestions.nearest(name, known, 3);
        return "There is no " + what + " " + name + ". "
                + (near.isEmpty()
                        ? "Known are " + String.join(", ", known) + "."
                        : "Did you mean " + String.join(" or ", near) + "?");
    }
}
