package dev.gangway.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.stream.IntStream;

/** What holds for every layer. */
final class LayerChecks {
    static final int ROWS = 3;

    private LayerChecks() {}

    /** Both backward passes are the gradient of the weighted outputs by finite differences; the layer is DOUBLE. */
    static void assertGradients(Layer network) {
        double[] features = numbers(3, ROWS * network.inputSize());
        double[] weights = numbers(4, ROWS * network.outputSize());
        double[] below = new double[features.length];
        Layer.Pass pass = network.forward(features);
        double[] gradient = pass.backward(weights, below);
        assertArrayEquals(gradient, pass.backward(weights));
        FiniteDifferences.assertGradient(network.parameters(), () -> weighted(network, features, weights), gradient);
        assertFeatureGradient(network, features, weights, below);
    }

    /** A snapshot puts out what the layer does; the layer is FLOAT. */
    static void assertSnapshot(Layer network, NetworkSnapshot snapshot) {
        double[] features = numbers(8, ROWS * network.inputSize());
        float[] plain = new float[features.length];
        IntStream.range(0, plain.length).forEach(i -> plain[i] = (float) features[i]);
        float[] found = new float[ROWS * network.outputSize()];
        snapshot.forward(plain, ROWS, found);
        double[] expected = network.forward(features).output();
        for (int i = 0; i < found.length; i++) {
            assertEquals(expected[i], found[i], 1e-5);
        }
    }

    private static void assertFeatureGradient(Layer network, double[] features, double[] weights, double[] gradient) {
        double step = 1e-5;
        for (int i = 0; i < features.length; i++) {
            double[] moved = features.clone();
            moved[i] += step;
            double up = weighted(network, moved, weights);
            moved[i] -= 2 * step;
            double down = weighted(network, moved, weights);
            assertEquals((up - down) / (2 * step), gradient[i], 1e-7, "feature " + i);
        }
    }

    static double weighted(Network network, double[] features, double[] weights) {
        double[] outputs = network.forward(features).output();
        return IntStream.range(0, outputs.length)
                .mapToDouble(i -> outputs[i] * weights[i])
                .sum();
    }

    static <N extends Network> N noisy(N network) {
        double[] parameters = network.parameters().toDoubles();
        double[] noise = numbers(9, parameters.length);
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] += 0.1 * noise[i];
        }
        network.parameters().assign(parameters);
        return network;
    }

    static double[] numbers(int seed, int count) {
        Random random = new Random(seed);
        return IntStream.range(0, count).mapToDouble(i -> random.nextGaussian()).toArray();
    }
}
