package org.corehours.papers;

import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.corehours.core.quantity.Provenance;
import org.corehours.spec.SpecNode;
import org.jspecify.annotations.Nullable;

/**
 * The values of a run as its file states them: a tree whose leaves know where they stand and how they are known. A
 * leaf is a plain value, which is known as the mapping around it says, or a mapping with a {@code value} of its own
 * provenance and source.
 */
sealed interface Settings permits Setting, SettingGroup {

    /** Fields of a mapping of settings that say how its values are known. */
    Set<String> ABOUT = Set.of("provenance", "source");

    /** How plain values are known. */
    record Known(Provenance provenance, String source) {}

    /** {@return where it stands} */
    SpecNode node();

    /**
     * Reads settings.
     *
     * @param node a value, or a mapping of settings
     * @param around how plain values are known here; null if that has not been said
     * @param citations reads a source, checking that it is known
     * @return the settings
     */
    static Settings read(SpecNode node, @Nullable Known around, Citations citations) {
        if (!node.isMapping()) {
            if (around == null) {
                throw node.wrong("expected {value: ..., provenance: ..., source: ...}, or a provenance and a source"
                        + " for the whole section");
            }
            return new Setting(node, around.provenance(), around.source());
        }
        return node.fields(fields -> SettingGroup.read(node, fields, around, citations, Set.of()));
    }

    /**
     * Visits every value.
     *
     * @param path the path of this tree, empty for the root
     * @param visitor takes the path of a value, its parts joined by dots, and the value
     */
    default void forEach(String path, BiConsumer<String, Setting> visitor) {
        if (this instanceof Setting setting) {
            visitor.accept(path, setting);
        } else if (this instanceof SettingGroup group) {
            group.members()
                    .forEach((name, member) -> member.forEach(path.isEmpty() ? name : path + "." + name, visitor));
        }
    }

    /**
     * These settings with others written over them, value by value.
     *
     * @param over the others
     * @return both; where both have a value, that of {@code over}
     */
    default Settings with(Settings over) {
        return this instanceof SettingGroup mine && over instanceof SettingGroup others ? mine.with(others) : over;
    }

    /**
     * The settings of a list's item.
     *
     * @param list the setting whose value the list is
     * @return an item each
     */
    static List<Settings> items(Setting list) {
        Known known = new Known(list.provenance(), list.source());
        return list.node().list(item -> read(item, known, Citations.ANY));
    }
}
