package dev.gangway.learning.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gangway.environment.Box;
import dev.gangway.environment.Discrete;
import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.Filters;
import dev.gangway.inference.network.Gains;
import dev.gangway.inference.network.InputNormalizer;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.Precision;
import dev.gangway.inference.policy.ActionMasks;
import dev.gangway.inference.policy.BernoulliLogit;
import dev.gangway.inference.policy.Categorical;
import dev.gangway.inference.policy.DiagonalGaussian;
import dev.gangway.inference.policy.Distribution;
import dev.gangway.inference.policy.GaussianOptions;
import dev.gangway.inference.policy.Independent;
import dev.gangway.inference.policy.SquashedGaussian;
import dev.gangway.learning.network.DenseNetworks;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FisherProductTest {
    private static final int FEATURES = 2;
    private static final float[] STATES = {0.5f, -1, 9, 9, 1, 0.25f, -0.75f, 2};
    private static final int[] ROWS = {3, 0, 2};

    static List<Distribution> distributions() {
        return List.of(
                new Categorical(4),
                new BernoulliLogit(),
                new DiagonalGaussian(2),
                new DiagonalGaussian(2, 0),
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
        Policy policy = policy(new Categorical(3), Precision.DOUBLE);
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
        double[] v = new Random(4).doubles(p, -1, 1).toArray();
        double[] product = new FisherProduct(policy, new Decisions(STATES, masks, new float[0]), ROWS).apply(v);
        for (int i = 0; i < p; i++) {
            double expected = 0;
            for (int j = 0; j < p; j++) {
                expected += fisher[i][j] * v[j];
            }
            assertEquals(expected, product[i], 1e-12);
        }
    }

    static Stream<Policy> networks() {
        Box box = Box.of(-1, 1, 2);
        GaussianOptions ofState = new GaussianOptions(-0.5, true, false);
        Policy plain = Policies.of(outputs -> mlp(3, outputs), box, ofState, new Random(1), Precision.DOUBLE);
        boolean[] standardised = {true, false, true};
        InputNormalizer normalizer = new InputNormalizer(standardised, 2, 1e-8);
        normalizer.observe(new float[] {1, 2, 3, -4, 5, 7}, new int[] {0, 1});
        NetworkPlan.Convolutions images =
                new NetworkPlan.Convolutions(4, 3, 1, List.of(new Filters(2, 2, 1)), Activation.TANH, 0.5, 1);
        NetworkPlan.Branched branches = new NetworkPlan.Branched(List.of(
                new NetworkPlan.Branch("a", 2, Optional.of(new NetworkPlan.Embedding(2, 3))),
                new NetworkPlan.Branch("b", 1, Optional.empty()),
                new NetworkPlan.Branch("c", 12, Optional.of(images))));
        return Stream.of(
                plain,
                plain.normalized(normalizer),
                Policies.of(
                        outputs -> mlp(3, outputs), box, GaussianOptions.defaults(), new Random(1), Precision.DOUBLE),
                Policies.withValue(
                                outputs -> mlp(3, outputs),
                                2,
                                box,
                                GaussianOptions.defaults(),
                                new Random(1),
                                Precision.DOUBLE)
                        .policy(),
                Policies.of(
                        outputs -> new NetworkPlan.Sequential(branches, mlp(16, outputs)),
                        Discrete.of(3),
                        GaussianOptions.defaults(),
                        new Random(1),
                        Precision.DOUBLE));
    }

    private static NetworkPlan.Dense mlp(int inputs, int outputs) {
        return new NetworkPlan.Dense(List.of(inputs, 4, outputs), Activation.TANH, false, new Gains(1.4, 1));
    }

    /** Σ_b J_bᵀ F_b J_b v / B, with every row of every J_b from a backward pass of its own. */
    @ParameterizedTest
    @MethodSource("networks")
    void isTheProductOfTheJacobiansWhateverTheNetwork(Policy policy) {
        int p = policy.parameters().size();
        int k = policy.distribution().outputSize();
        Random random = new Random(4);
        float[] states = new float[5 * policy.featureSize()];
        for (int i = 0; i < states.length; i++) {
            states[i] = (float) random.nextGaussian();
        }
        Decisions decisions = Decisions.unmasked(states, new float[0]);
        int[] rows = {4, 1, 2};
        double[] v = random.doubles(p, -1, 1).toArray();
        double[] product = new FisherProduct(policy, decisions, rows).apply(v);
        double[] expected = new double[p];
        for (int row : rows) {
            double[][] jacobian = new double[k][];
            double[] tangent = new double[k];
            for (int i = 0; i < k; i++) {
                double[] unit = new double[k];
                unit[i] = 1;
                jacobian[i] = policy.forward(decisions, new int[] {row}).backward(unit);
                for (int j = 0; j < p; j++) {
                    tangent[i] += jacobian[i][j] * v[j];
                }
            }
            double[] image = new double[k];
            double[] outputs = policy.outputs(decisions, new int[] {row});
            policy.distribution().addFisherProduct(outputs, 0, tangent, 1.0 / rows.length, image);
            for (int i = 0; i < k; i++) {
                for (int j = 0; j < p; j++) {
                    expected[j] += image[i] * jacobian[i][j];
                }
            }
        }
        assertArrayEquals(expected, product, 1e-12);
    }

    /** Three rows go through loops and 60 through matrix products. */
    @ParameterizedTest
    @CsvSource({"3, 1", "60, 1", "3, 300", "60, 300"})
    void isNearlyTheSameInFloatHoweverLargeTheFeatures(int count, float size) {
        Random random = new Random(5);
        float[] states = new float[count * FEATURES];
        for (int i = 0; i < states.length; i++) {
            states[i] = size * (float) random.nextGaussian();
        }
        Decisions decisions = Decisions.unmasked(states, new float[0]);
        int[] rows = IntStream.range(0, count).toArray();
        for (Distribution distribution : distributions()) {
            Policy coarse = policy(distribution, Precision.FLOAT);
            Policy fine = policy(distribution, Precision.DOUBLE);
            fine.parameters().assign(coarse.parameters().toDoubles());
            double[] v = random.doubles(fine.parameters().size(), -1, 1).toArray();
            double[] expected = new FisherProduct(fine, decisions, rows).apply(v);
            double[] found = new FisherProduct(coarse, decisions, rows).apply(v);
            double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
            assertArrayEquals(expected, found, 2e-6 * largest, distribution.toString());
        }
    }

    @Test
    void aProductAfterAnotherEvaluationIsRefused() {
        Policy policy = policy(new Categorical(3), Precision.DOUBLE);
        FisherProduct fisher = new FisherProduct(policy, Decisions.unmasked(STATES, new float[0]), ROWS);
        policy.outputs(Decisions.unmasked(STATES, new float[0]), ROWS);
        double[] v = new double[policy.parameters().size()];
        assertThrows(IllegalStateException.class, () -> fisher.apply(v));
    }

    private static Policy policy(Distribution distribution, Precision precision) {
        Layer network = DenseNetworks.mlp(
                FEATURES, new int[] {4}, distribution.outputSize(), Activation.TANH, 1, new Random(3), precision);
        return new Policy(network, distribution);
    }
}
