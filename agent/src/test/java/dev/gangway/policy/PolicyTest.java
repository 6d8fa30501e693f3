package dev.gangway.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.env.Box;
import dev.gangway.env.Discrete;
import dev.gangway.env.MultiBinary;
import dev.gangway.env.MultiDiscrete;
import dev.gangway.env.Space;
import dev.gangway.network.Activation;
import dev.gangway.network.DenseNetwork;
import dev.gangway.network.FiniteDifferences;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

class PolicyTest {
    private static final int FEATURES = 4;
    private static final int BATCH = 12;
    /** Rows out of order, and not all. */
    private static final int[] ROWS = {2, 3, 5, 11, 7, 0, 9};

    static List<Policy> policies() {
        Discrete two = Discrete.of(2);
        Discrete three = Discrete.of(3);
        return List.of(
                randomised(Policies.linearLogistic(FEATURES, two, DataType.DOUBLE)),
                randomised(Policies.linearSoftmax(FEATURES, three, DataType.DOUBLE)),
                mlp(two, Activation.TANH, DataType.DOUBLE),
                mlp(three, Activation.RELU, DataType.DOUBLE),
                new Policy(
                        DenseNetwork.mlp(
                                FEATURES, new int[] {5}, 1, Activation.TANH, 1, new Random(3), DataType.DOUBLE),
                        new BernoulliLogit()),
                randomised(Policies.linearGaussian(FEATURES, Box.of(-1, 1, 2), 0, DataType.DOUBLE)),
                mlp(MultiDiscrete.of(2, 3), Activation.TANH, DataType.DOUBLE),
                mlp(MultiBinary.of(2), Activation.RELU, DataType.DOUBLE),
                gaussian(false),
                gaussian(true));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void theScoreGradientIsThatOfTheSurrogate(Policy policy) {
        double[] gradient = policy.scoreGradient(features(), actions(policy), ROWS, weights(), 0.5, 0)
                .gradient()
                .data()
                .asDouble();
        FiniteDifferences.assertGradient(
                policy.parameters(),
                () -> policy.surrogate(features(), actions(policy), ROWS, weights(), 0.5, 0),
                gradient);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void theEntropyBonusIsPartOfBoth(Policy policy) {
        double[] none = new double[BATCH];
        double[] gradient = policy.scoreGradient(features(), actions(policy), ROWS, none, 0.5, 0.3)
                .gradient()
                .data()
                .asDouble();
        FiniteDifferences.assertGradient(
                policy.parameters(),
                () -> policy.surrogate(features(), actions(policy), ROWS, none, 0.5, 0.3),
                gradient);
        double[] both = policy.scoreGradient(features(), actions(policy), ROWS, weights(), 0.5, 0.3)
                .gradient()
                .data()
                .asDouble();
        double[] score = policy.scoreGradient(features(), actions(policy), ROWS, weights(), 0.5, 0)
                .gradient()
                .data()
                .asDouble();
        for (int i = 0; i < both.length; i++) {
            assertEquals(score[i] + gradient[i], both[i], 1e-13);
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void diagnosticsAreMeansOverTheChosenRows(Policy policy) {
        Policy.ScoreGradient result = policy.scoreGradient(features(), actions(policy), ROWS, weights(), 0.5, 0.3);
        double[] outputs = policy.outputs(features(), ROWS);
        double[] logProbs = policy.logProb(features(), actions(policy), ROWS);
        double entropy = 0;
        double surrogate = 0;
        for (int b = 0; b < ROWS.length; b++) {
            double rowEntropy = policy.distribution()
                    .entropy(outputs, b * policy.distribution().outputSize());
            entropy += rowEntropy / ROWS.length;
            surrogate += 0.5 * (weights()[ROWS[b]] * logProbs[b] + 0.3 * rowEntropy);
        }
        assertEquals(entropy, result.meanEntropy(), 1e-14);
        assertEquals(surrogate, result.surrogate(), 1e-13);
        assertEquals(surrogate, policy.surrogate(features(), actions(policy), ROWS, weights(), 0.5, 0.3), 1e-13);
    }

    @Test
    void theLogisticScoreIsActionMinusProbabilityTimesFeatures() {
        Policy policy = randomised(Policies.linearLogistic(FEATURES, Discrete.of(2), DataType.DOUBLE));
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
        double[] gradient = policy.scoreGradient(features(), actions(policy), ROWS, weights(), 1, 0)
                .gradient()
                .data()
                .asDouble();
        assertArrayEquals(expected, gradient, 1e-13);
    }

    @Test
    void theSoftmaxScoreIsTheOuterProductOfFeaturesAndActionMinusProbabilities() {
        Policy policy = randomised(Policies.linearSoftmax(FEATURES, Discrete.of(3), DataType.DOUBLE));
        double[] outputs = policy.outputs(features(), ROWS);
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
        double[] gradient = policy.scoreGradient(features(), actions(policy), ROWS, weights(), 1, 0)
                .gradient()
                .data()
                .asDouble();
        assertArrayEquals(expected, gradient, 1e-13);
    }

    @Test
    void inFloatTheGradientAgreesWithDoubleToSinglePrecision() {
        Policy single = mlp(Discrete.of(3), Activation.TANH, DataType.FLOAT);
        Policy precise = mlp(Discrete.of(3), Activation.TANH, DataType.DOUBLE);
        precise.parameters().assign(single.parameters().toDoubles());
        double[] expected = precise.scoreGradient(features(), actions(precise), ROWS, weights(), 1, 0.1)
                .gradient()
                .data()
                .asDouble();
        double[] actual = single.scoreGradient(features(), actions(single), ROWS, weights(), 1, 0.1)
                .gradient()
                .data()
                .asDouble();
        assertArrayEquals(expected, actual, 1e-5);
    }

    @Test
    void theFirstMlpPolicyIsNearUniform() {
        Policy policy = Policies.mlpSoftmax(
                FEATURES, Discrete.of(2), new int[] {64, 64}, Activation.TANH, 0.01, new Random(1), DataType.FLOAT);
        double entropy = policy.scoreGradient(features(), actions(policy), ROWS, weights(), 1, 0)
                .meanEntropy();
        assertEquals(Math.log(2), entropy, 1e-3);
        assertTrue(entropy < Math.log(2));
    }

    @Test
    void policiesRefuseActionSpacesThatDoNotFit() {
        String three = assertThrows(
                        IllegalArgumentException.class,
                        () -> Policies.linearLogistic(4, Discrete.of(3), DataType.FLOAT))
                .getMessage();
        assertTrue(three.contains("exactly 2") && three.contains("Discrete(3)"), three);
        String box = assertThrows(
                        IllegalArgumentException.class,
                        () -> Policies.linearSoftmax(4, Box.of(-1, 1, 2), DataType.FLOAT))
                .getMessage();
        assertTrue(box.contains("Box(-1.0, 1.0, (2,), float32)") && box.contains("linear_softmax"), box);
    }

    @Test
    void networkAndDistributionMustFit() {
        DenseNetwork network = DenseNetwork.linear(4, 3, true, DataType.FLOAT);
        assertThrows(IllegalArgumentException.class, () -> new Policy(network, new Categorical(2)));
    }

    private static Policy mlp(Space actions, Activation activation, DataType type) {
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
                new GaussianOptions(0, stateDependent),
                new Random(2),
                DataType.DOUBLE));
    }

    private static Policy randomised(Policy policy) {
        Random random = new Random(4);
        policy.parameters()
                .assign(random.doubles(policy.parameters().size(), -1, 1).toArray());
        return policy;
    }

    private static float[] features() {
        Random random = new Random(6);
        float[] features = new float[BATCH * FEATURES];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextGaussian();
        }
        return features;
    }

    private static float[] actions(Policy policy) {
        Random random = new Random(7);
        if (policy.distribution() instanceof DiagonalGaussian gaussian) {
            float[] real = new float[BATCH * gaussian.actionSize()];
            for (int i = 0; i < real.length; i++) {
                real[i] = 2 * random.nextFloat() - 1;
            }
            return real;
        }
        int count = policy.distribution() instanceof Categorical categorical ? categorical.outputSize() : 2;
        int size = BATCH * policy.distribution().actionSize();
        float[] actions = new float[size];
        for (int i = 0; i < size; i++) {
            actions[i] = random.nextInt(count);
        }
        return actions;
    }

    private static double[] weights() {
        return new Random(8).doubles(BATCH, -2, 2).toArray();
    }
}
