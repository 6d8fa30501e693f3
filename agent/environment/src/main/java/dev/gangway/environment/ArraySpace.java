package dev.gangway.environment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A space whose values are {@link Tensor}s of one data type and one shape. A batch of n values is one tensor with a
 * leading axis of length n.
 */
public sealed interface ArraySpace extends Space permits Box, Discrete, MultiDiscrete, MultiBinary {

    /** Returns the element type of a value. */
    DType dtype();

    /** Returns the shape of a value. The array is a copy that the caller may change. */
    int[] shape();

    @Override
    Tensor sample(RandomGenerator random);

    @Override
    ArraySpace batched(int n);

    @Override
    default int depth() {
        return 0;
    }

    @Override
    default Tensor concatenate(List<? extends Value> values) {
        int[] shape = shape();
        int[] batch = Values.prepend(values.size(), shape);
        ByteBuffer data = Tensor.allocate(dtype(), batch);
        for (Value value : values) {
            Tensor tensor = Values.expect(Tensor.class, value, this);
            if (tensor.dtype() != dtype() || !Arrays.equals(tensor.shape(), shape)) {
                throw new IllegalArgumentException("Expected " + Tensor.describe(dtype(), shape) + " values of " + this
                        + ", found " + Tensor.describe(tensor.dtype(), tensor.shape()));
            }
            data.put(tensor.bytes());
        }
        return Tensor.wrap(dtype(), batch, data.flip());
    }

    @Override
    default Tensor row(Value batch, int index) {
        return Values.expect(Tensor.class, batch, this).row(index);
    }
}
