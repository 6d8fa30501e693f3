package dev.gangway.learning.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * All parameters of a network as one flat vector of P numbers, with a named row-major view of each array in it.
 *
 * <p>Gradients have the same layout, so that optimisers, clipping, checkpoints and Fisher products see flat vectors
 * only. Not thread-safe.
 */
public final class ParameterVector {
    private final DataType dataType;
    private final Map<String, Slot> slots;
    private final INDArray vector;

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

    private ParameterVector(DataType dataType, Map<String, Slot> slots, INDArray vector) {
        this.dataType = dataType;
        this.slots = slots;
        this.vector = vector;
    }

    /**
     * Lays copies of vectors one after the other.
     *
     * @param parts by the prefix that their names get in the new vector, which keeps names unique
     */
    static ParameterVector join(Map<String, ParameterVector> parts) {
        Builder builder = builder(parts.values().iterator().next().dataType());
        parts.forEach((prefix, part) -> part.slots()
                .forEach(slot -> builder.add(prefix + slot.name(), slot.shape().toArray(Long[]::new))));
        ParameterVector whole = builder.build();
        double[] values = new double[whole.size()];
        int at = 0;
        for (ParameterVector part : parts.values()) {
            Matrices.read(part.vector, values, at);
            at += part.size();
        }
        whole.assign(values);
        return whole;
    }

    /** Returns views of this vector from its start on, each of a layout, one after the other. */
    List<ParameterVector> split(List<ParameterVector> layouts) {
        List<ParameterVector> views = new ArrayList<>();
        long at = 0;
        for (ParameterVector layout : layouts) {
            INDArray view = vector.get(NDArrayIndex.interval(at, at + layout.size()));
            views.add(new ParameterVector(dataType, layout.slots, view));
            at += layout.size();
        }
        return views;
    }

    /** Returns a vector of one array. */
    public static ParameterVector of(DataType dataType, String name, double... values) {
        ParameterVector parameters =
                builder(dataType).add(name, (long) values.length).build();
        parameters.assign(values);
        return parameters;
    }

    /** Returns the vector itself, shape [P], for products; writing to it changes the network. */
    INDArray vector() {
        return vector;
    }

    /** Returns P. */
    public int size() {
        return Math.toIntExact(vector.length());
    }

    /** Returns FLOAT or DOUBLE. */
    public DataType dataType() {
        return dataType;
    }

    /** Returns the arrays in order of their offsets. */
    public List<Slot> slots() {
        return List.copyOf(slots.values());
    }

    /** Returns the view of one array in a vector of this layout: of the parameters or of a gradient, shape [P]. */
    INDArray viewOf(INDArray flat, String name) {
        Slot slot = slot(name);
        long[] shape = slot.shape().stream().mapToLong(Long::longValue).toArray();
        return flat.get(NDArrayIndex.interval(slot.offset(), slot.offset() + slot.size()))
                .reshape('c', shape);
    }

    private Slot slot(String name) {
        Slot slot = slots.get(name);
        if (slot == null) {
            throw new IllegalArgumentException("Expected one of " + slots.keySet() + ", found parameter " + name);
        }
        return slot;
    }

    /** Returns a number rounded to the parameters' type. */
    public double round(double number) {
        return dataType == DataType.FLOAT ? (float) number : number;
    }

    /** Returns a copy of the numbers; exact for FLOAT too. */
    public double[] toDoubles() {
        return Matrices.toDoubles(vector);
    }

    /**
     * Returns a copy of one array's numbers in row-major order.
     *
     * @throws IllegalArgumentException when there is none of this name
     */
    public double[] toDoubles(String name) {
        return Matrices.toDoubles(viewOf(vector, name));
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
        Matrices.write(values, 0, vector);
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
        Matrices.write(values, 0, viewOf(vector, name));
    }

    static Builder builder(DataType dataType) {
        return new Builder(dataType);
    }

    /** Lays arrays out one after the other. */
    static final class Builder {
        private final DataType dataType;
        private final Map<String, Slot> slots = new LinkedHashMap<>();
        private long size;

        private Builder(DataType dataType) {
            if (dataType != DataType.FLOAT && dataType != DataType.DOUBLE) {
                throw new IllegalArgumentException("Expected FLOAT or DOUBLE parameters, found " + dataType);
            }
            this.dataType = dataType;
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
            NativeThreads.settle();
            return new ParameterVector(dataType, slots, Nd4j.create(dataType, size));
        }
    }
}
