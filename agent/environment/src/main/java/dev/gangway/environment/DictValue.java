package dev.gangway.environment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named values: an element of a {@link Dict} space, or a batch of them. As in Python, two are equal whatever the order
 * of their keys.
 *
 * @param entries the values by key, unmodifiable, in the order given
 */
public record DictValue(Map<String, Value> entries) implements Value {
    /** Copies the map and keeps its order. */
    public DictValue {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /**
     * Returns the value of a key.
     *
     * @throws IllegalArgumentException when there is none
     */
    public Value get(String key) {
        Value value = entries.get(key);
        if (value == null) {
            throw new IllegalArgumentException("Expected one of the keys " + entries.keySet() + ", found " + key);
        }
        return value;
    }
}
