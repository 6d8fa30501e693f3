package dev.gangway.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.AppendedOutputs;
import dev.gangway.inference.network.Filters;
import dev.gangway.inference.network.Gains;
import dev.gangway.inference.network.Head;
import dev.gangway.inference.network.Kernel;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.Network;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.ParameterVector;
import dev.gangway.inference.network.Precision;
import dev.gangway.learning.network.OpenBlasKernel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every built-in network, by loops and by OpenBLAS, computes what ND4J's own operators and derivatives do. */
class BuiltInNetworksTest {
    private static final Gains GAINS = new Gains(1.2, 0.8);
    private static final NetworkPlan.Convolutions IMAGES = new NetworkPlan.Convolutions(
            6, 7, 2, List.of(new Filters(3, 3, 1), new Filters(4, 2, 2)), Activation.TANH, 0.5, 1.2);
    private static final NetworkPlan.Branched BRANCHES = new NetworkPlan.Branched(List.of(
            new NetworkPlan.Branch("image", IMAGES.inputs(), Optional.of(IMAGES)),
            new NetworkPlan.Branch("kind", 3, Optional.of(new NetworkPlan.Embedding(3, 2))),
            new NetworkPlan.Branch("noise", 2, Optional.empty()),
            new NetworkPlan.Branch(
                    "speed", 2, Optional.of(new NetworkPlan.Dense(List.of(2, 4, 3), Activation.RELU, true, GAINS)))));

    static Stream<NetworkPlan> plans() {
        return Stream.of(
                new NetworkPlan.Linear(4, 2, false),
                new NetworkPlan.Linear(4, 2, true),
                new NetworkPlan.Embedding(5, 3),
                NetworkPlan.Dense.mlp(4, List.of(), 2, Activation.TANH, GAINS),
                NetworkPlan.Dense.mlp(4, List.of(9), 2, Activation.TANH, GAINS),
                NetworkPlan.Dense.mlp(5, List.of(16, 7), 3, Activation.RELU, GAINS),
                new NetworkPlan.Dense(List.of(3, 8, 4), Activation.TANH, true, GAINS),
                IMAGES,
                new NetworkPlan.Convolutions(5, 5, 1, List.of(new Filters(2, 3, 2)), Activation.RELU, 1, 1),
                new NetworkPlan.Chosen(
                        IMAGES.inputs(),
                        IntStream.range(0, IMAGES.inputs())
                                .map(i -> IMAGES.inputs() - 1 - i)
                                .toArray(),
                        IMAGES),
                BRANCHES,
                new NetworkPlan.Sequential(
                        BRANCHES, NetworkPlan.Dense.mlp(BRANCHES.outputs(), List.of(5), 2, Activation.TANH, GAINS)));
    }

    @ParameterizedTest
    @MethodSource("plans")
    void outputsGradientsAndTangentsAreThoseOfAnIndependentImplementation(NetworkPlan plan) {
        SameDiffPlan reference = Reference.of(plan);
        double[] theta = numbers(1, plan.layout().size());
        for (Precision precision : Precision.values()) {
            ParameterVector parameters = ParameterVector.zeros(plan.layout(), precision);
            parameters.assign(theta);
            double tolerance = precision == Precision.DOUBLE ? 1e-12 : 3e-6;
            Layer expected = new Reordered(reference, plan.layout()).over(parameters, Kernel.PLAIN_LOOPS);
            for (Kernel kernel : List.of(Kernel.PLAIN_LOOPS, new OpenBlasKernel())) {
                for (int rows : new int[] {1, 5, 40}) {
                    assertSame(expected, plan.over(parameters, kernel), rows, tolerance);
                }
            }
        }
    }

    @Test
    void headsAndAppendedOutputsAreThoseOfAnIndependentImplementation() {
        NetworkPlan plan = NetworkPlan.Dense.mlp(4, List.of(9), 3, Activation.TANH, GAINS);
        ParameterVector parameters = ParameterVector.zeros(plan.layout(), Precision.DOUBLE);
        parameters.assign(numbers(1, parameters.size()));
        int[] columns = {1, 3};
        AppendedOutputs own =
                AppendedOutputs.to(plan.over(parameters, Kernel.PLAIN_LOOPS), "log_std", columns, 0.5, -0.25);
        AppendedOutputs reference = AppendedOutputs.to(
                new Reordered(Reference.of(plan), plan.layout()).over(parameters, Kernel.PLAIN_LOOPS),
                "log_std",
                columns,
                0.5,
                -0.25);
        assertSame((Network) reference, own, 6, 1e-12);
        assertSame(new Head(reference, 1, 3), new Head(own, 1, 3), 6, 1e-12);
    }

    private static void assertSame(Network expected, Network found, int rows, double tolerance) {
        double[] features = numbers(2, rows * expected.inputSize());
        double[] weights = numbers(3, rows * expected.outputSize());
        double[] direction = numbers(4, expected.parameters().size());
        Network.Forward reference = expected.forward(features);
        Network.Forward pass = found.forward(features);
        assertNear(reference.output(), pass.output(), tolerance);
        assertNear(reference.backward(weights), pass.backward(weights), tolerance);
        // Those of the reference are differences, exact to 1e-9.
        assertNear(reference.tangent(direction), pass.tangent(direction), Math.max(tolerance, 1e-8));
    }

    private static void assertSame(Layer expected, Layer found, int rows, double tolerance) {
        assertSame((Network) expected, found, rows, tolerance);
        double[] features = numbers(2, rows * expected.inputSize());
        double[] weights = numbers(3, rows * expected.outputSize());
        double[] direction = numbers(4, expected.parameters().size());
        double[] expectedBelow = new double[features.length];
        double[] below = new double[features.length];
        Layer.Pass reference = expected.forward(features);
        Layer.Pass pass = found.forward(features);
        assertNear(reference.backward(weights, expectedBelow), pass.backward(weights, below), tolerance);
        assertNear(expectedBelow, below, tolerance);
        double[] featureDirection = numbers(5, features.length);
        assertNear(
                reference.tangent(direction, featureDirection),
                pass.tangent(direction, featureDirection),
                Math.max(tolerance, 1e-8));
        float[] seen = new float[features.length];
        IntStream.range(0, seen.length).forEach(i -> seen[i] = (float) features[i]);
        float[] expectedActed = new float[weights.length];
        float[] acted = new float[weights.length];
        expected.snapshot().forward(seen, rows, expectedActed);
        found.snapshot().forward(seen, rows, acted);
        for (int i = 0; i < acted.length; i++) {
            assertEquals(expectedActed[i], acted[i], 1e-5 * Math.max(1, Math.abs(expectedActed[i])), "output " + i);
        }
    }

    /** To a part of the largest component. */
    private static void assertNear(double[] expected, double[] found, double tolerance) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertArrayEquals(expected, found, tolerance * Math.max(1, largest));
    }

    private static double[] numbers(int seed, int count) {
        Random random = new Random(seed);
        return IntStream.range(0, count)
                .mapToDouble(i -> 0.5 * random.nextGaussian())
                .toArray();
    }
}
