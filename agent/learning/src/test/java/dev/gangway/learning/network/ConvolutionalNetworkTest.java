package dev.gangway.learning.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.Tensor;
import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.AppendedOutputs;
import dev.gangway.inference.network.ChosenFeatures;
import dev.gangway.inference.network.Filters;
import dev.gangway.inference.network.Gains;
import dev.gangway.inference.network.Kernel;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.Network;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.ParameterLayout;
import dev.gangway.inference.network.ParameterVector;
import dev.gangway.inference.network.Precision;
import dev.gangway.testing.PythonScript;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("process")
class ConvolutionalNetworkTest {
    private static final int ROWS = LayerChecks.ROWS;

    private static final NetworkPlan.Convolutions CONVOLUTIONS = new NetworkPlan.Convolutions(
            6, 7, 2, List.of(new Filters(3, 3, 1), new Filters(4, 2, 2)), Activation.TANH, 0.5, 1.2);
    private static final NetworkPlan.Dense HEAD =
            NetworkPlan.Dense.mlp(CONVOLUTIONS.outputs(), List.of(5), 2, Activation.TANH, new Gains(Math.sqrt(2), 1));
    private static final NetworkPlan WITH_HEAD = new NetworkPlan.Sequential(CONVOLUTIONS, HEAD);

    private static Layer convolutions(Precision precision) {
        return noisy(CONVOLUTIONS, precision);
    }

    private static Layer noisy(NetworkPlan plan, Precision precision) {
        return LayerChecks.noisy(Layers.of(plan, new Random(1), precision));
    }

    @Test
    void outputsAndGradientsEqualNumpys() {
        Map<String, Tensor> numpy = PythonScript.arrays("convolution_reference.py");
        int[] shape = numpy.get("images").shape();
        int rows = shape[0];
        Layer network = Layers.of(
                new NetworkPlan.Convolutions(
                        shape[1],
                        shape[2],
                        shape[3],
                        List.of(new Filters(4, 3, 2), new Filters(6, 2, 1)),
                        Activation.RELU,
                        1.0 / 255,
                        1),
                new Random(0),
                Precision.DOUBLE);
        for (String array : List.of("weights", "bias")) {
            for (int l = 0; l < 2; l++) {
                network.parameters()
                        .assign(
                                "convolution" + l + "." + array,
                                numpy.get(l + "." + array).toDoubles());
            }
        }
        double[] below = new double[rows * network.inputSize()];
        Layer.Pass pass = network.forward(numpy.get("images").toDoubles());
        assertArrayEquals(numpy.get("outputs").toDoubles(), pass.output(), 1e-12);
        double[] gradient = pass.backward(numpy.get("weights").toDoubles(), below);
        for (ParameterLayout.Slot slot : network.parameters().slots()) {
            int from = (int) slot.offset();
            assertArrayEquals(
                    numpy.get(slot.name().replace("convolution", "") + ".gradient")
                            .toDoubles(),
                    Arrays.copyOfRange(gradient, from, from + (int) slot.size()),
                    1e-11);
        }
        assertArrayEquals(numpy.get("images.gradient").toDoubles(), below, 1e-12);
    }

    @Test
    void backwardIsTheGradientOfTheWeightedOutputs() {
        for (Layer network : List.of(convolutions(Precision.DOUBLE), noisy(WITH_HEAD, Precision.DOUBLE), reversed())) {
            LayerChecks.assertGradients(network);
        }
    }

    @Test
    void loopsAndMatrixProductsComputeTheSame() {
        Layer loops = convolutions(Precision.DOUBLE);
        Layer products = convolutions(Precision.FLOAT);
        double[] features = LayerChecks.numbers(3, ROWS * loops.inputSize());
        double[] weights = LayerChecks.numbers(4, ROWS * loops.outputSize());
        double[] direction = LayerChecks.numbers(5, loops.parameters().size());
        double[] featureDirection = LayerChecks.numbers(6, features.length);
        Layer.Pass expected = loops.forward(features);
        Layer.Pass found = products.forward(features);
        assertNear(expected.output(), found.output());
        double[] expectedBelow = new double[features.length];
        double[] foundBelow = new double[features.length];
        assertNear(expected.backward(weights, expectedBelow), found.backward(weights, foundBelow));
        assertNear(expectedBelow, foundBelow);
        assertNear(expected.tangent(direction, featureDirection), found.tangent(direction, featureDirection));
        assertNear(expected.tangent(direction), found.tangent(direction));
    }

