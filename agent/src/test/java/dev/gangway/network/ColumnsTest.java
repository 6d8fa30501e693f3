package dev.gangway.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ColumnsTest {
    private static final int[] WIDTHS = {1, 2, 3, 4, 17, 63, 64};
    private static final int[] BATCHES = {1, 31, 32, 63, 64, 65, 255, 256, 257, 1000, 5000};

    private final Random random = new Random(5);

    @Test
    void aSnapshotPutsOutTheSameBitsForManyRowsAsForOne() {
        for (int trial = 0; trial < 20; trial++) {
            int[] sizes = sizes();
            boolean biased = random.nextBoolean();
            DenseSnapshot snapshot =
                    DenseSnapshot.of(sizes, biased, activation(), random.nextBoolean(), numbers(count(sizes, biased)));
            int rows = BATCHES[trial % BATCHES.length];
            float[] features = DenseNetworkTest.floats(numbers(rows * sizes[0]));
            float[] together = new float[rows * snapshot.outputSize()];
            snapshot.forward(features, rows, together);
            float[] alone = new float[snapshot.outputSize()];
            for (int row = 0; row < rows; row++) {
                snapshot.forward(Arrays.copyOfRange(features, row * sizes[0], (row + 1) * sizes[0]), 1, alone);
                float[] found = Arrays.copyOfRange(together, row * alone.length, (row + 1) * alone.length);
                assertArrayEquals(alone, found, Arrays.toString(sizes) + ", row " + row + " of " + rows);
            }
        }
    }

    private int[] sizes() {
        return IntStream.range(0, 2 + random.nextInt(3))
                .map(l -> WIDTHS[random.nextInt(WIDTHS.length)])
                .toArray();
    }

    private Activation activation() {
        return random.nextBoolean() ? Activation.TANH : Activation.RELU;
    }

    private static int count(int[] sizes, boolean biased) {
        return IntStream.range(1, sizes.length)
                .map(l -> (sizes[l - 1] + (biased ? 1 : 0)) * sizes[l])
                .sum();
    }

    /** Gaussian numbers, one in four of them 0. */
    private double[] numbers(int count) {
        return IntStream.range(0, count)
                .mapToDouble(i -> random.nextInt(4) == 0 ? 0 : random.nextGaussian())
                .toArray();
    }
}
