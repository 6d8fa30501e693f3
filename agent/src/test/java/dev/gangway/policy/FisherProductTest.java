package dev.gangway.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gangway.network.Activation;
import dev.gangway.network.DenseNetwork;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

class FisherProductTest {
    private static final int FEATURES = 2;
    private static final float[] STATES = {0.5f, -1, 9, 9, 1, 0.25f, -0.75f, 2};
    private static final int[] ROWS = {3, 0, 2};

    static List<Distribution> distributions() {
        return List.of(
                new Categorical(4),
                new BernoulliLogit(),
                new DiagonalGaussian(2),
                new SquashedGaussian(new DiagonalGaussian(2)),
                new Independent(List.of(new Categorical(3), new BernoulliLogit(), new DiagonalGaussian(1))));
    }

    /** F is the Hessian of the divergence: by second differences. */
    @ParameterizedTest
    @MethodSource("distributions")
    void theInformationOfTheOutputsIsTheCurvatureOfTheDivergence(Distribution distribution) {
        int k = distribution.outputSize();
        Random random = new Random(1);
        double[] outputs = random.doubles(k + 2, -1, 1).toArray();
        double[] v = random.doubles(k + 2, -1, 1).toArray();
        double[] product = new double[k + 2];
        distribution.addFisherProduct(outputs, 1, v, 0.5, product);
        double h = 1e-4;
        for (int i = 0; i < k + 2; i++) {
            double curvature = 0;
            for (int a = -1; a <= 1; a += 2) {
                for (int b = -1; b <= 1; b += 2) {
                    double[] moved = outputs.clone();
                    for (int j = 0; j < k + 2; j++) {
                        moved[j] += a * h * v[j];
                    }
                    moved[i] += b * h;
                    curvature += a * b * distribution.kl(outputs, moved, 1) / (4 * h * h);
                }
            }
            assertEquals(0.5 * curvature, product[i], 1e-6, distribution + ", output " + (i - 1));
        }
    }

    /** The matrix as its definition has it: a sum over states and allowed actions of outer products of scores. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isTheDenseMatrixOfAllScoresTimesTheVector(boolean masked) {
        float no = Float.NEGATIVE_INFINITY;
        float[] masks = masked ? new float[] {0, no, 0, 0, 0, 0, no, 0, no, 0, 0, no} : ActionMasks.NONE;
        Policy policy = policy(new Categorical(3), DataType.DOUBLE);
        int p = policy.parameters().size();
        double[][] fisher = new double[p][p];
        for (int row : ROWS) {
            for (int action = 0; action < 3; action++) {
                float[] actions = new float[STATES.length / FEATURES];
                Arrays.fill(actions, action);
                int[] one = {row};
                Decisions decisions = new Decisions(STATES, masks, actions);
                if (masked && masks[3 * row + action] == no) {
                    continue;
                }
                double[] score = policy.scoreGradient(decisions, one, new double[] {1, 1, 1, 1}, 1, 0)
                        .gradient();
                double probability = Math.exp(policy.logProb(decisions, one)[0]);
                for (int i = 0; i < p; i++) {
                    for (int j = 0; j < p; j++) {
                        fisher[i][j] += probability * score[i] * score[j] / ROWS.length;
                    }
                }
            }
        }
        double[] before = policy.parameters().toDoubles();
        double[] v = new Random(4).doubles(p, -1, 1).toArray();
        double[] product = new FisherProduct(policy, new Decisions(STATES, masks, new float[0]), ROWS).apply(v);
        for (int i = 0; i < p; i++) {
            double expected = 0;
            for (int j = 0; j < p; j++) {
                expected += fisher[i][j] * v[j];
            }
            assertEquals(expected, product[i], 1e-8);
        }
        assertArrayEquals(before, policy.parameters().toDoubles(), 0);
    }

    @Test
    void isNearlyTheSameInFloat() {
        for (Distribution distribution : distributions()) {
            Policy fine = policy(distribution, DataType.DOUBLE);
            Policy coarse = policy(distribution, DataType.FLOAT);
            int p = fine.parameters().size();
            double[] v = new Random(4).doubles(p, -1, 1).toArray();
            double[] expected = new FisherProduct(fine, Decisions.unmasked(STATES, new float[0]), ROWS).apply(v);
            double[] found = new FisherProduct(coarse, Decisions.unmasked(STATES, new float[0]), ROWS).apply(v);
            double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
            assertArrayEquals(expected, found, 1e-3 * largest);
        }
    }

    private static Policy policy(Distribution distribution, DataType dataType) {
        DenseNetwork network = DenseNetwork.mlp(
                FEATURES, new int[] {4}, distribution.outputSize(), Activation.TANH, 1, new Random(3), dataType);
        return new Policy(network, distribution);
    }
}
