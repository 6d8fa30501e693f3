package dev.gangway.learning.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.Box;
import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.Precision;
import dev.gangway.inference.policy.GaussianOptions;
import dev.gangway.inference.policy.PolicySnapshot;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies in Box spaces; their gradients are checked with the others' in {@link PolicyTest}. */
class GaussianPolicyTest {
    private static final int FEATURES = 3;
    private static final Box ACTIONS = Box.of(-2, 2, 2);

    static Policy policy(boolean stateDependent, double initialLogStd, Precision type) {
        return Policies.mlp(
                FEATURES,
                ACTIONS,
                new int[] {16},
                Activation.TANH,
                0.5,
                new GaussianOptions(initialLogStd, stateDependent, false),
                new Random(2),
                type);
    }

    @Test
    void aStateIndependentLogStdIsOneMoreArrayOfTheParameterVector() {
        Policy policy = policy(false, -0.7, Precision.FLOAT);
        var slots = policy.parameters().slots();
        assertEquals("log_std", slots.get(slots.size() - 1).name());
        assertEquals(List.of(2L), slots.get(slots.size() - 1).shape());
        double[] outputs =
                policy.outputs(Decisions.unmasked(new float[] {1, 2, 3, -4, 5, -6}, new float[0]), new int[] {0, 1});
        for (int at : new int[] {2, 3, 6, 7}) {
            assertEquals(-0.7, outputs[at], 1e-7);
        }
        assertTrue(Math.abs(outputs[0] - outputs[4]) > 1e-3, "means depend on the state");
    }

    @Test
    void aNetworksLogStdStartsAroundItsInitialValue() {
        Policy policy = policy(true, -0.7, Precision.FLOAT);
        assertEquals(4, policy.distribution().outputSize());
        double[] zero = policy.outputs(Decisions.unmasked(new float[FEATURES], new float[0]), new int[] {0});
        assertArrayEquals(new double[] {0, 0, -0.7, -0.7}, zero, 1e-7);
        double[] elsewhere = policy.outputs(Decisions.unmasked(new float[] {1, 2, 3}, new float[0]), new int[] {0});
        assertTrue(Math.abs(elsewhere[2] + 0.7) > 1e-3, "log σ depends on the state");
    }

    @Test
    void aLinearGaussianHasLinearMeans() {
        Policy policy = Policies.linearGaussian(FEATURES, ACTIONS, 0.5, Precision.DOUBLE);
        assertArrayEquals(
                new double[] {0, 0, 0.5, 0.5},
                policy.outputs(Decisions.unmasked(new float[] {1, 2, 3}, new float[0]), new int[] {0}));
        policy.parameters().assign(new double[] {1, 2, 3, 4, 5, 6, 7, 8, -1, 1});
        assertArrayEquals(
                new double[] {1 + 6 + 15 + 7, 2 + 8 + 18 + 8, -1, 1},
                policy.outputs(Decisions.unmasked(new float[] {1, 2, 3}, new float[0]), new int[] {0}));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSnapshotHasTheLearnersOutputsToOnePartInAHundredThousand(boolean stateDependent) {
        Policy policy = policy(stateDependent, -0.5, Precision.FLOAT);
        int rows = 200;
        float[] features = gaussians(rows * FEATURES);
        float[] found = new float[rows * 4];
        policy.snapshot().network().forward(features, rows, found);
        int[] all = java.util.stream.IntStream.range(0, rows).toArray();
        double[] expected = policy.outputs(Decisions.unmasked(features, new float[0]), all);
        for (int i = 0; i < found.length; i++) {
            assertEquals(expected[i], found[i], 1e-5 * Math.max(1, Math.abs(expected[i])));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSnapshotDrawsFromTheLearnersDistribution(boolean stateDependent) {
        Policy policy = policy(stateDependent, 0.4, Precision.FLOAT);
        float[] features = {0.5f, -1, 2};
        double[] outputs = policy.outputs(Decisions.unmasked(features, new float[0]), new int[] {0});
        int draws = 20_000;
        SplittableRandom random = new SplittableRandom(6);
        PolicySnapshot snapshot = policy.snapshot();
        float[] action = new float[2];
        double logProb = 0;
        double beyond = 0;
        for (int i = 0; i < draws; i++) {
            snapshot.act(features, 1, random, action);
            logProb += policy.distribution().logProb(outputs, 0, action, 0) / draws;
            beyond = Math.max(beyond, Math.abs(action[0]));
        }
        // −E log π is the entropy; log π has variance A/2.
        assertEquals(-policy.distribution().entropy(outputs, 0), logProb, 4 / Math.sqrt(draws));
        assertTrue(beyond > 2, "actions are not clipped where they are drawn, the largest is " + beyond);
        snapshot.actGreedy(features, 1, action);
        assertArrayEquals(new float[] {(float) outputs[0], (float) outputs[1]}, action, 1e-6f);
    }

    private static float[] gaussians(int count) {
        Random random = new Random(8);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
