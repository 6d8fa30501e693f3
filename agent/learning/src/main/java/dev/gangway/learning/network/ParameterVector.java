package dev.gangway.learning.network;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All parameters of a network as one flat vector of P numbers in native memory, where each named array lies row-major.
 *
 * <p>Gradients have the same layout, so that optimisers, clipping, checkpoints and Fisher products see flat vectors
 * only. Not thread-safe.
 */
public final class ParameterVector {
    private final Precision precision;
    private final Map<String, Slot> slots;
    /** P numbers of the precision, in the processor's byte order. */
    private final ByteBuffer memory;

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

    private ParameterVector(Precision precision, Map<String, Slot> slots, ByteBuffer memory) {
        this.precision = precision;
        this.slots = slots;
        this.memory = memory;
    }

    /**
     * Lays copies of vectors one after the other.
     *
     * @param parts by the prefix that their names get in the new vector, which keeps names unique
     */
    static ParameterVector join(Map<String, ParameterVector> parts) {
        Builder builder = builder(parts.values().iterator().next().precision());
        parts.forEach((prefix, part) -> part.slots()
                .forEach(slot -> builder.add(prefix + slot.name(), slot.shape().toArray(Long[]::new))));
        ParameterVector whole = builder.build();
        double[] values = new double[whole.size()];
        int at = 0;
        for (ParameterVector part : parts.values()) {
            part.read(0, values, at, part.size());
            at += part.size();
        }
        whole.assign(values);
        return whole;
    }

    /** Returns views of this vector from its start on, each of a layout, one after the other. */
    List<ParameterVector> split(List<ParameterVector> layouts) {
        List<ParameterVector> views = new ArrayList<>();
        int at = 0;
        for (ParameterVector layout : layouts) {
            ByteBuffer view = memory.slice(at * precision.bytes(), layout.size() * precision.bytes())
                    .order(memory.order());
            views.add(new ParameterVector(precision, layout.slots, view));
            at += layout.size();
        }
        return views;
    }

    /** Returns a vector of one array. */
    public static ParameterVector of(Precision precision, String name, double... values) {
        ParameterVector parameters =
                builder(precision).add(name, (long) values.length).build();
        parameters.assign(values);
        return parameters;
    }

    /** Returns the memory of FLOAT parameters, for products; writing to it changes the network. */
    FloatBuffer floats() {
        if (precision != Precision.FLOAT) {
            throw new IllegalStateException("Expected FLOAT parameters, found " + precision);
        }
        return memory.asFloatBuffer();
    }

    /** Returns P. */
    public int size() {
        return memory.capacity() / precision.bytes();
    }

    /** Returns the type of the numbers. */
    public Precision precision() {
        return precision;
    }

    /** Returns the arrays in order of their offsets. */
    public List<Slot> slots() {
        return List.copyOf(slots.values());
    }

    /** Returns where an array lies. */
    Slot slot(String name) {
        Slot slot = slots.get(name);
        if (slot == null) {
            throw new IllegalArgumentException("Expected one of " + slots.keySet() + ", found parameter " + name);
        }
        return slot;
    }

    /** Returns a number rounded to the parameters' type. */
    public double round(double number) {
        return precision.round(number);
    }

    /** Returns a copy of the numbers; exact for FLOAT too. */
    public double[] toDoubles() {
        double[] values = new double[size()];
        read(0, values, 0, values.length);
        return values;
    }

    /**
     * Returns a copy of one array's numbers in row-major order.
     *
     * @throws IllegalArgumentException when there is none of this name
     */
    public double[] toDoubles(String name) {
        Slot slot = slot(name);
        double[] values = new double[Math.toIntExact(slot.size())];
        read(Math.toIntExact(slot.offset()), values, 0, values.length);
        return values;
    }

    /**
     * Overwrites the numbers.
     *
     * @param values P numbers in the layout of {@link #slots()}
     * @throws IllegalArgumentException when there are not P
     */
    public void assign(double[] values) {
        if (values.length != size()) {
            throw new IllegalArgumentException(
                    "Expected " + size() + " parameters for " + slots.values() + ", found " + values.length);
        }
        write(values, 0);
    }

    /**
     * Overwrites one array.
     *
     * @param values in row-major order
     * @throws IllegalArgumentException when there is none of this name, or its size is another
     */
    public void assign(String name, double[] values) {
        if (values.length != slot(name).size()) {
            throw new IllegalArgumentException("Expected numbers for " + slot(name) + ", found " + values.length);
        }
        write(values, Math.toIntExact(slot(name).offset()));
    }

    private void read(int from, double[] target, int to, int count) {
        if (precision == Precision.DOUBLE) {
            memory.asDoubleBuffer().get(from, target, to, count);
            return;
        }
        float[] numbers = new float[count];
        memory.asFloatBuffer().get(from, numbers);
        for (int i = 0; i < count; i++) {
            target[to + i] = numbers[i];
        }
    }

    private void write(double[] values, int to) {
        if (precision == Precision.DOUBLE) {
            memory.asDoubleBuffer().put(to, values);
        } else {
            memory.asFloatBuffer().put(to, Matrices.toFloats(values));
        }
    }

    static Builder builder(Precision precision) {
        return new Builder(precision);
    }

    /** Lays arrays out one after the other. */
    static final class Builder {
        private final Precision precision;
        private final Map<String, Slot> slots = new LinkedHashMap<>();
        private long size;

        private Builder(Precision precision) {
            this.precision = precision;
        }

        Builder add(String name, Long... shape) {
            Slot slot = new Slot(name, List.of(shape), size);
            if (slots.putIfAbsent(name, slot) != null) {
                throw new IllegalArgumentException("Expected unique names, found " + name + " twice");
            }
            size += slot.size();
            return this;
        }

        ParameterVector build() {
            int bytes = Math.toIntExact(Math.multiplyExact(size, (long) precision.bytes()));
            return new ParameterVector(
                    precision, slots, ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()));
        }
    }
}
