package dev.gangway.bridge.conformance;

import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes batches of values. */
public final class Batches {
    private Batches() {}

    /** Stacks k ≥ 1 tensors of one type and shape along a new first axis. */
    public static Tensor stack(List<Tensor> rows) {
        Tensor first = rows.get(0);
        int[] shape = new int[first.rank() + 1];
        shape[0] = rows.size();
        System.arraycopy(first.shape(), 0, shape, 1, first.rank());
        ByteBuffer data = Tensor.allocate(first.dtype(), shape);
        rows.forEach(row -> data.put(row.bytes()));
        return Tensor.wrap(first.dtype(), shape, data.flip());
    }

    /** Returns {@code steps} batches of {@code copies} random values of a space; the seed fixes them. */
    public static List<Tensor> random(Space space, int copies, int steps, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Tensor[] batches = new Tensor[steps];
        for (int t = 0; t < steps; t++) {
            Tensor[] rows = new Tensor[copies];
            for (int i = 0; i < copies; i++) {
                rows[i] = space.sample(random).asTensor();
            }
            batches[t] = stack(Arrays.asList(rows));
        }
        return Arrays.asList(batches);
    }
}
