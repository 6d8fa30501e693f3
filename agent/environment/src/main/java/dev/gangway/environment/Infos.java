package dev.gangway.environment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The info dictionaries of n copies, each exactly as the environment returned it.
 *
 * <p>A value is a {@link Boolean}, {@link Long}, {@link java.math.BigInteger}, {@link Double}, {@link String}, {@code
 * byte[]}, {@link Tensor} (a NumPy array), {@link NumpyScalar}, {@link List}, {@link Map} with string keys, {@link
 * #NONE}, or an {@link Opaque} that stands for an object without a portable form.
 *
 * @param rows one unmodifiable map per copy, with its keys in the environment's order
 */
public record Infos(List<Map<String, Object>> rows) {
    /** Stands for Python's {@code None}. */
    public static final Object NONE = None.NONE;

    private enum None {
        NONE
    }

    /** Copies the list of rows. */
    public Infos {
        rows = rows.stream()
                .map(row -> row.isEmpty()
                        ? Map.<String, Object>of()
                        : Collections.unmodifiableMap(new LinkedHashMap<>(row)))
                .toList();
    }

    /**
     * Returns an unmodifiable copy of one info, with the same order of keys. Lists, maps and byte arrays inside it are
     * copied, too, so that the copy stays as it is when the environment changes the objects that it returned.
     */
    public static Map<String, Object> copyOf(Map<String, ?> info) {
        if (info.isEmpty()) {
            return Map.of();
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        info.forEach((key, value) -> copy.put(key, copyOfValue(value)));
        return Collections.unmodifiableMap(copy);
    }

    private static Object copyOfValue(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, each) -> copy.put(key, copyOfValue(each)));
            return Collections.unmodifiableMap(copy);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Infos::copyOfValue).toList();
        }
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    /** Returns the infos of n copies that reported nothing. */
    public static Infos empty(int copies) {
        return new Infos(Collections.nCopies(copies, Map.of()));
    }

    /**
     * A NumPy scalar. Python tells it apart from its own numbers and from arrays.
     *
     * @param value the scalar as a tensor of shape []
     */
    public record NumpyScalar(Tensor value) {}

    /**
     * A Python object that has no portable form.
     *
     * @param typeName name of its class
     * @param text its {@code repr}, shortened
     */
    public record Opaque(String typeName, String text) {}
}
