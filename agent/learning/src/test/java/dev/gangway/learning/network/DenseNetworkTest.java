package dev.gangway.learning.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.DenseLayers;
import dev.gangway.inference.network.DenseLoops;
import dev.gangway.inference.network.Kernel;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.Matrices;
import dev.gangway.inference.network.Network;
import dev.gangway.inference.network.ParameterLayout;
import dev.gangway.inference.network.ParameterVector;
import dev.gangway.inference.network.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DenseNetworkTest {
    private static final int ROWS = 7;

    static List<DenseLoops> doubleNetworks() {
        return Stream.of(
                        randomised(DenseNetworks.linear(3, 2, true, Precision.DOUBLE)),
                        randomised(DenseNetworks.linear(4, 1, false, Precision.DOUBLE)),
                        mlp(Activation.TANH, Precision.DOUBLE, 3, 2, 5),
                        mlp(Activation.TANH, Precision.DOUBLE, 3, 4, 6, 5),
                        mlp(Activation.RELU, Precision.DOUBLE, 4, 3, 8, 5),
                        mlp(Activation.TANH, Precision.DOUBLE, 2, 1),
                        mlp(Activation.TANH, Precision.DOUBLE, 3, 2, 65),
                        mlp(Activation.RELU, Precision.DOUBLE, 2, 3, 65, 4))
                .map(DenseLoops.class::cast)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 127, 128, 129, 300})
    void loopsAndMatrixProductsComputeTheSame(int rows) {
        for (Activation activation : Activation.values()) {
            for (boolean trunk : new boolean[] {false, true}) {
                Layer network = LayerChecks.noisy(mlp(activation, Precision.FLOAT, 5, 3, 9, 70));
                DenseLayers form = new DenseLayers(new int[] {5, 9, 70, 3}, true, activation, trunk);
                double[] features = gaussians(1, rows * 5);
                double[] w = gaussians(2, rows * 3);
                Layer.Pass loops =
                        Kernel.PLAIN_LOOPS.dense(form, network.parameters()).forward(features);
                Layer.Pass products = new DenseProducts(form, network.parameters()).products(floats(features), rows);
                double[] expectedBelow = new double[features.length];
                double[] below = new double[features.length];
                assertClose(loops.output(), products.output());
                assertClose(loops.backward(w, expectedBelow), products.backward(w, below));
                assertClose(expectedBelow, below);
                assertClose(loops.backward(w), products.backward(w));
            }
        }
    }

    private static void assertClose(double[] expected, double[] actual) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertArrayEquals(expected, actual, 1e-5 * largest);
    }

    @ParameterizedTest
    @MethodSource("doubleNetworks")
    void backwardIsTheGradientOfTheWeightedOutputs(DenseLoops network) {
        double[] features = gaussians(1, ROWS * network.inputSize());
        double[] weights = gaussians(2, ROWS * network.outputSize());
        double[] gradient = network.forward(features).backward(weights);
        FiniteDifferences.assertGradient(
                network.parameters(), () -> LayerChecks.weighted(network, features, weights), gradient);
    }

    @ParameterizedTest
    @MethodSource("doubleNetworks")
    void forwardEqualsLoopsOverPlainArrays(DenseLoops network) {
        double[] features = gaussians(3, ROWS * network.inputSize());
        double[] expected = PlainNetwork.forward(network, features, ROWS);
        assertArrayEquals(expected, network.forward(features).output(), 1e-13);
    }

    @Test
    void aPassEndsWithTheNextOneButItsOutputStays() {
        for (Precision type : List.of(Precision.DOUBLE, Precision.FLOAT)) {
            Layer network = mlp(Activation.TANH, type, 3, 2, 5);
            Network.Forward first = network.forward(gaussians(1, 40 * 3));
            double[] before = first.output().clone();
            network.forward(gaussians(2, 40 * 3));
            assertArrayEquals(before, first.output());
            assertThrows(IllegalStateException.class, () -> first.backward(new double[40 * 2]));
        }
    }

    @Test
    void aPassOverUsedMemoryEqualsTheFirst() {
        for (int rows : new int[] {20, 300}) {
            Layer network = mlp(Activation.RELU, Precision.FLOAT, 4, 2, 64, 64);
            double[] x = gaussians(1, rows * 4);
            double[] w = gaussians(2, rows * 2);
            double[] first = network.forward(x).backward(w);
            network.forward(gaussians(3, 400 * 4)).backward(gaussians(4, 400 * 2));
            assertArrayEquals(first, network.forward(x).backward(w));
        }
    }

    @Test
    void whatComesOutOfAFloatNetworkIsFloats() {
        Layer network = LayerChecks.noisy(mlp(Activation.TANH, Precision.FLOAT, 4, 2, 8));
        for (int rows : new int[] {5, 50}) {
            double[] below = new double[rows * 4];
            Layer.Pass pass = network.forward(gaussians(1, rows * 4));
            double[] gradient = pass.backward(gaussians(2, rows * 2), below);
            for (double[] numbers : List.of(pass.output(), gradient, below)) {
                assertArrayEquals(Matrices.toDoubles(Matrices.toFloats(numbers)), numbers);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void aSnapshotEqualsTheNetworkToOnePartInAHundredThousand(Activation activation) {
        Layer network = mlp(activation, Precision.FLOAT, 4, 2, 64, 64);
        double[] biased = network.parameters().toDoubles();
        double[] noise = gaussians(5, biased.length);
        for (int i = 0; i < biased.length; i++) {
            biased[i] += 0.1 * noise[i];
        }
        network.parameters().assign(biased);
        for (int rows : new int[] {1, 3, 64, 1000}) {
            double[] features = gaussians(rows, rows * 4);
            float[] outputs = new float[rows * 2];
            network.snapshot().forward(floats(features), rows, outputs);
            double[] expected = network.forward(features).output();
            double scale =
                    Math.sqrt(Arrays.stream(expected).map(x -> x * x).average().orElseThrow());
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], outputs[i], 1e-5 * scale, "output " + i + " of " + rows + " rows");
            }
        }
    }

    @Test
    void snapshotsOfOneNetworkActAtOnceWithoutMeetingEachOther() throws Exception {
        int rows = 300;
        Layer network = LayerChecks.noisy(mlp(Activation.TANH, Precision.FLOAT, 4, 2, 64, 64));
        float[] features = floats(gaussians(1, rows * 4));
        Network before = network.snapshot();
        float[] expectedBefore = new float[rows * 2];
        before.forward(features, rows, expectedBefore);
        network.parameters()
                .assign(Arrays.stream(network.parameters().toDoubles())
                        .map(x -> 1.5 * x)
                        .toArray());
        Network after = network.snapshot();
        float[] expectedAfter = new float[rows * 2];
        after.forward(features, rows, expectedAfter);
        assertFalse(Arrays.equals(expectedBefore, expectedAfter));
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<float[]>> found = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                Network snapshot = i % 2 == 0 ? before : after;
                found.add(threads.submit(() -> {
                    float[] outputs = new float[rows * 2];
                    snapshot.forward(features, rows, outputs);
                    return outputs;
                }));
            }
            for (int i = 0; i < found.size(); i++) {
                assertArrayEquals(
                        i % 2 == 0 ? expectedBefore : expectedAfter,
                        found.get(i).get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void featuresThatAreMostlyZerosAreLeftToLoops() {
        float[] oneHot = new float[40 * 10];
        for (int row = 0; row < 40; row++) {
            oneHot[row * 10 + row % 10] = 1;
        }
        assertFalse(DenseMatrices.suit(oneHot, 40, 10));
        assertFalse(DenseMatrices.suit(floats(gaussians(1, 400)), 31, 10));
        assertTrue(DenseMatrices.suit(floats(gaussians(1, 400)), 32, 10));
    }

    @Test
    void aSnapshotDoesNotFollowTheNetwork() {
        Layer network = mlp(Activation.TANH, Precision.FLOAT, 3, 2, 5);
        Network snapshot = network.snapshot();
        float[] before = new float[2];
        snapshot.forward(new float[] {1, 2, 3}, 1, before);
        network.parameters().assign(new double[network.parameters().size()]);
        float[] after = new float[2];
        snapshot.forward(new float[] {1, 2, 3}, 1, after);
        assertArrayEquals(before, after);
    }

    @Test
    void theFlatVectorHoldsTheNamedArraysInOrder() {
        Layer network = mlp(Activation.TANH, Precision.DOUBLE, 3, 2, 5);
        assertEquals(
                List.of(
                        new ParameterLayout.Slot("layer0.weights", List.of(3L, 5L), 0),
                        new ParameterLayout.Slot("layer0.bias", List.of(5L), 15),
                        new ParameterLayout.Slot("layer1.weights", List.of(5L, 2L), 20),
                        new ParameterLayout.Slot("layer1.bias", List.of(2L), 30)),
                network.parameters().slots());
        double[] weights = network.parameters().toDoubles("layer1.weights");
        weights[9] = 42;
        network.parameters().assign("layer1.weights", weights);
        assertEquals(42, network.parameters().toDoubles()[29]);
    }

    @Test
    void wrongShapesAreNamed() {
        Layer network = mlp(Activation.TANH, Precision.FLOAT, 3, 2, 5);
        assertThrows(IllegalArgumentException.class, () -> network.forward(new double[4]));
        Network.Forward forward = network.forward(new double[6]);
        assertThrows(IllegalArgumentException.class, () -> forward.backward(new double[6]));
        ParameterVector parameters = network.parameters();
        assertThrows(IllegalArgumentException.class, () -> parameters.assign(new double[5]));
        assertThrows(IllegalArgumentException.class, () -> parameters.assign("layer0.bias", new double[4]));
        assertThrows(IllegalArgumentException.class, () -> parameters.toDoubles("layer9.bias"));
    }

    private static Layer mlp(Activation activation, Precision type, int inputs, int outputs, int... hidden) {
        return DenseNetworks.mlp(inputs, hidden, outputs, activation, 1.0, new Random(7), type);
    }

    private static Layer randomised(Layer network) {
        network.parameters().assign(gaussians(11, network.parameters().size()));
        return network;
    }

    static double[] gaussians(long seed, int count) {
        Random random = new Random(seed);
        return IntStream.range(0, count).mapToDouble(i -> random.nextGaussian()).toArray();
    }

    static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
