package dev.gangway.inference.network;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * All parameters of a network as one flat vector of P numbers, in which each named array lies row-major.
 *
 * <p>Live parameters lie in native memory, where libraries can multiply them, and change as a network learns. Frozen ones lie
 * in a plain array, never change, and may be read by any thread. Gradients have the same layout, so that optimisers, clipping,
 * checkpoints and Fisher products see flat vectors only. A live vector is not thread-safe.
 */
public final class ParameterVector {
    private final ParameterLayout layout;
    private final Precision precision;
    private final boolean frozen;
    /** A FloatBuffer or a DoubleBuffer of P numbers. */
    private final Buffer memory;

    private ParameterVector(ParameterLayout layout, Precision precision, boolean frozen, Buffer memory) {
        this.layout = layout;
        this.precision = precision;
        this.frozen = frozen;
        this.memory = memory;
    }

    /** Returns live parameters that are all 0. */
    public static ParameterVector zeros(ParameterLayout layout, Precision precision) {
        int bytes = Math.multiplyExact(layout.size(), precision.bytes());
        ByteBuffer memory = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        return new ParameterVector(
                layout,
                precision,
                false,
                precision == Precision.FLOAT ? memory.asFloatBuffer() : memory.asDoubleBuffer());
    }

    /** Returns live parameters of one array. */
    public static ParameterVector of(Precision precision, String name, double... values) {
        ParameterVector parameters = zeros(ParameterLayout.of(name, values.length), precision);
        parameters.assign(values);
        return parameters;
    }

    /**
     * Returns frozen FLOAT parameters.
     *
     * @param values P numbers in the layout's order; rounded to float, in a copy
     * @throws IllegalArgumentException when there are not P
     */
    public static ParameterVector frozen(ParameterLayout layout, double[] values) {
        requireCount(layout, values.length);
        return new ParameterVector(layout, Precision.FLOAT, true, FloatBuffer.wrap(Matrices.toFloats(values)));
    }

    /** Returns a frozen copy of the numbers as they are now, in the same precision. */
    public ParameterVector freeze() {
        if (precision == Precision.FLOAT) {
            float[] copy = new float[size()];
            ((FloatBuffer) memory).get(0, copy);
            return new ParameterVector(layout, precision, true, FloatBuffer.wrap(copy));
        }
        return new ParameterVector(layout, precision, true, DoubleBuffer.wrap(toDoubles()));
    }

    /** Returns views of this vector from its start on, each of a layout, one after the other. */
    public List<ParameterVector> split(List<ParameterLayout> layouts) {
        List<ParameterVector> views = new ArrayList<>();
        int at = 0;
        for (ParameterLayout part : layouts) {
            Buffer view = memory.slice(at, part.size());
            views.add(new ParameterVector(part, precision, frozen, view));
            at += part.size();
        }
        return views;
    }

    /** Returns whether the numbers never change. */
    public boolean isFrozen() {
        return frozen;
    }

    /**
     * Returns the memory of FLOAT parameters, for products: direct if they are live. Writing to it changes the network.
     *
     * @throws IllegalStateException when they are DOUBLE
     */
    public FloatBuffer floats() {
        if (precision != Precision.FLOAT) {
            throw new IllegalStateException("Expected FLOAT parameters, found " + precision);
        }
        FloatBuffer floats = ((FloatBuffer) memory).duplicate();
        return frozen ? floats.asReadOnlyBuffer() : floats;
    }

    /** Returns P. */
    public int size() {
        return layout.size();
    }

    /** Returns the type of the numbers. */
    public Precision precision() {
        return precision;
    }

    /** Returns which arrays lie where. */
    public ParameterLayout layout() {
        return layout;
    }

    /** Returns the arrays in order of their offsets. */
    public List<ParameterLayout.Slot> slots() {
        return layout.slots();
    }

    /** Returns a number rounded to the parameters' type. */
    public double round(double number) {
        return precision.round(number);
    }

    /** Returns a copy of the numbers; exact for FLOAT too. */
    public double[] toDoubles() {
        return read(0, size());
    }

    /**
     * Returns a copy of one array's numbers in row-major order.
     *
     * @throws IllegalArgumentException when there is none of this name
     */
    public double[] toDoubles(String name) {
        ParameterLayout.Slot slot = layout.slot(name);
        return read(Math.toIntExact(slot.offset()), Math.toIntExact(slot.size()));
    }

    /**
     * Overwrites the numbers.
     *
     * @param values P numbers in the layout's order
     * @throws IllegalArgumentException when there are not P
     * @throws IllegalStateException when the parameters are frozen
     */
    public void assign(double[] values) {
        requireCount(layout, values.length);
        write(values, 0);
    }

    /**
     * Overwrites one array.
     *
     * @param values in row-major order
     * @throws IllegalArgumentException when there is none of this name, or its size is another
     * @throws IllegalStateException when the parameters are frozen
     */
    public void assign(String name, double[] values) {
        ParameterLayout.Slot slot = layout.slot(name);
        if (values.length != slot.size()) {
            throw new IllegalArgumentException("Expected numbers for " + slot + ", found " + values.length);
        }
        write(values, Math.toIntExact(slot.offset()));
    }

    private static void requireCount(ParameterLayout layout, int found) {
        if (found != layout.size()) {
            throw new IllegalArgumentException(
                    "Expected " + layout.size() + " parameters for " + layout + ", found " + found);
        }
    }

    private double[] read(int from, int count) {
        if (precision == Precision.DOUBLE) {
            double[] numbers = new double[count];
            ((DoubleBuffer) memory).get(from, numbers);
            return numbers;
        }
        float[] numbers = new float[count];
        ((FloatBuffer) memory).get(from, numbers);
        return Matrices.toDoubles(numbers);
    }

    private void write(double[] values, int to) {
        if (frozen) {
            throw new IllegalStateException("Expected live parameters to write to, found frozen ones");
        }
        if (precision == Precision.DOUBLE) {
            ((DoubleBuffer) memory).put(to, values);
        } else {
            ((FloatBuffer) memory).put(to, Matrices.toFloats(values));
        }
    }
}
