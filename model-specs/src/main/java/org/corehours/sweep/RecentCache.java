package org.corehours.sweep;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Keeps what was asked for lately, so that memory does not grow with the number of points. Entries that are not asked
 * for while a limit of others is made are dropped. Safe for use by several threads.
 */
final class RecentCache<K, V> {

    private final int limit;
    private volatile ConcurrentHashMap<K, V> young = new ConcurrentHashMap<>();
    private volatile ConcurrentHashMap<K, V> old = new ConcurrentHashMap<>();

    RecentCache(int limit) {
        this.limit = limit;
    }

    V get(K key, Function<K, V> maker) {
        ConcurrentHashMap<K, V> recent = young;
        V known = recent.get(key);
        if (known != null) {
            return known;
        }
        V before = old.get(key);
        V value = recent.computeIfAbsent(key, absent -> before == null ? maker.apply(absent) : before);
        if (recent.mappingCount() >= limit) {
            rotate();
        }
        return value;
    }

    private synchronized void rotate() {
        if (young.mappingCount() >= limit) {
            old = young;
            young = new ConcurrentHashMap<>();
        }
    }
}
