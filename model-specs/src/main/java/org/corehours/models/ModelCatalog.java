package org.corehours.models;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** All models that have a name: every family answers to the names its pattern can express. */
public final class ModelCatalog {
    private static final int SUGGESTIONS = 3;

    private static final List<ModelFamily> FAMILIES = List.of(new VisionTransformerNames());

    private ModelCatalog() {}

    /**
     * The model of a name.
     *
     * @throws UnknownModelException if no family understands it
     */
    public static Model get(String name) {
        return find(name).orElseThrow(() -> new UnknownModelException(name, nearest(name)));
    }

    /** The model of a name, if a family understands it. */
    public static Optional<Model> find(String name) {
        return FAMILIES.stream()
                .flatMap(family -> family.resolve(name).stream())
                .findFirst();
    }

    /** The names a listing shows, family by family. Many more resolve. */
    public static List<String> listed() {
        return FAMILIES.stream().flatMap(family -> family.listed().stream()).toList();
    }

    private static List<String> nearest(String name) {
        return listed().stream()
                .sorted(Comparator.comparingInt(known -> editDistance(name, known)))
                .limit(SUGGESTIONS)
                .toList();
    }

    /** Insertions, deletions and replacements of a character that turn {@code a} into {@code b}. */
    private static int editDistance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        Arrays.setAll(previous, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
