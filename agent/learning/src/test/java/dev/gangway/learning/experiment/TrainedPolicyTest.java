package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.codec.WireSpaces;
import dev.gangway.environment.Box;
import dev.gangway.environment.DType;
import dev.gangway.environment.Dict;
import dev.gangway.environment.DictValue;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.MultiBinary;
import dev.gangway.environment.MultiDiscrete;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.random.Streams;
import dev.gangway.inference.TrainedPolicy;
import dev.gangway.inference.checkpoint.CheckpointPolicies;
import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.configuration.MaskedActions;
import dev.gangway.inference.onnx.OnnxPolicy;
import dev.gangway.inference.policy.ObservationEncoder;
import dev.gangway.inference.policy.PolicySnapshot;
import dev.gangway.inference.provider.Providers;
import dev.gangway.learning.estimator.ActionProbabilities;
import dev.gangway.learning.policy.Policy;
import dev.gangway.testing.PythonScript;
import dev.gangway.v1.Checkpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
class TrainedPolicyTest {
    private static final int ROWS = 50;
    private static final int FEW_ROWS = 31;
    private static final String LAYERS =
            "convolutions: [{filters: 3 kernel: 3 stride: 2}, {filters: 2 kernel: 2 stride: 1}] hidden: [5]";

    @TempDir
    private Path directory;

    private static Space image(int... shape) {
        byte[] low = new byte[Tensor.elementCount(shape)];
        byte[] high = new byte[low.length];
        Arrays.fill(high, (byte) 255);
        return Box.of(
                Tensor.wrap(DType.UINT8, shape, ByteBuffer.wrap(low)),
                Tensor.wrap(DType.UINT8, shape, ByteBuffer.wrap(high)));
    }

    private static Space box(int size) {
        float[] low = new float[size];
        float[] high = new float[size];
        Arrays.fill(low, -5);
        Arrays.fill(high, 5);
        return Box.of(Tensor.ofFloats(new int[] {size}, low), Tensor.ofFloats(new int[] {size}, high));
    }

    private static Checkpoint untrained(String config, Space observations, Space actions) {
        EnvSpec spec = Experiments.spec(observations, actions);
        var experiment = Experiments.cartPole(("policy." + config).split("\\|", -1));
        EnvSpec seen = MaskedActions.seen(MaskedActions.source(experiment.getPolicy()), spec);
        Policy policy = PolicyChoices.of(experiment, CustomParts.of(Providers.onClassPath()))
                .make(seen, Streams.of(5).stream("policy-initialisation", 0))
                .policy();
        double[] parameters = new SplittableRandom(6)
                .doubles(policy.parameters().size(), -1, 1)
                .toArray();
        policy.parameters().assign(parameters);
        return Checkpoint.newBuilder()
                .setExperiment(experiment)
                .setObservationSpace(WireSpaces.encode(spec.observationSpace()))
                .setActionSpace(WireSpaces.encode(actions))
                .addAllPolicy(Checkpoints.named(policy.parameters()))
                .build();
    }

    private static Stream<Arguments> policies() {
        return Stream.of(
                Arguments.of("linear_logistic={}", box(4), Discrete.of(2)),
                Arguments.of("linear_softmax={}", box(4), Discrete.of(3)),
                Arguments.of("mlp={hidden: [8, 7]}", box(4), Discrete.of(3)),
                Arguments.of("mlp={hidden: [8] activation: ACTIVATION_RELU}", box(4), MultiDiscrete.of(2, 3)),
                Arguments.of("mlp={hidden: [8]}", box(4), MultiBinary.of(3)),
                Arguments.of("mlp={hidden: [8]}", box(4), box(2)),
                Arguments.of("mlp={hidden: [8, 7]}|estimator.shared_value_function={}", box(4), Discrete.of(3)),
                Arguments.of("mlp={hidden: [8]}|estimator.shared_value_function={}", box(4), box(2)),
                Arguments.of(
                        "cnn={network: {" + LAYERS + "}}|estimator.shared_value_function={}",
                        image(6, 7, 2),
                        Discrete.of(3)),
                Arguments.of("cnn={network: {" + LAYERS + "}}", image(6, 7, 2), Discrete.of(3)),
                Arguments.of(
                        "cnn={network: {" + LAYERS + " layout: IMAGE_LAYOUT_CHANNELS_FIRST}}", image(2, 6, 7), box(2)),
                Arguments.of(
                        "branched={network: {branches: [{part: 'image' cnn: {" + LAYERS
                                + "}}, {part: 'pair' embedding: {size: 3}}]}}",
                        new Dict(new TreeMap<>(
                                Map.of("image", image(6, 7, 2), "pair", MultiDiscrete.of(4, 2), "box", box(4)))),
                        Discrete.of(3)));
    }