    /** To 1e-5 of the largest component. */
    private static void assertNear(double[] expected, double[] found) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertArrayEquals(expected, found, 1e-5 * largest);
    }

    @Test
    void aBatchTooLargeForOnePieceEqualsItsImagesOneByOne() {
        // 84 × 84 × 4 and 8 × 8 patches at distance 4: forty images are one piece.
        Layer network = Layers.of(
                new NetworkPlan.Convolutions(
                        84, 84, 4, List.of(new Filters(3, 8, 4), new Filters(2, 4, 2)), Activation.RELU, 1.0 / 255, 1),
                new Random(5),
                Precision.FLOAT);
        int images = 43;
        double[] features = new Random(6)
                .doubles((long) images * network.inputSize(), 0, 255)
                .toArray();
        double[] weights = LayerChecks.numbers(7, images * network.outputSize());
        double[] sum = new double[network.parameters().size()];
        double[] outputs = new double[images * network.outputSize()];
        for (int i = 0; i < images; i++) {
            Network.Forward forward = network.forward(row(network.inputSize(), features, i));
            double[] one = forward.output();
            System.arraycopy(one, 0, outputs, i * one.length, one.length);
            double[] gradient = forward.backward(row(network.outputSize(), weights, i));
            for (int p = 0; p < sum.length; p++) {
                sum[p] += gradient[p];
            }
        }
        Network.Forward forward = network.forward(features);
        assertArrayEquals(outputs, forward.output(), 1e-5);
        double largest = Arrays.stream(sum).map(Math::abs).max().orElseThrow();
        assertArrayEquals(sum, forward.backward(weights), 1e-4 * largest);
        network.forward(row(network.inputSize(), features, 0));
        assertThrows(IllegalStateException.class, () -> forward.backward(weights));
    }

    @Test
    void snapshotsEqualTheirNetworks() {
        for (Layer network : List.of(
                convolutions(Precision.FLOAT),
                noisy(WITH_HEAD, Precision.FLOAT),
                new ChosenFeatures(84, reversal(), convolutions(Precision.FLOAT)))) {
            LayerChecks.assertSnapshot(network, network.snapshot());
        }
    }

    @Test
    void joinedNetworksLieInOneVectorAndPutOutWhatTheirPartsDid() {
        Layer both = noisy(WITH_HEAD, Precision.DOUBLE);
        List<ParameterVector> parts = both.parameters().split(List.of(CONVOLUTIONS.layout(), HEAD.layout()));
        Layer trunk = CONVOLUTIONS.over(parts.get(0), Kernel.PLAIN_LOOPS);
        Layer head = HEAD.over(parts.get(1), Kernel.PLAIN_LOOPS);
        AppendedOutputs network = AppendedOutputs.to(both, "log_std", new int[] {2}, 0.5);
        assertEquals(
                List.of("trunk.convolution0.weights", "trunk.convolution0.bias"),
                network.parameters().slots().subList(0, 2).stream()
                        .map(ParameterLayout.Slot::name)
                        .toList());
        assertEquals(
                trunk.parameters().size() + head.parameters().size() + 1,
                network.parameters().size());
        double[] x = LayerChecks.numbers(3, ROWS * trunk.inputSize());
        double[] expected = head.forward(trunk.forward(x).output()).output();
        double[] found = network.forward(x).output();
        for (int row = 0; row < ROWS; row++) {
            assertArrayEquals(
                    new double[] {expected[row * 2], expected[row * 2 + 1], 0.5},
                    new double[] {found[row * 3], found[row * 3 + 1], found[row * 3 + 2]});
        }
        network.parameters().assign(new double[network.parameters().size()]);
        float[] outputs = new float[3];
        network.snapshot().forward(new float[trunk.inputSize()], 1, outputs);
        assertArrayEquals(new float[3], outputs, "the vector is the live one");
    }

    @Test
    void aKernelThatDoesNotFitIsRefused() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> Layers.of(
                                new NetworkPlan.Convolutions(
                                        4, 9, 1, List.of(new Filters(2, 5, 1)), Activation.RELU, 1, 1),
                                new Random(1),
                                Precision.FLOAT))
                .getMessage();
        assertTrue(message.contains("4 × 9 pixels") && message.contains("kernel 5"), message);
    }

    private static ChosenFeatures reversed() {
        return new ChosenFeatures(84, reversal(), convolutions(Precision.DOUBLE));
    }

    private static int[] reversal() {
        return IntStream.range(0, 84).map(i -> 83 - i).toArray();
    }

    private static double[] row(int width, double[] values, int row) {
        return Arrays.copyOfRange(values, row * width, (row + 1) * width);
    }
}
