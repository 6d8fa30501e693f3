package dev.gangway.learning.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.Network;
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
        assertTangent(network, features);
    }

    /**
     * The derivative along a direction in parameters and features is that by finite differences, and backward is its
     * transpose: Σ w · J v = Jᵀ w · v.
     */
    private static void assertTangent(Layer network, double[] features) {
        double[] theta = network.parameters().toDoubles();
        double[] direction = numbers(5, theta.length);
        double[] featureDirection = numbers(6, features.length);
        double[] weights = numbers(7, ROWS * network.outputSize());
        Layer.Pass pass = network.forward(features);
        double[] tangent = pass.tangent(direction, featureDirection);
        double[] below = new double[features.length];
        double[] gradient = pass.backward(weights, below);
        assertEquals(dot(weights, tangent), dot(gradient, direction) + dot(below, featureDirection), 1e-10);
        assertEquals(dot(weights, pass.tangent(direction)), dot(gradient, direction), 1e-10);
        double step = 1e-5;
        network.parameters().assign(moved(theta, direction, step));
        double[] up = network.forward(moved(features, featureDirection, step)).output();
        network.parameters().assign(moved(theta, direction, -step));
        double[] down =
                network.forward(moved(features, featureDirection, -step)).output();
        network.parameters().assign(theta);
        for (int i = 0; i < tangent.length; i++) {
            assertEquals((up[i] - down[i]) / (2 * step), tangent[i], 1e-7, "output " + i);
        }
    }

    private static double[] moved(double[] from, double[] direction, double step) {
        return IntStream.range(0, from.length)
                .mapToDouble(i -> from[i] + step * direction[i])
                .toArray();
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }

    /** A snapshot puts out what the layer does; the layer is FLOAT. */
    static void assertSnapshot(Layer network, Network snapshot) {
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
