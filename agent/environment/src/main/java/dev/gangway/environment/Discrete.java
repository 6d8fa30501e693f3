package dev.gangway.environment;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * The integers start … start + n − 1: {@code gymnasium.spaces.Discrete}. A value is a tensor of shape [].
 *
 * @param n number of values, ≥ 1
 * @param start smallest value
 * @param dtype integer type of a value
 */
public record Discrete(long n, long start, DType dtype) implements ArraySpace {
    /**
     * Checks.
     *
     * @throws IllegalArgumentException when n &lt; 1, or the type is no integer type or too narrow
     */
    public Discrete {
        if (n < 1) {
            throw new IllegalArgumentException("Expected n ≥ 1 in a Discrete, found " + n);
        }
        MultiDiscrete.checkRange(dtype, start, n);
    }

    /** Returns the integers 0 … n − 1 as INT64. */
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

    /** Returns a value, all equally likely. */
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

    /** Prints like {@code Discrete(2)} or {@code Discrete(3, start=-1, dtype=int32)}. */
    @Override
    public String toString() {
        return "Discrete(" + n + (start == 0 ? "" : ", start=" + start)
                + (dtype == DType.INT64 ? "" : ", dtype=" + dtype.numpyName()) + ")";
    }
}
