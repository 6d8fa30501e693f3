package dev.gangway.environment;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * The space of the integers start … start + n − 1: {@code gymnasium.spaces.Discrete}. A value is a tensor of shape [].
 *
 * @param n number of values, ≥ 1
 * @param start smallest value
 * @param dtype integer type of a value
 */
public record Discrete(long n, long start, DType dtype) implements ArraySpace {
    /**
     * Checks that the range is not empty and that its integers fit into the data type.
     *
     * @throws IllegalArgumentException when n &lt; 1, or when the type is no integer type or too narrow for the range
     */
    public Discrete {
        if (n < 1) {
            throw new IllegalArgumentException("Expected n ≥ 1 in a Discrete, found " + n);
        }
        MultiDiscrete.checkRange(dtype, start, n);
    }

    /** Returns the space of the integers 0 … n − 1 with data type INT64. */
    public static Discrete of(long n) {
        return new Discrete(n, 0, DType.INT64);
    }

    @Override
    public int[] shape() {
        return new int[0];
    }

    @Override
    public boolean contains(Value value) {
        return value instanceof Tensor tensor
                && tensor.dtype() == dtype
                && tensor.rank() == 0
                && MultiDiscrete.inRange(tensor.getLong(0), start, n);
    }

    /** Returns a random integer of the range. All are equally likely. */
    @Override
    public Tensor sample(RandomGenerator random) {
        ByteBuffer data = Tensor.allocate(dtype);
        Elements.putLong(data, dtype, start + random.nextLong(n));
        return Tensor.wrap(dtype, new int[0], data.flip());
    }

    @Override
    public MultiDiscrete batched(int n) {
        int[] none = {};
        return new MultiDiscrete(
                Values.tile(Tensor.ofLongs(none, this.n), n), Values.tile(Tensor.ofLongs(none, start), n), dtype);
    }

    /** Returns a text like {@code Discrete(2)} or {@code Discrete(3, start=-1, dtype=int32)}. */
    @Override
    public String toString() {
        return "Discrete(" + n + (start == 0 ? "" : ", start=" + start)
                + (dtype == DType.INT64 ? "" : ", dtype=" + dtype.numpyName()) + ")";
    }
}
