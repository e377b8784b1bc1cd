package org.corehours.models.catalog;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.corehours.core.quantity.NameSuggestions;
import org.corehours.models.Model;

/** All models that have a name: every family answers to the names its pattern can express. */
public final class ModelCatalog {
    private static final int SUGGESTIONS = 3;

    private static final List<ModelFamily> FAMILIES = List.of(
            new VisionTransformerNames(),
            new HybridVisionTransformerNames(),
            new SwinTransformerNames(),
            new CaiTNames(),
            new ConvNeXtNames(),
            new MlpMixerNames(),
            new PerceptualGroupNames(),
            new LanguageModelNames(),
            new ResNetNames(),
            new ResNetV2Names());

    private ModelCatalog() {}

    /**
     * The model of a name.
     *
     * @throws UnknownModelException if no family understands it
     */
    public static Model get(String name) {
        return find(name)
                .orElseThrow(
                        () -> new UnknownModelException(name, NameSuggestions.nearest(name, listed(), SUGGESTIONS)));
    }

    /** The model of a name, if a family understands it. */
    public static Optional<Model> find(String name) {
        return FAMILIES.stream()
                .flatMap(family -> family.resolve(name).stream())
                .findFirst();
    }

    /** The names a listing shows by the title of their family. Many more resolve. */
    public static Map<String, List<String>> groups() {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        FAMILIES.forEach(family -> groups.put(family.title(), family.listed()));
        return groups;
    }

    /** The names a listing shows, family by family. Many more resolve. */
    public static List<String> listed() {
        return FAMILIES.stream().flatMap(family -> family.listed().stream()).toList();
    }
}
