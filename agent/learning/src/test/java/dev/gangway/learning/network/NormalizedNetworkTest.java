package dev.gangway.learning.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.InputNormalizer;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.Matrices;
import dev.gangway.inference.network.Network;
import dev.gangway.inference.network.NormalizedNetwork;
import dev.gangway.inference.network.Precision;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NormalizedNetworkTest {
    private static final int ROWS = 50;
    private static final double CLIP = 2;
    private static final double EPSILON = 1e-2;
    /** The second column is a one-hot's. */
    private static final boolean[] CHOSEN = {true, false, true};

    private final InputNormalizer normalizer = new InputNormalizer(CHOSEN, CLIP, EPSILON);
    private final float[] features = features(1);
    private final int[] rows = IntStream.range(0, ROWS).toArray();

    @Test
    void chosenColumnsAreShiftedScaledAndClipped() {
        normalizer.observe(features, rows);
        for (int column = 0; column < 3; column++) {
            int at = column;
            double mean = IntStream.of(rows)
                    .mapToDouble(row -> features[row * 3 + at])
                    .average()
                    .orElseThrow();
            double variance = IntStream.of(rows)
                    .mapToDouble(row -> Math.pow(features[row * 3 + at] - mean, 2))
                    .average()
                    .orElseThrow();
            double edge = 0;
            for (int row : rows) {
                double x = features[row * 3 + column];
                double expected = Math.max(-CLIP, Math.min(CLIP, (x - mean) / Math.sqrt(variance + EPSILON)));
                edge = Math.max(edge, Math.abs(expected));
                assertEquals(column == 1 ? x : expected, normalizer.current().apply(x, column), 1e-12);
            }
            assertEquals(CLIP, edge, "the features are spread widely enough to clip some");
        }
    }

    @Test
    void beforeTheFirstObservationOnlyClippingHappens() {
        InputNormalizer fresh = new InputNormalizer(CHOSEN, CLIP, 1e-12);
        assertEquals(1.5, fresh.current().apply(1.5, 0), 1e-9);
        assertEquals(-CLIP, fresh.current().apply(-100, 2));
        assertEquals(100, fresh.current().apply(100, 1));
    }

    @Test
    void onlyTheRowsThatCountAreSeen() {
        normalizer.observe(features, new int[] {3, 7});
        double mean = (features[9] + (double) features[21]) / 2;
        assertEquals(0, normalizer.current().apply(mean, 0), 1e-12);
    }

    @Test
    void theSnapshotSeesTheSameBitsAsTheLearner() {
        normalizer.observe(features, rows);
        NormalizedNetwork identity = new NormalizedNetwork(identity(Precision.FLOAT), normalizer::current);
        float[] acted = new float[ROWS * 3];
        identity.snapshot().forward(features, ROWS, acted);
        double[] learned = identity.forward(Matrices.gather(features, rows, 3)).output();
        for (int i = 0; i < acted.length; i++) {
            assertEquals(acted[i], learned[i], 0, "feature " + i);
        }
    }

    @Test
    void backwardIsTheGradientBehindTheStandardisation() {
        normalizer.observe(features, rows);
        NormalizedNetwork network = new NormalizedNetwork(
                DenseNetworks.mlp(3, new int[] {4}, 2, Activation.TANH, 1, new Random(3), Precision.DOUBLE),
                normalizer::current);
        double[] weights = new Random(4).doubles(ROWS * 2).toArray();
        double[] x = Matrices.gather(features, rows, 3);
        FiniteDifferences.assertGradient(
                network.parameters(),
                () -> LayerChecks.weighted(network, x, weights),
                network.forward(x).backward(weights));
    }

    @Test
    void aSnapshotIsFrozen() {
        normalizer.observe(features, rows);
        NormalizedNetwork identity = new NormalizedNetwork(identity(Precision.FLOAT), normalizer::current);
        Network snapshot = identity.snapshot();
        float[] before = new float[ROWS * 3];
        snapshot.forward(features, ROWS, before);
        float[] again = new float[ROWS * 3];
        snapshot.forward(features, ROWS, again);
        assertArrayEquals(before, again, "acting does not move the moments");
        normalizer.observe(features(2), rows);
        snapshot.forward(features, ROWS, again);
        assertArrayEquals(before, again, "nor does learning");
        identity.snapshot().forward(features, ROWS, again);
        assertNotEquals(before[0], again[0]);
    }

    @Test
    void momentsGoOnFromAnotherState() {
        normalizer.observe(features, rows);
        InputNormalizer resumed = new InputNormalizer(CHOSEN, CLIP, EPSILON);
        resumed.importState(normalizer.exportState());
        assertEquals(normalizer.current().apply(0.3, 2), resumed.current().apply(0.3, 2));
        normalizer.observe(features(2), rows);
        resumed.observe(features(2), rows);
        assertEquals(normalizer.current().apply(0.3, 2), resumed.current().apply(0.3, 2));

        String message = assertThrows(
                        IllegalArgumentException.class, () -> resumed.importState(Map.of("mean", new double[2])))
                .getMessage();
        assertTrue(message.startsWith("Expected running moments count[1], mean[3]"), message);
    }

    private static Layer identity(Precision precision) {
        Layer network = DenseNetworks.linear(3, 3, false, precision);
        network.parameters().assign(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1});
        return network;
    }

    private static float[] features(int seed) {
        Random random = new Random(seed);
        float[] features = new float[ROWS * 3];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) (100 * (i % 3) + 5 * seed + 3 * random.nextGaussian());
        }
        return features;
    }
}
