package org.corehours.core.simulate;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Seconds of a few keys, in order. Immutable; to make one is to keep an array, as most are never looked at. */
final class SecondsByKey<K> extends AbstractMap<K, Double> {

    private final List<K> keys;
    private final double[] seconds;

    /** The array is kept as it is. */
    SecondsByKey(List<K> keys, double[] seconds) {
        this.keys = keys;
        this.seconds = seconds;
    }

    @Override
    public Set<Map.Entry<K, Double>> entrySet() {
        Map<K, Double> entries = new LinkedHashMap<>();
        for (int i = 0; i < seconds.length; i++) {
            entries.put(keys.get(i), seconds[i]);
        }
        return Collections.unmodifiableMap(entries).entrySet();
    }
}
