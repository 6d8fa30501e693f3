package dev.gangway.environment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The space of integer arrays whose element i is one of start[i] … start[i] + nvec[i] − 1: {@code
 * gymnasium.spaces.MultiDiscrete}.
 *
 * @param nvec number of values that each element can take, ≥ 1; an INT64 tensor that has the shape of a value
 * @param start smallest value of each element; an INT64 tensor of the same shape
 * @param dtype integer type of a value
 */
public record MultiDiscrete(Tensor nvec, Tensor start, DType dtype) implements ArraySpace {
    /**
     * Checks that every range is not empty and that its integers fit into the data type.
     *
     * @throws IllegalArgumentException when a number of values is &lt; 1, when the shapes differ, or when the type is
     *     no integer type or too narrow
     */
    public MultiDiscrete {
        if (nvec.dtype() != DType.INT64
                || start.dtype() != DType.INT64
                || !Arrays.equals(nvec.shape(), start.shape())) {
            throw new IllegalArgumentException(
                    "Expected nvec and start of a MultiDiscrete to be int64 of one shape, found "
                            + Tensor.describe(nvec.dtype(), nvec.shape()) + " and "
                            + Tensor.describe(start.dtype(), start.shape()));
        }
        for (int i = 0; i < nvec.size(); i++) {
            if (nvec.getLong(i) < 1) {
                throw new IllegalArgumentException(
                        "Expected nvec ≥ 1 in a MultiDiscrete, found " + nvec.getLong(i) + " at element " + i);
            }
            checkRange(dtype, start.getLong(i), nvec.getLong(i));
        }
        checkRange(dtype, 0, 1);
    }

    /** Returns the space of INT64 vectors whose element i is one of 0 … nvec[i] − 1. */
    public static MultiDiscrete of(long... nvec) {
        int[] shape = {nvec.length};
        return new MultiDiscrete(
                Tensor.ofLongs(shape, nvec), Tensor.ofLongs(shape, new long[nvec.length]), DType.INT64);
    }

    @Override
    public int[] shape() {
        return nvec.shape();
    }

    @Override
    public boolean contains(Value value) {
        if (!(value instanceof Tensor tensor)
                || tensor.dtype() != dtype
                || !Arrays.equals(tensor.shape(), nvec.shape())) {
            return false;
        }
        for (int i = 0; i < tensor.size(); i++) {
            if (!inRange(tensor.getLong(i), start.getLong(i), nvec.getLong(i))) {
                return false;
            }
        }
        return true;
    }

    /** Returns a random array. Every value of an element is equally likely. */
    @Override
    public Tensor sample(RandomGenerator random) {
        ByteBuffer data = Tensor.allocate(dtype, nvec.shape());
        for (int i = 0; i < nvec.size(); i++) {
            Elements.putLong(data, dtype, start.getLong(i) + random.nextLong(nvec.getLong(i)));
        }
        return Tensor.wrap(dtype, nvec.shape(), data.flip());
    }

    /** Returns the integer {@link Box} into which Gymnasium turns a batch of these arrays. */
    @Override
    public Box batched(int n) {
        ByteBuffer low = Tensor.allocate(dtype, nvec.shape());
        ByteBuffer high = Tensor.allocate(dtype, nvec.shape());
        for (int i = 0; i < nvec.size(); i++) {
            Elements.putLong(low, dtype, start.getLong(i));
            Elements.putLong(high, dtype, start.getLong(i) + nvec.getLong(i) - 1);
        }
        return Box.of(
                Values.tile(Tensor.wrap(dtype, nvec.shape(), low.flip()), n),
                Values.tile(Tensor.wrap(dtype, nvec.shape(), high.flip()), n));
    }

    /** Returns a text like {@code MultiDiscrete([5 2 2])} or {@code MultiDiscrete([5 2], start=[1 0])}. */
    @Override
    public String toString() {
        boolean shifted = Arrays.stream(start.toDoubles()).anyMatch(value -> value != 0);
        return "MultiDiscrete(" + Elements.array(nvec) + (shifted ? ", start=" + Elements.array(start) : "") + ")";
    }

    /** Returns whether start ≤ value &lt; start + n. The value may be the bits of a uint64. */
    static boolean inRange(long value, long start, long n) {
        // A uint64 of 2^63 or more reads as a negative number and lies in no range that ends below 2^63.
        return value >= start && value - start < n && value - start >= 0;
    }

    static void checkRange(DType dtype, long start, long n) {
        if (dtype.isFloating() || dtype == DType.BOOL) {
            throw new IllegalArgumentException("Expected an integer type, found " + dtype.numpyName());
        }
        if (start > Long.MAX_VALUE - (n - 1) || !Elements.holds(dtype, start, start + (n - 1))) {
            throw new IllegalArgumentException(
                    "Expected " + n + " values from " + start + " on to fit " + dtype.numpyName());
        }
    }
}
