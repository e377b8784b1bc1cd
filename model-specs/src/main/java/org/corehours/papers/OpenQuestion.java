package org.corehours.papers;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.corehours.core.audit.Assumption;
import org.corehours.spec.SpecNode;

/**
 * An assumption as its file states it: what each of its alternatives sets.
 *
 * @param node where it stands
 * @param assumption the assumption
 * @param readings what a run has under each alternative, by the alternative's id
 */
record OpenQuestion(SpecNode node, Assumption assumption, Map<String, SettingGroup> readings) {

    OpenQuestion {
        readings = Map.copyOf(readings);
    }

    SettingGroup reading(String alternative) {
        SettingGroup reading = readings.get(assumption.alternative(alternative).id());
        if (reading == null) {
            throw new IllegalStateException("The alternative " + alternative + " has no reading.");
        }
        return reading;
    }

    /** {@return the paths that one alternative or another sets} */
    Set<String> paths() {
        Set<String> paths = new TreeSet<>();
        readings.values().forEach(reading -> reading.forEach("", (path, setting) -> paths.add(path)));
        return paths;
    }
}
