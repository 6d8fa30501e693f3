package dev.gangway.environment;

import java.nio.ByteBuffer;

/** Holds the operations on values that several spaces need. */
final class Values {
    private Values() {}

    /**
     * Casts a value to the kind that a space expects.
     *
     * @param space the space that the error names
     * @throws IllegalArgumentException when the value is of another kind
     */
    static <T extends Value> T expect(Class<T> kind, Value value, Space space) {
        if (kind.isInstance(value)) {
            return kind.cast(value);
        }
        throw new IllegalArgumentException("Expected a " + kind.getSimpleName() + " for " + space + ", found a "
                + value.getClass().getSimpleName());
    }

    /**
     * Checks that a value has as many parts as its space.
     *
     * @throws IllegalArgumentException when the numbers differ
     */
    static void expectParts(int expected, int found, Space space) {
        if (expected != found) {
            throw new IllegalArgumentException(
                    "Expected " + expected + " values, one per part of " + space + ", found " + found);
        }
    }

    /** Returns a shape with the extent n added in front: [n, …shape]. */
    static int[] prepend(int n, int... shape) {
        int[] batch = new int[shape.length + 1];
        batch[0] = n;
        System.arraycopy(shape, 0, batch, 1, shape.length);
        return batch;
    }

    /** Returns a tensor that repeats the given one n times along a new leading axis. */
    static Tensor tile(Tensor tensor, int n) {
        int[] shape = prepend(n, tensor.shape());
        ByteBuffer data = Tensor.allocate(tensor.dtype(), shape);
        for (int i = 0; i < n; i++) {
            data.put(tensor.bytes());
        }
        return Tensor.wrap(tensor.dtype(), shape, data.flip());
    }
}
