package dev.gangway.inference.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gangway.environment.Tensor;
import dev.gangway.inference.network.ActingNetwork;
import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.AppendedOutputs;
import dev.gangway.inference.network.DenseLayers;
import dev.gangway.inference.network.Filters;
import dev.gangway.inference.network.Gains;
import dev.gangway.inference.network.Head;
import dev.gangway.inference.network.InputNormalizer;
import dev.gangway.inference.network.Kernel;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.Network;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.NormalizedNetwork;
import dev.gangway.inference.network.ParameterVector;
import dev.gangway.inference.network.Standardization;
import dev.gangway.inference.policy.BernoulliLogit;
import dev.gangway.inference.policy.Categorical;
import dev.gangway.inference.policy.DiagonalGaussian;
import dev.gangway.inference.policy.Distribution;
import dev.gangway.inference.policy.Independent;
import dev.gangway.inference.policy.PolicySnapshot;
import dev.gangway.testing.PythonScript;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What onnxruntime makes of exported policies. */
@Tag("process")
class OnnxPolicyTest {
    private static final int FEATURES = 5;
    private static final int ROWS = 40;

    @TempDir
    private Path directory;

    private final SplittableRandom random = new SplittableRandom(3);

    private Layer network(Activation activation, boolean biased, int... sizes) {
        DenseLayers layers = new DenseLayers(sizes, biased, activation, false);
        int count = layers.layout().size();
        double[] parameters = random.doubles(count, -1.5, 1.5).toArray();
        return Kernel.PLAIN_LOOPS.dense(layers, ParameterVector.frozen(layers.layout(), parameters));
    }

