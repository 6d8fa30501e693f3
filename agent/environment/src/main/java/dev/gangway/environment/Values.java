package dev.gangway.environment;

import java.nio.ByteBuffer;

/** What the spaces share in handling values. */
final class Values {
    private Values() {}

    /** Returns the value as this kind; {@code space} is for the error. */
    static <T extends Value> T expect(Class<T> kind, Value value, Space space) {
        if (kind.isInstance(value)) {
            return kind.cast(value);
        }
        throw new IllegalArgumentException("Expected a " + kind.getSimpleName() + " for " + space + ", found a "
                + value.getClass().getSimpleName());
    }

    /** Checks that there is one value per part. */
    static void expectParts(int expected, int found, Space space) {
        if (expected != found) {
            throw new IllegalArgumentException(
                    "Expected " + expected + " values, one per part of " + space + ", found " + found);
        }
    }

    /** Returns the shape [n, …shape]. */
    static int[] prepend(int n, int... shape) {
        int[] batch = new int[shape.length + 1];
        batch[0] = n;
        System.arraycopy(shape, 0, batch, 1, shape.length);
        return batch;
    }

    /** Returns n times the tensor along a new leading axis. */
    static Tensor tile(Tensor tensor, int n) {
        int[] shape = prepend(n, tensor.shape());
        ByteBuffer data = Tensor.allocate(tensor.dtype(), shape);
        for (int i = 0; i < n; i++) {
            data.put(tensor.bytes());
        }
        return Tensor.wrap(tensor.dtype(), shape, data.flip());
    }
}
