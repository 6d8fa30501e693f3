package dev.gangway.learning.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.Box;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.MultiBinary;
import dev.gangway.environment.MultiDiscrete;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tuple;
import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.Precision;
import dev.gangway.inference.policy.BernoulliLogit;
import dev.gangway.inference.policy.Categorical;
import dev.gangway.inference.policy.Distribution;
import dev.gangway.inference.policy.GaussianOptions;
import dev.gangway.learning.network.DenseNetworks;
import dev.gangway.learning.network.FiniteDifferences;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyTest {
    private static final int FEATURES = 4;
    private static final int BATCH = 12;
    /** Rows out of order, and not all. */
    private static final int[] ROWS = {2, 3, 5, 11, 7, 0, 9};

    static List<Policy> policies() {
        Discrete two = Discrete.of(2);
        Discrete three = Discrete.of(3);
        return List.of(
                randomised(Policies.linearLogistic(FEATURES, two, Precision.DOUBLE)),
                randomised(Policies.linearSoftmax(FEATURES, three, Precision.DOUBLE)),
                mlp(two, Activation.TANH, Precision.DOUBLE),
                mlp(three, Activation.RELU, Precision.DOUBLE),
                new Policy(
                        DenseNetworks.mlp(
                                FEATURES, new int[] {5}, 1, Activation.TANH, 1, new Random(3), Precision.DOUBLE),
                        new BernoulliLogit()),
                randomised(Policies.linearGaussian(FEATURES, Box.of(-1, 1, 2), 0, Precision.DOUBLE)),
                mlp(MultiDiscrete.of(2, 3), Activation.TANH, Precision.DOUBLE),
                mlp(MultiBinary.of(2), Activation.RELU, Precision.DOUBLE),
                mlp(Tuple.of(Box.of(-1, 1, 2), Discrete.of(2), Box.of(-1, 1)), Activation.TANH, Precision.DOUBLE),
                squashed(),
                gaussian(false),
                gaussian(true));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void theScoreGradientIsThatOfTheSurrogate(Policy policy) {
        double[] gradient =
                policy.scoreGradient(decisions(policy), ROWS, weights(), 0.5, 0).gradient();
        FiniteDifferences.assertGradient(
                policy.parameters(), () -> policy.surrogate(decisions(policy), ROWS, weights(), 0.5, 0), gradient);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void theEntropyBonusIsPartOfBoth(Policy policy) {
        double[] none = new double[BATCH];
        double[] gradient =
                policy.scoreGradient(decisions(policy), ROWS, none, 0.5, 0.3).gradient();
        FiniteDifferences.assertGradient(
                policy.parameters(), () -> policy.surrogate(decisions(policy), ROWS, none, 0.5, 0.3), gradient);
        double[] both = policy.scoreGradient(decisions(policy), ROWS, weights(), 0.5, 0.3)
                .gradient();
        double[] score =
                policy.scoreGradient(decisions(policy), ROWS, weights(), 0.5, 0).gradient();
        for (int i = 0; i < both.length; i++) {
            assertEquals(score[i] + gradient[i], both[i], 1e-13);
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void diagnosticsAreMeansOverTheChosenRows(Policy policy) {
        Policy.ScoreGradient result = policy.scoreGradient(decisions(policy), ROWS, weights(), 0.5, 0.3);
        double[] outputs = policy.outputs(decisions(policy), ROWS);
        double[] logProbs = policy.logProb(decisions(policy), ROWS);
        double entropy = 0;
        double surrogate = 0;
        for (int b = 0; b < ROWS.length; b++) {
            double rowEntropy = policy.distribution()
                    .entropy(outputs, b * policy.distribution().outputSize());
            entropy += rowEntropy / ROWS.length;
            surrogate += 0.5 * weights()[ROWS[b]] * logProbs[b];
        }
        surrogate += 0.3 * entropy;
        assertEquals(entropy, result.meanEntropy(), 1e-14);
        assertEquals(surrogate, result.surrogate(), 1e-13);
        assertEquals(surrogate, policy.surrogate(decisions(policy), ROWS, weights(), 0.5, 0.3), 1e-13);
    }

    @Test
    void theLogisticScoreIsActionMinusProbabilityTimesFeatures() {
        Policy policy = randomised(Policies.linearLogistic(FEATURES, Discrete.of(2), Precision.DOUBLE));
        double[] theta = policy.parameters().toDoubles();
        double[] expected = new double[FEATURES];
        for (int row : ROWS) {
            double z = 0;
            for (int i = 0; i < FEATURES; i++) {
                z += theta[i] * features()[row * FEATURES + i];
            }
            double error = actions(policy)[row] - 1 / (1 + Math.exp(-z));
            for (int i = 0; i < FEATURES; i++) {
                expected[i] += weights()[row] * error * features()[row * FEATURES + i];
            }
        }
        double[] gradient =
                policy.scoreGradient(decisions(policy), ROWS, weights(), 1, 0).gradient();
        assertArrayEquals(expected, gradient, 1e-13);
    }

    @Test
    void theSoftmaxScoreIsTheOuterProductOfFeaturesAndActionMinusProbabilities() {
        Policy policy = randomised(Policies.linearSoftmax(FEATURES, Discrete.of(3), Precision.DOUBLE));
        double[] outputs = policy.outputs(decisions(policy), ROWS);
        double[] expected = new double[FEATURES * 3 + 3];
        for (int b = 0; b < ROWS.length; b++) {
            double sum = 0;
            for (int k = 0; k < 3; k++) {
                sum += Math.exp(outputs[b * 3 + k]);
            }
            for (int k = 0; k < 3; k++) {
                double error = (actions(policy)[ROWS[b]] == k ? 1 : 0) - Math.exp(outputs[b * 3 + k]) / sum;
                double weighted = weights()[ROWS[b]] * error;
                for (int i = 0; i < FEATURES; i++) {
                    expected[i * 3 + k] += weighted * features()[ROWS[b] * FEATURES + i];
                }
                expected[FEATURES * 3 + k] += weighted;
            }
        }
        double[] gradient =
                policy.scoreGradient(decisions(policy), ROWS, weights(), 1, 0).gradient();
        assertArrayEquals(expected, gradient, 1e-13);
    }

    @Test
    void inFloatTheGradientAgreesWithDoubleToSinglePrecision() {
        Policy single = mlp(Discrete.of(3), Activation.TANH, Precision.FLOAT);
        Policy precise = mlp(Discrete.of(3), Activation.TANH, Precision.DOUBLE);
        precise.parameters().assign(single.parameters().toDoubles());
        double[] expected = precise.scoreGradient(decisions(precise), ROWS, weights(), 1, 0.1)
                .gradient();
        double[] actual =
                single.scoreGradient(decisions(single), ROWS, weights(), 1, 0.1).gradient();
        assertArrayEquals(expected, actual, 1e-5);
    }

    @Test
    void theFirstMlpPolicyIsNearUniform() {
        Policy policy = Policies.mlpSoftmax(
                FEATURES, Discrete.of(2), new int[] {64, 64}, Activation.TANH, 0.01, new Random(1), Precision.FLOAT);
        double entropy =
                policy.scoreGradient(decisions(policy), ROWS, weights(), 1, 0).meanEntropy();
        assertEquals(Math.log(2), entropy, 1e-3);
        assertTrue(entropy < Math.log(2));
    }

    @Test
    void policiesRefuseActionSpacesThatDoNotFit() {
        String three = assertThrows(
                        IllegalArgumentException.class,
                        () -> Policies.linearLogistic(4, Discrete.of(3), Precision.FLOAT))
                .getMessage();
        assertTrue(three.contains("exactly 2") && three.contains("Discrete(3)"), three);
        String box = assertThrows(
                        IllegalArgumentException.class,
                        () -> Policies.linearSoftmax(4, Box.of(-1, 1, 2), Precision.FLOAT))
                .getMessage();
        assertTrue(box.contains("Box(-1.0, 1.0, (2,), float32)") && box.contains("linear_softmax"), box);
    }

    @Test
    void networkAndDistributionMustFit() {
        Layer network = DenseNetworks.linear(4, 3, true, Precision.FLOAT);
        assertThrows(IllegalArgumentException.class, () -> new Policy(network, new Categorical(2)));
    }

    @Test
    void underMasksTheScoreGradientIsThatOfTheSurrogateAndForbiddenActionsHaveNone() {
        Policy policy = randomised(Policies.linearSoftmax(FEATURES, Discrete.of(3), Precision.DOUBLE));
        float no = Float.NEGATIVE_INFINITY;
        float[] masks = new float[BATCH * 3];
        float[] actions = new float[BATCH];
        for (int row = 0; row < BATCH; row++) {
            masks[3 * row + 1] = no; // nowhere allowed
            masks[3 * row + 2] = row % 2 == 0 ? no : 0;
            actions[row] = row % 4 == 1 ? 2 : 0;
        }
        Decisions decisions = new Decisions(features(), masks, actions);
        double[] gradient = scoreGradientAsDifferencesSay(policy, decisions);
        for (int i = 1; i < gradient.length; i += 3) {
            assertEquals(0, gradient[i], "parameter " + i + " of the forbidden action");
        }
        double[] outputs = policy.outputs(decisions, ROWS);
        double[] logProb = policy.logProb(decisions, ROWS);
        for (int b = 0; b < ROWS.length; b++) {
            int row = ROWS[b];
            float[] forbidden = {1};
            assertEquals(Double.NEGATIVE_INFINITY, policy.distribution().logProb(outputs, 3 * b, forbidden, 0));
            if (row % 2 == 0) {
                assertEquals(0, logProb[b], "the only allowed action is certain");
                assertEquals(0, policy.distribution().entropy(outputs, 3 * b));
            }
        }
        assertTrue(Arrays.stream(gradient).anyMatch(x -> Math.abs(x) > 1e-3), "some gradient");
    }

    /** Of a Discrete of 3, a MultiBinary of 2 and a MultiDiscrete of 2: the second action and both bits are fixed. */
    @Test
    void masksOfTheElementsOfAnActionLeaveNothingToChooseThere() {
        Policy policy = mlp(
                Tuple.of(Discrete.of(3), MultiBinary.of(2), MultiDiscrete.of(2)), Activation.TANH, Precision.DOUBLE);
        float no = Float.NEGATIVE_INFINITY;
        float[] mask = {0, no, 0, no, -no, no, 0};
        float[] masks = new float[BATCH * mask.length];
        float[] actions = new float[BATCH * 4];
        for (int row = 0; row < BATCH; row++) {
            System.arraycopy(mask, 0, masks, row * mask.length, mask.length);
            System.arraycopy(new float[] {row % 2 == 0 ? 0 : 2, 0, 1, 1}, 0, actions, row * 4, 4);
        }
        Decisions decisions = new Decisions(features(), masks, actions);
        double[] gradient = scoreGradientAsDifferencesSay(policy, decisions);
        assertTrue(Arrays.stream(gradient).anyMatch(x -> Math.abs(x) > 1e-3), "some gradient");

        Distribution distribution = policy.distribution();
        double[] outputs = policy.outputs(decisions, ROWS);
        double z = outputs[0] - outputs[2];
        double[] p = {1 / (1 + Math.exp(-z)), 1 / (1 + Math.exp(z))};
        assertEquals(Math.log(p[0]), distribution.logProb(outputs, 0, new float[] {0, 0, 1, 1}, 0), 1e-12);
        assertEquals(Double.NEGATIVE_INFINITY, distribution.logProb(outputs, 0, new float[] {0, 1, 1, 1}, 0));
        assertEquals(-p[0] * Math.log(p[0]) - p[1] * Math.log(p[1]), distribution.entropy(outputs, 0), 1e-12);
        double[] moved = outputs.clone();
        moved[0] += 0.5;
        double q = 1 / (1 + Math.exp(-z - 0.5));
        assertEquals(
                p[0] * Math.log(p[0] / q) + p[1] * Math.log(p[1] / (1 - q)), distribution.kl(outputs, moved, 0), 1e-12);
        double[] product = new double[mask.length];
        distribution.addFisherProduct(outputs, 0, new double[] {1, 5, 0, 5, 5, 5, 5}, 1, product);
        double information = p[0] * p[1];
        assertArrayEquals(new double[] {information, 0, -information, 0, 0, 0, 0}, product, 1e-12);
    }

    private static Policy mlp(Space actions, Activation activation, Precision type) {
        GaussianOptions gaussian = GaussianOptions.defaults();
        return Policies.mlp(FEATURES, actions, new int[] {6, 5}, activation, 1, gaussian, new Random(2), type);
    }

    private static Policy gaussian(boolean stateDependent) {
        return randomised(Policies.mlp(
                FEATURES,
                Box.of(-1, 1, 3),
                new int[] {6},
                Activation.TANH,
                1,
                new GaussianOptions(0, stateDependent, false),
                new Random(2),
                Precision.DOUBLE));
    }

    private static Policy squashed() {
        return randomised(Policies.mlp(
                FEATURES,
                Box.of(-1, 1, 2),
                new int[] {6},
                Activation.TANH,
                1,
                new GaussianOptions(0, false, true),
                new Random(2),
                Precision.DOUBLE));
    }

    private static Policy randomised(Policy policy) {
        Random random = new Random(4);
        policy.parameters()
                .assign(random.doubles(policy.parameters().size(), -1, 1).toArray());
        return policy;
    }

    private static Decisions decisions(Policy policy) {
        return Decisions.unmasked(features(), actions(policy));
    }

    private static float[] features() {
        Random random = new Random(6);
        float[] features = new float[BATCH * FEATURES];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextGaussian();
        }
        return features;
    }

    /** Draws from outputs of 0, whatever the policy's parameters are. */
    private static float[] actions(Policy policy) {
        Random random = new Random(7);
        int size = policy.distribution().actionSize();
        float[] outputs = new float[policy.distribution().outputSize()];
        float[] actions = new float[BATCH * size];
        for (int row = 0; row < BATCH; row++) {
            policy.distribution().sample(outputs, 0, random, actions, row * size);
        }
        return actions;
    }

    private static double[] weights() {
        return new Random(8).doubles(BATCH, -2, 2).toArray();
    }

    private static double[] scoreGradientAsDifferencesSay(Policy policy, Decisions decisions) {
        double[] gradient =
                policy.scoreGradient(decisions, ROWS, weights(), 0.5, 0.3).gradient();
        FiniteDifferences.assertGradient(
                policy.parameters(), () -> policy.surrogate(decisions, ROWS, weights(), 0.5, 0.3), gradient);
        return gradient;
    }
}
