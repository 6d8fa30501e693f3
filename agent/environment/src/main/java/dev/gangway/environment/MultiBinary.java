package dev.gangway.environment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The space of INT8 arrays of zeros and ones: {@code gymnasium.spaces.MultiBinary}.
 *
 * @param shape shape of a value, each extent ≥ 1
 */
public record MultiBinary(int[] shape) implements ArraySpace {
    /**
     * Copies the shape and checks its extents.
     *
     * @throws IllegalArgumentException when an extent is &lt; 1
     */
    public MultiBinary {
        shape = shape.clone();
        if (Arrays.stream(shape).anyMatch(extent -> extent < 1)) {
            throw new IllegalArgumentException("Expected extents ≥ 1 in a MultiBinary, found " + Elements.tuple(shape));
        }
    }

    /** Returns the space of arrays of this shape. */
    public static MultiBinary of(int... shape) {
        return new MultiBinary(shape);
    }

    @Override
    public DType dtype() {
        return DType.INT8;
    }

    @Override
    public int[] shape() {
        return shape.clone();
    }

    @Override
    public boolean contains(Value value) {
        if (!(value instanceof Tensor tensor)
                || tensor.dtype() != DType.INT8
                || !Arrays.equals(tensor.shape(), shape)) {
            return false;
        }
        for (int i = 0; i < tensor.size(); i++) {
            if (tensor.getLong(i) != 0 && tensor.getLong(i) != 1) {
                return false;
            }
        }
        return true;
    }

    /** Returns an array of independent fair coin tosses. */
    @Override
    public Tensor sample(RandomGenerator random) {
        ByteBuffer data = Tensor.allocate(DType.INT8, shape);
        while (data.hasRemaining()) {
            data.put((byte) random.nextInt(2));
        }
        return Tensor.wrap(DType.INT8, shape, data.flip());
    }

    @Override
    public Box batched(int n) {
        int[] batch = Values.prepend(n, shape);
        byte[] ones = new byte[Tensor.elementCount(batch)];
        Arrays.fill(ones, (byte) 1);
        return Box.of(Tensor.ofBytes(batch, new byte[ones.length]), Tensor.ofBytes(batch, ones));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MultiBinary that && Arrays.equals(shape, that.shape);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(shape);
    }

    /** Returns a text like {@code MultiBinary(5)} or {@code MultiBinary((3, 2))}. */
    @Override
    public String toString() {
        return "MultiBinary(" + (shape.length == 1 ? Integer.toString(shape[0]) : Elements.tuple(shape)) + ")";
    }
}
