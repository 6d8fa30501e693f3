package dev.gangway.environment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A dictionary of named values: an element of a {@link Dict} space, or a batch of such elements. As in Python, two
 * dictionaries are equal whatever the order of their keys.
 *
 * @param entries the value of each key, unmodifiable, in the order given
 */
public record DictValue(Map<String, Value> entries) implements Value {
    /** Copies the map and keeps the order of its keys. */
    public DictValue {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /**
     * Returns the value of a key.
     *
     * @throws IllegalArgumentException when the dictionary has no such key
     */
    public Value get(String key) {
        Value value = entries.get(key);
        if (value == null) {
            throw new IllegalArgumentException("Expected one of the keys " + entries.keySet() + ", found " + key);
        }
        return value;
    }
}