    /** Many rows at once go through matrix products in training, which round otherwise. */
    @ParameterizedTest
    @MethodSource("policies")
    void actsBitForBitLikeThePolicyOfTheCheckpointOnFewRowsAndNearlySoOnMany(
            String config, Space observations, Space actions) {
        Checkpoint checkpoint = untrained(config, observations, actions);
        PolicySnapshot expected = Checkpoints.policy(checkpoint, Experiments.spec(observations, actions))
                .snapshot();
        PolicySnapshot actual =
                CheckpointPolicies.of(checkpoint, observations, actions, CustomParts.of(Providers.onClassPath()));
        float[] features = new float[ROWS * new ObservationEncoder(observations).size()];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextDouble(-2, 2);
        }
        int size = expected.distribution().outputSize();
        float[] left = new float[ROWS * size];
        float[] right = new float[ROWS * size];
        expected.network().forward(features, FEW_ROWS, left);
        actual.network().forward(features, FEW_ROWS, right);
        assertArrayEquals(left, right);
        expected.network().forward(features, ROWS, left);
        actual.network().forward(features, ROWS, right);
        assertArrayEquals(left, right, 1e-5f);
        assertEquals(expected.distribution(), actual.distribution());
    }

    /** Against the policy that was trained, one of two heads on its network. */
    @ParameterizedTest
    @ValueSource(strings = {"mlp={hidden: [8, 7]}", "mlp={hidden: [6] activation: ACTIVATION_RELU}"})
    void exportsAPolicyWithoutTheValueThatSharesItsNetwork(String config) throws IOException {
        Space observations = box(4);
        Space actions = Discrete.of(3);
        Checkpoint checkpoint = untrained(config + "|estimator.shared_value_function={}", observations, actions);
        byte[] model = OnnxPolicy.of(
                CheckpointPolicies.of(checkpoint, observations, actions, CustomParts.of(Providers.onClassPath())),
                false,
                "policy",
                Map.of());
        float[] features = new float[ROWS * 4];
        ByteBuffer data = ByteBuffer.allocate(features.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextDouble(-2, 2);
            data.putFloat(features[i]);
        }
        Map<String, Tensor> found = PythonScript.arrays(
                "onnx_outputs.py",
                Files.write(directory.resolve("features"), data.array()).toString(),
                Files.write(directory.resolve("policy.onnx"), model).toString());
        Policy policy = Checkpoints.policy(checkpoint, Experiments.spec(observations, actions));
        assertArrayEquals(
                ActionProbabilities.of(policy, 3).of(features, ROWS),
                found.get("0:probabilities").toDoubles(),
                1e-5);
        assertEquals(Set.of("0:probabilities"), found.keySet());
    }

    private static Tensor mask(int... bits) {
        byte[] bytes = new byte[bits.length];
        for (int i = 0; i < bits.length; i++) {
            bytes[i] = (byte) bits[i];
        }
        return Tensor.ofBytes(new int[] {bits.length}, bytes);
    }

    @Test
    void aPolicyTrainedWithMasksOfInfosActsUnderThoseThatItIsGiven() {
        TrainedPolicy policy = TrainedPolicy.of(
                untrained("mlp={hidden: [8]}|policy.action_mask=ACTION_MASK_INFO", box(4), Discrete.of(3)));
        Tensor batch = Tensor.ofFloats(new int[] {4, 4}, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4);
        List<Object> masks = Arrays.asList(mask(1, 0, 0), mask(0, 1, 0), mask(0, 0, 1), null);
        Tensor free =
                policy.act(batch, 4, Arrays.asList(null, null, null, null)).asTensor();
        assertEquals(Tensor.ofLongs(new int[] {4}, 0, 1, 2, free.getLong(0)), policy.act(batch, 4, masks));
        Tensor drawn = policy.sample(batch, 4, masks, new SplittableRandom(3)).asTensor();
        assertEquals(List.of(0L, 1L, 2L), List.of(drawn.getLong(0), drawn.getLong(1), drawn.getLong(2)));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> policy.act(batch, 4))
                .getMessage()
                .contains("pass them as the third argument"));
        assertEquals(
                "Expected 4 masks, one per observation, found 1",
                assertThrows(IllegalArgumentException.class, () -> policy.act(batch, 4, List.of(mask(1, 1, 1))))
                        .getMessage());
    }

    @Test
    void aPolicyTrainedWithMasksOfObservationsActsUnderThem() {
        Dict observations = new Dict(new TreeMap<>(Map.of("action_mask", MultiBinary.of(3), "observation", box(4))));
        TrainedPolicy policy = TrainedPolicy.of(untrained(
                "mlp={hidden: [8]}|policy.action_mask=ACTION_MASK_OBSERVATION", observations, Discrete.of(3)));
        Tensor seen = Tensor.ofFloats(new int[] {4}, 1, 2, 3, 4);
        List<Value> rows = Stream.of(mask(1, 0, 0), mask(0, 1, 0), mask(0, 0, 1))
                .<Value>map(mask -> new DictValue(Map.of("action_mask", mask, "observation", seen)))
                .toList();
        assertEquals(Tensor.ofLongs(new int[] {3}, 0, 1, 2), policy.act(observations.concatenate(rows), 3));
        assertEquals(
                Tensor.ofLongs(new int[] {3}, 0, 1, 2),
                policy.sample(observations.concatenate(rows), 3, new SplittableRandom(3)));
        assertEquals(4, policy.snapshot().network().inputSize());
        assertThrows(
                IllegalArgumentException.class,
                () -> policy.act(observations.concatenate(rows), 3, List.of(rows.get(0))));
    }

    @Test
    void parametersOfAnotherNetworkAreRefused() {
        Checkpoint checkpoint = untrained("mlp={hidden: [8]}", box(4), Discrete.of(2));
        Checkpoint fewer = checkpoint.toBuilder().removePolicy(3).build();
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> CheckpointPolicies.of(
                                fewer, box(4), Discrete.of(2), CustomParts.of(Providers.onClassPath())))
                .getMessage();
        String expected =
                "Expected the parameters [layer0.weights, layer0.bias, layer1.weights, layer1.bias] in the checkpoint, found ";
        assertEquals(expected + "[layer0.weights, layer0.bias, layer1.weights]", message);
        String more = assertThrows(
                        IllegalArgumentException.class,
                        () -> CheckpointPolicies.of(
                                checkpoint.toBuilder()
                                        .addPolicy(checkpoint.getPolicy(3))
                                        .build(),
                                box(4),
                                Discrete.of(2),
                                CustomParts.of(Providers.onClassPath())))
                .getMessage();
        assertEquals(expected + "[layer0.weights, layer0.bias, layer1.weights, layer1.bias, layer1.bias]", more);
    }
}
