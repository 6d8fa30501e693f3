package dev.gangway.learning.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gangway.environment.Discrete;
import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.Precision;
import dev.gangway.inference.policy.PolicySnapshot;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

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
}
