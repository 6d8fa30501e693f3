package dev.gangway.learning.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.gangway.environment.Discrete;
import dev.gangway.learning.network.Activation;
import dev.gangway.learning.network.AppendedSnapshot;
import dev.gangway.learning.network.ConvolutionalSnapshot;
import dev.gangway.learning.network.DenseSnapshot;
import dev.gangway.learning.network.NetworkSnapshot;
import dev.gangway.learning.network.Precision;
import dev.gangway.learning.network.SequentialSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicySnapshotTest {

    @Test
    void actsAsThePolicyDoes() {
        Policy policy = Policies.mlpSoftmax(
                3, Discrete.of(2), new int[] {8}, Activation.TANH, 1, new Random(1), Precision.FLOAT);
        float[] features = {1, -2, 0.5f};
        double p1 = Math.exp(policy.logProb(Decisions.unmasked(features, new float[] {1}), new int[] {0})[0]);
        int draws = 20_000;
        Random random = new Random(2);
        float[] action = new float[1];
        int ones = 0;
        for (int i = 0; i < draws; i++) {
            policy.snapshot().act(features, 1, random, action);
            ones += (int) action[0];
        }
        assertEquals(p1, ones / (double) draws, 4 * Math.sqrt(p1 * (1 - p1) / draws));
        policy.snapshot().actGreedy(features, 1, action);
        assertEquals(p1 > 0.5 ? 1 : 0, action[0]);
    }

    @Test
    void aBatchDrawsAsItsRowsDoOneByOne() {
        PolicySnapshot snapshot = Policies.mlpSoftmax(
                        3, Discrete.of(4), new int[] {8}, Activation.RELU, 1, new Random(1), Precision.FLOAT)
                .snapshot();
        float[] features = new float[5 * 3];
        Random values = new Random(3);
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) values.nextGaussian();
        }
        float[] together = new float[5];
        snapshot.act(features, 5, new Random(9), together);
        float[] apart = new float[5];
        Random random = new Random(9);
        for (int row = 0; row < 5; row++) {
            float[] one = new float[1];
            snapshot.act(Arrays.copyOfRange(features, row * 3, row * 3 + 3), 1, random, one);
            apart[row] = one[0];
        }
        assertArrayEquals(together, apart);
    }

    @Test
    void canBeMadeFromParametersAlone() {
        DenseSnapshot network =
                DenseSnapshot.of(new int[] {2, 2}, true, Activation.TANH, false, new double[] {1, 2, 3, 4, 0.5, -0.5});
        float[] outputs = new float[2];
        network.forward(new float[] {10, 100}, 1, outputs);
        assertArrayEquals(new float[] {310.5f, 419.5f}, outputs);
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                ActionEncoder.class,
                BernoulliLogit.class,
                Categorical.class,
                DiagonalGaussian.class,
                StandardNormal.class,
                Distribution.class,
                Distributions.class,
                Independent.class,
                ObservationEncoder.class,
                PolicySnapshot.class,
                Activation.class,
                AppendedSnapshot.class,
                ConvolutionalSnapshot.class,
                DenseSnapshot.class,
                NetworkSnapshot.class,
                SequentialSnapshot.class
            })
    void actingTouchesNoNativeLibrary(Class<?> needed) throws IOException {
        try (InputStream stream = needed.getResourceAsStream(needed.getSimpleName() + ".class")) {
            String constants = new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertFalse(constants.contains("org/nd4j") || constants.contains("org/bytedeco"));
        }
    }
}