    /** Of observations up to 1, with a bound that those of the test exceed. */
    private Standardization standardization() {
        InputNormalizer normalizer = new InputNormalizer(new boolean[] {true, false, true, true, false}, 1.5, 1e-8);
        float[] seen = new float[10 * FEATURES];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = (float) random.nextDouble(-1, 1);
        }
        normalizer.observe(seen, IntStream.range(0, 10).toArray());
        return normalizer.current();
    }

    /** Of 10 × 4 bytes with channels first: two channels of 5 × 4. */
    private Network convolutional() {
        NetworkPlan.Convolutions convolutions = new NetworkPlan.Convolutions(
                5, 4, 2, List.of(new Filters(3, 2, 1), new Filters(2, 3, 2)), Activation.RELU, 0.5, 1);
        int[] columns = IntStream.range(0, 40).map(i -> i % 2 * 20 + i / 2).toArray();
        return random(new NetworkPlan.Sequential(
                new NetworkPlan.Chosen(40, columns, convolutions),
                new NetworkPlan.Dense(List.of(2, 4, 3), Activation.RELU, false, new Gains(1, 1))));
    }

    private Network branched() {
        NetworkPlan.Dense trunk = new NetworkPlan.Dense(List.of(3, 6), Activation.TANH, true, new Gains(1, 1));
        return random(new NetworkPlan.Sequential(
                new NetworkPlan.Branched(List.of(
                        new NetworkPlan.Branch("a", 4, Optional.of(new NetworkPlan.Embedding(4, 2))),
                        new NetworkPlan.Branch("b", 1, Optional.empty()),
                        new NetworkPlan.Branch("c", 3, Optional.of(trunk)))),
                new NetworkPlan.Linear(9, 3, true)));
    }

    private Network random(NetworkPlan plan) {
        int count = plan.layout().size();
        return plan.frozen(random.doubles(count, -1.5, 1.5).toArray());
    }

    private static double[] column(float[] outputs, int width, int from, int to) {
        int rows = outputs.length / width;
        double[] part = new double[rows * (to - from)];
        for (int row = 0; row < rows; row++) {
            for (int i = from; i < to; i++) {
                part[row * (to - from) + i - from] = outputs[row * width + i];
            }
        }
        return part;
    }

    private static double[] softmax(double[] logits, int width) {
        double[] probabilities = new double[logits.length];
        for (int row = 0; row < logits.length; row += width) {
            double sum = 0;
            for (int i = row; i < row + width; i++) {
                sum += Math.exp(logits[i]);
            }
            for (int i = row; i < row + width; i++) {
                probabilities[i] = Math.exp(logits[i]) / sum;
            }
        }
        return probabilities;
    }

    private static double[] sigmoids(double[] logits) {
        double[] probabilities = new double[2 * logits.length];
        for (int i = 0; i < logits.length; i++) {
            probabilities[2 * i] = 1 / (1 + Math.exp(logits[i]));
            probabilities[2 * i + 1] = 1 / (1 + Math.exp(-logits[i]));
        }
        return probabilities;
    }

    /** Returns the outputs that the model should have, by name. */
    private static Map<String, double[]> expected(PolicySnapshot policy, float[] features) {
        int width = policy.distribution().outputSize();
        int rows = features.length / policy.network().inputSize();
        float[] outputs = new float[rows * width];
        policy.network().forward(features, rows, outputs);
        Map<String, double[]> expected = new LinkedHashMap<>();
        if (policy.distribution() instanceof DiagonalGaussian gaussian) {
            expected.put("mean", column(outputs, width, 0, gaussian.actionSize()));
            expected.put(
                    "log_std",
                    Arrays.stream(column(outputs, width, gaussian.actionSize(), width))
                            .map(logStd -> Math.max(logStd, gaussian.minLogStd()))
                            .toArray());
            return expected;
        }
        boolean several = policy.distribution() instanceof Independent;
        List<Distribution> parts = policy.distribution() instanceof Independent independent
                ? independent.parts()
                : List.of(policy.distribution());
        int from = 0;
        for (int i = 0; i < parts.size(); i++) {
            int size = parts.get(i).outputSize();
            double[] logits = column(outputs, width, from, from + size);
            expected.put(
                    several ? "probabilities_" + i : "probabilities",
                    parts.get(i) instanceof BernoulliLogit ? sigmoids(logits) : softmax(logits, size));
            from += size;
        }
        return expected;
    }

    @Test
    void onnxruntimeFindsTheSameProbabilitiesOfEveryPolicy() throws IOException {
        List<PolicySnapshot> policies = List.of(
                new PolicySnapshot(network(Activation.TANH, true, FEATURES, 16, 8, 3), new Categorical(3)),
                new PolicySnapshot(network(Activation.RELU, true, FEATURES, 16, 4), new Categorical(4)),
                new PolicySnapshot(network(Activation.TANH, false, FEATURES, 1), new BernoulliLogit()),
                new PolicySnapshot(network(Activation.TANH, true, FEATURES, 8, 5), Independent.categorical(2, 3)),
                new PolicySnapshot(network(Activation.RELU, true, FEATURES, 8, 3), Independent.bernoulli(3)),
                new PolicySnapshot(network(Activation.RELU, true, FEATURES, 8, 4), new DiagonalGaussian(2)),
                new PolicySnapshot(
                        AppendedOutputs.to(
                                        network(Activation.TANH, true, FEATURES, 8, 2),
                                        "log_std",
                                        new int[] {2, 3},
                                        -0.5,
                                        1)
                                .snapshot(),
                        new DiagonalGaussian(2)),
                new PolicySnapshot(network(Activation.RELU, true, FEATURES, 8, 4), new DiagonalGaussian(2, 0)),
                new PolicySnapshot(
                        new NormalizedNetwork(network(Activation.TANH, true, FEATURES, 8, 3), this::standardization)
                                .snapshot(),
                        new Categorical(3)),
                new PolicySnapshot(new Head(network(Activation.RELU, true, FEATURES, 8, 4), 1, 3), new Categorical(3)),
                new PolicySnapshot(convolutional(), new Categorical(3)),
                new PolicySnapshot(branched(), new Categorical(3)));
        float[] features = new float[ROWS * FEATURES];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextDouble(-3, 3);
        }
        List<String> arguments = new ArrayList<>(List.of(file("features", features)));
        for (int i = 0; i < policies.size(); i++) {
            byte[] model = OnnxPolicy.of(policies.get(i), false, "policy", Map.of("action_space", "any"));
            arguments.add(Files.write(directory.resolve(i + ".onnx"), model).toString());
        }
        Map<String, Tensor> found = PythonScript.arrays("onnx_outputs.py", arguments.toArray(String[]::new));
        int compared = 0;
        for (int i = 0; i < policies.size(); i++) {
            for (Map.Entry<String, double[]> output :
                    expected(policies.get(i), features).entrySet()) {
                String name = i + ":" + output.getKey();
                assertArrayEquals(output.getValue(), found.get(name).toDoubles(), 1e-5, name);
                compared++;
            }
        }
        assertEquals(found.size(), compared, found.keySet()::toString);
    }

    /** Against the policy's own way: forbidden categories have probability 0, and bits that must be 1 have 1. */
    @Test
    void theMaskIsAnInputOfAPolicyThatWasTrainedWithMasks() throws IOException {
        Map<PolicySnapshot, float[]> masks = new LinkedHashMap<>();
        masks.put(
                new PolicySnapshot(network(Activation.TANH, true, FEATURES, 8, 3), new Categorical(3)),
                new float[] {1, 0, 1, 0, 1, 0});
        masks.put(
                new PolicySnapshot(network(Activation.TANH, true, FEATURES, 8, 5), Independent.categorical(2, 3)),
                new float[] {1, 0, 0, 1, 1, 1, 1, 1, 0, 0});
        masks.put(
                new PolicySnapshot(network(Activation.RELU, true, FEATURES, 8, 3), Independent.bernoulli(3)),
                new float[] {0, 1, 2, 2, 0, 1});
        float[] features = new float[2 * FEATURES];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextDouble(-3, 3);
        }
        List<String> arguments = new ArrayList<>(List.of(file("features", features)));
        int index = 0;
        for (Map.Entry<PolicySnapshot, float[]> policy : masks.entrySet()) {
            byte[] model = OnnxPolicy.of(policy.getKey(), true, "policy", Map.of());
            arguments.add(Files.write(directory.resolve(index + ".onnx"), model) + ","
                    + file("masks" + index, policy.getValue()));
            index++;
        }
        Map<String, Tensor> found = PythonScript.arrays("onnx_outputs.py", arguments.toArray(String[]::new));
        index = 0;
        for (Map.Entry<PolicySnapshot, float[]> policy : masks.entrySet()) {
            PolicySnapshot snapshot = policy.getKey();
            float[] mask = policy.getValue();
            boolean bits = index == 2;
            Network masked = new ActingNetwork(
                    snapshot.network().inputSize(), snapshot.network().outputSize()) {
                @Override
                public void forward(float[] rows, int count, float[] outputs) {
                    snapshot.network().forward(rows, count, outputs);
                    for (int i = 0; i < mask.length; i++) {
                        outputs[i] = mask[i] == 0
                                ? Float.NEGATIVE_INFINITY
                                : bits && mask[i] == 1 ? Float.POSITIVE_INFINITY : outputs[i];
                    }
                }
            };
            for (Map.Entry<String, double[]> output : expected(
                            new PolicySnapshot(masked, snapshot.distribution()), features)
                    .entrySet()) {
                String name = index + ":" + output.getKey();
                assertArrayEquals(output.getValue(), found.get(name).toDoubles(), 1e-6, name);
            }
            index++;
        }
    }

    private String file(String name, float... numbers) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(numbers);
        return Files.write(directory.resolve(name), data.array()).toString();
    }

    @Test
    void aNetworkWithoutSuchAFormIsRefusedByName() {
        Network other = new ActingNetwork(1, 2) {
            @Override
            public void forward(float[] features, int rows, float[] outputs) {}
        };
        PolicySnapshot policy = new PolicySnapshot(other, new Categorical(2));
        assertEquals(
                "Expected a network of dense layers, convolutions or branches to export, or an OnnxNetwork, found a ",
                assertThrows(IllegalArgumentException.class, () -> OnnxPolicy.of(policy, false, "policy", Map.of()))
                        .getMessage());
    }
}
