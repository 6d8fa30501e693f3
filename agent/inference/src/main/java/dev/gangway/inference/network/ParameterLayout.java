package dev.gangway.inference.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which named arrays a parameter vector consists of, one after the other and each row-major. Gradients and directions have
 * the layout of their parameters. Immutable.
 */
public final class ParameterLayout {
    private final Map<String, Slot> slots;
    private final int size;

    /**
     * One array in the vector.
     *
     * @param name unique in the vector, e.g. {@code layer0.weights}
     * @param shape extents, row-major
     * @param offset index of its first number
     */
    public record Slot(String name, List<Long> shape, long offset) {
        /** Returns the number of numbers. */
        public long size() {
            return shape.stream().reduce(1L, Math::multiplyExact);
        }
    }

    private ParameterLayout(Map<String, Slot> slots, int size) {
        this.slots = slots;
        this.size = size;
    }

    /** Returns a layout of one array with one dimension. */
    public static ParameterLayout of(String name, int count) {
        return builder().add(name, (long) count).build();
    }

    /**
     * Lays the arrays of several layouts one after the other.
     *
     * @param parts by the prefix that their names get, which keeps names unique
     */
    public static ParameterLayout join(Map<String, ParameterLayout> parts) {
        Builder builder = builder();
        parts.forEach((prefix, part) -> part.slots()
                .forEach(slot -> builder.add(prefix + slot.name(), slot.shape().toArray(Long[]::new))));
        return builder.build();
    }

    /** Returns P, the number of numbers in all arrays. */
    public int size() {
        return size;
    }

    /** Returns the arrays in order of their offsets. */
    public List<Slot> slots() {
        return List.copyOf(slots.values());
    }

    /**
     * Returns where an array lies.
     *
     * @throws IllegalArgumentException when there is none of this name
     */
    public Slot slot(String name) {
        Slot slot = slots.get(name);
        if (slot == null) {
            throw new IllegalArgumentException("Expected one of " + slots.keySet() + ", found parameter " + name);
        }
        return slot;
    }

    @Override
    public String toString() {
        return new ArrayList<>(slots.values()).toString();
    }

    /** Returns a builder of a layout without arrays. */
    public static Builder builder() {
        return new Builder();
    }

    /** Lays arrays out one after the other. */
    public static final class Builder {
        private final Map<String, Slot> slots = new LinkedHashMap<>();
        private long size;

        private Builder() {}

        /**
         * Adds an array behind the others.
         *
         * @throws IllegalArgumentException when there is one of this name
         */
        public Builder add(String name, Long... shape) {
            Slot slot = new Slot(name, List.of(shape), size);
            if (slots.putIfAbsent(name, slot) != null) {
                throw new IllegalArgumentException("Expected unique names, found " + name + " twice");
            }
            size += slot.size();
            return this;
        }

        /** Returns the layout of the arrays added so far. */
        public ParameterLayout build() {
            return new ParameterLayout(new LinkedHashMap<>(slots), Math.toIntExact(size));
        }
    }
}
