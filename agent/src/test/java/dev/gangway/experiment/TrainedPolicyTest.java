package dev.gangway.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.env.Box;
import dev.gangway.env.Discrete;
import dev.gangway.env.EnvSpec;
import dev.gangway.env.MultiBinary;
import dev.gangway.env.MultiDiscrete;
import dev.gangway.env.Space;
import dev.gangway.env.Tensor;
import dev.gangway.policy.Policy;
import dev.gangway.policy.PolicySnapshot;
import dev.gangway.random.Streams;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.NamedTensor;
import dev.gangway.wire.WireSpaces;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TrainedPolicyTest {
    private static final int ROWS = 50;

    private static Space box(int size) {
        float[] low = new float[size];
        float[] high = new float[size];
        java.util.Arrays.fill(low, -5);
        java.util.Arrays.fill(high, 5);
        return Box.of(Tensor.ofFloats(new int[] {size}, low), Tensor.ofFloats(new int[] {size}, high));
    }

    private static Checkpoint untrained(String config, Space actions) {
        EnvSpec spec = new EnvSpec(
                "Test-v0",
                box(4),
                actions,
                OptionalLong.empty(),
                OptionalDouble.empty(),
                false,
                List.of(),
                OptionalDouble.empty());
        var experiment = Experiments.cartPole("policy." + config);
        Policy policy = Assembly.policy(experiment.getPolicy(), spec, Streams.of(5));
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
                Arguments.of("linear_logistic={}", Discrete.of(2)),
                Arguments.of("linear_softmax={}", Discrete.of(3)),
                Arguments.of("mlp={hidden: [8, 7]}", Discrete.of(3)),
                Arguments.of("mlp={hidden: [8] activation: ACTIVATION_RELU}", MultiDiscrete.of(2, 3)),
                Arguments.of("mlp={hidden: [8]}", MultiBinary.of(3)),
                Arguments.of("mlp={hidden: [8]}", box(2)));
    }

    private static EnvSpec spec(Space actions) {
        return new EnvSpec(
                "Test-v0",
                box(4),
                actions,
                OptionalLong.empty(),
                OptionalDouble.empty(),
                false,
                List.of(),
                OptionalDouble.empty());
    }

    @ParameterizedTest
    @MethodSource("policies")
    void actsBitForBitLikeThePolicyOfTheCheckpoint(String config, Space actions) {
        Checkpoint checkpoint = untrained(config, actions);
        PolicySnapshot expected = Checkpoints.policy(checkpoint, spec(actions)).snapshot();
        PolicySnapshot actual = Snapshots.of(checkpoint, box(4), actions);
        float[] features = new float[ROWS * 4];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextDouble(-2, 2);
        }
        int size = expected.distribution().outputSize();
        float[] left = new float[ROWS * size];
        float[] right = new float[ROWS * size];
        expected.network().forward(features, ROWS, left);
        actual.network().forward(features, ROWS, right);
        assertArrayEquals(left, right);
        assertEquals(expected.distribution(), actual.distribution());
    }

    @Test
    void parametersOfAnUnknownNetworkAreRefusedByName() {
        Checkpoint checkpoint = untrained("mlp={}", Discrete.of(2)).toBuilder()
                .addPolicy(0, NamedTensor.newBuilder().setName("convolution0.weights"))
                .build();
        String message = assertThrows(
                        IllegalArgumentException.class, () -> Snapshots.of(checkpoint, box(4), Discrete.of(2)))
                .getMessage();
        assertTrue(message.contains("found the parameter convolution0.weights"), message);
    }
}
