package dev.gangway.estimator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.env.Box;
import dev.gangway.network.FiniteDifferences;
import dev.gangway.policy.Policies;
import dev.gangway.policy.Policy;
import dev.gangway.rollout.TrajectoryBatch;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Estimators on a continuous task whose gradient is known: the finite-horizon linear-quadratic regulator
 * s′ = a s + b u + w, r = −(q s² + p u²), with the policy u ~ N(k s + h t + c, e^2ℓ). Means over many batches are compared
 * with the exact gradient in units of their standard error; the seed is fixed.
 */
class LinearQuadraticTest {
    private static final double A = 0.9;
    private static final double B = 0.5;
    private static final double Q = 1;
    private static final double P = 0.3;
    private static final double NOISE = 0.2;
    private static final double START_MEAN = 0.7;
    private static final double START_DEVIATION = 0.4;
    private static final double GAMMA = 0.9;
    private static final int HORIZON = 4;
    /** k, h, c, ℓ: the library's order of the parameters. */
    private static final double[] THETA = {-0.4, 0.1, 0.2, -0.5};

    private static final int BATCHES = 200;
    private static final int TRAJECTORIES = 40;
    /** Two-sided 1 % over ten estimators of four parameters (Bonferroni): Φ⁻¹(1 − 0.01 / 80). */
    private static final double CRITICAL = 3.66;

    private static final Policy POLICY = policy();
    private static final List<TrajectoryBatch> SAMPLE = sample();

    static Stream<GradientEstimator> unbiased() {
        Discounting start = Discounting.FROM_START;
        StateValue value = value(1);
        Baseline none = new Baseline.None();
        return Stream.of(
                new TotalReturn(GAMMA, start, none),
                new TotalReturn(GAMMA, start, new MinimumVariance(ScoreSum.of(POLICY))),
                new RewardToGo(GAMMA, start, none),
                new RewardToGo(GAMMA, start, new LeaveOneOutMean()),
                new RewardToGo(GAMMA, start, new TimeStepMean()),
                new RewardToGo(GAMMA, start, new Baseline.OfState(value)),
                new Gae(GAMMA, 0, start, value),
                new Gae(GAMMA, 0.5, start, value),
                new Gae(GAMMA, 1, start, value(0.5)),
                new NStep(GAMMA, 2, start, value));
    }

    @Test
    void theGradientByRecursionIsThatOfTheReturnByRecursion() {
        Policy policy = policy();
        FiniteDifferences.assertGradient(
                policy.parameters(), () -> expectedReturn(policy.parameters().toDoubles()), gradient());
        double[][] v = valueCoefficients();
        double square = START_MEAN * START_MEAN + START_DEVIATION * START_DEVIATION;
        assertEquals(expectedReturn(THETA), v[0][0] * square + v[0][1] * START_MEAN + v[0][2], 1e-12);
    }

    @ParameterizedTest
    @MethodSource("unbiased")
    void theMeanEstimateIsTheExactGradient(GradientEstimator estimator) {
        double[] z = scores(estimator);
        assertTrue(
                Arrays.stream(z).allMatch(each -> Math.abs(each) < CRITICAL),
                () -> estimator + ": z " + Arrays.toString(z));
    }

    @Test
    void theTestSeesTheBiasOfAWrongValueAndOfForgettingTheStart() {
        for (GradientEstimator biased : List.of(
                new Gae(GAMMA, 0, Discounting.FROM_START, value(0.5)),
                new RewardToGo(GAMMA, Discounting.FROM_ACTION, new Baseline.OfState(value(1))))) {
            double[] z = scores(biased);
            assertTrue(
                    Arrays.stream(z).anyMatch(each -> Math.abs(each) > CRITICAL),
                    () -> biased + ": z " + Arrays.toString(z));
        }
    }

    /** Returns (mean − truth) / standard error for each parameter. */
    private static double[] scores(GradientEstimator estimator) {
        double[] sum = new double[THETA.length];
        double[] squares = new double[THETA.length];
        for (TrajectoryBatch batch : SAMPLE) {
            Weights weights = estimator.weights(batch);
            double[] gradient = POLICY.scoreGradient(
                            batch.decisions(),
                            weights.rows(),
                            weights.psi(),
                            weights.scale(Averaging.PER_TRAJECTORY),
                            0)
                    .gradient();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += gradient[i];
                squares[i] += gradient[i] * gradient[i];
            }
        }
        double[] truth = gradient();
        double[] z = new double[THETA.length];
        for (int i = 0; i < z.length; i++) {
            double mean = sum[i] / BATCHES;
            double variance = (squares[i] / BATCHES - mean * mean) * BATCHES / (BATCHES - 1);
            z[i] = (mean - truth[i]) / Math.sqrt(variance / BATCHES);
        }
        return z;
    }

    /** Returns J by passing mean and variance of the state forward. */
    private static double expectedReturn(double[] theta) {
        double gain = A + B * theta[0];
        double spread = Math.exp(2 * theta[3]);
        double mean = START_MEAN;
        double variance = START_DEVIATION * START_DEVIATION;
        double sum = 0;
        for (int t = 0; t < HORIZON; t++) {
            double offset = theta[1] * t + theta[2];
            double action = theta[0] * mean + offset;
            double cost =
                    Q * (mean * mean + variance) + P * (action * action + theta[0] * theta[0] * variance + spread);
            sum -= Math.pow(GAMMA, t) * cost;
            mean = gain * mean + B * offset;
            variance = gain * gain * variance + B * B * spread + NOISE * NOISE;
        }
        return sum;
    }

    /** Returns ∇J by differentiating that recursion. */
    private static double[] gradient() {
        double k = THETA[0];
        double gain = A + B * k;
        double spread = Math.exp(2 * THETA[3]);
        double mean = START_MEAN;
        double variance = START_DEVIATION * START_DEVIATION;
        double[] dMean = new double[4];
        double[] dVariance = new double[4];
        double[] gradient = new double[4];
        for (int t = 0; t < HORIZON; t++) {
            double action = k * mean + THETA[1] * t + THETA[2];
            double[] direct = {mean, t, 1, 0};
            double[] dGain = {B, 0, 0, 0};
            for (int i = 0; i < 4; i++) {
                double dAction = direct[i] + k * dMean[i];
                double dSpread = i == 3 ? 2 * spread : 0;
                double dCost = Q * (2 * mean * dMean[i] + dVariance[i])
                        + P * (2 * action * dAction + (i == 0 ? 2 * k * variance : 0) + k * k * dVariance[i] + dSpread);
                gradient[i] -= Math.pow(GAMMA, t) * dCost;
                dVariance[i] = 2 * gain * dGain[i] * variance + gain * gain * dVariance[i] + B * B * dSpread;
                dMean[i] = A * dMean[i] + B * dAction;
            }
            mean = A * mean + B * action;
            variance = gain * gain * variance + B * B * spread + NOISE * NOISE;
        }
        return gradient;
    }

    /** Returns α, β, γ of V_t(s) = α s² + β s + γ for every t, by Bellman's recursion. */
    private static double[][] valueCoefficients() {
        double k = THETA[0];
        double gain = A + B * k;
        double spread = Math.exp(2 * THETA[3]);
        double noise = B * B * spread + NOISE * NOISE;
        double[][] v = new double[HORIZON + 1][3];
        for (int t = HORIZON - 1; t >= 0; t--) {
            double offset = THETA[1] * t + THETA[2];
            double shift = B * offset;
            double[] next = v[t + 1];
            v[t][0] = -Q - P * k * k + GAMMA * next[0] * gain * gain;
            v[t][1] = -2 * P * k * offset + GAMMA * (2 * next[0] * gain * shift + next[1] * gain);
            v[t][2] = -P * (offset * offset + spread)
                    + GAMMA * (next[0] * (shift * shift + noise) + next[1] * shift + next[2]);
        }
        return v;
    }

    /** Returns the exact value times a factor. */
    private static StateValue value(double factor) {
        double[][] v = valueCoefficients();
        return (features, rows) -> {
            double[] values = new double[rows];
            for (int row = 0; row < rows; row++) {
                double s = features[2 * row];
                double[] at = v[(int) features[2 * row + 1]];
                values[row] = factor * (at[0] * s * s + at[1] * s + at[2]);
            }
            return values;
        };
    }

    private static Policy policy() {
        Policy policy = Policies.linearGaussian(2, Box.of(-1, 1, 1), 0, DataType.DOUBLE);
        policy.parameters().assign(THETA);
        return policy;
    }

    private static List<TrajectoryBatch> sample() {
        Random random = new Random(11);
        return Stream.generate(() -> play(random)).limit(BATCHES).toList();
    }

    private static TrajectoryBatch play(Random random) {
        int rows = HORIZON * TRAJECTORIES;
        float[] features = new float[2 * rows];
        float[] actions = new float[rows];
        double[] rewards = new double[rows];
        boolean[] terminated = new boolean[rows];
        boolean[] valid = new boolean[rows];
        int[] times = new int[rows];
        Arrays.fill(valid, true);
        double[] states = new double[TRAJECTORIES];
        for (int n = 0; n < TRAJECTORIES; n++) {
            states[n] = START_MEAN + START_DEVIATION * random.nextGaussian();
        }
        for (int t = 0; t < HORIZON; t++) {
            float[] observed = new float[2 * TRAJECTORIES];
            float[] chosen = new float[TRAJECTORIES];
            for (int n = 0; n < TRAJECTORIES; n++) {
                observed[2 * n] = (float) states[n];
                observed[2 * n + 1] = t;
            }
            POLICY.snapshot().act(observed, TRAJECTORIES, random, chosen);
            System.arraycopy(observed, 0, features, 2 * t * TRAJECTORIES, observed.length);
            System.arraycopy(chosen, 0, actions, t * TRAJECTORIES, chosen.length);
            for (int n = 0; n < TRAJECTORIES; n++) {
                int row = t * TRAJECTORIES + n;
                rewards[row] = -(Q * states[n] * states[n] + P * chosen[n] * chosen[n]);
                terminated[row] = t == HORIZON - 1;
                times[row] = t;
                states[n] = A * states[n] + B * chosen[n] + NOISE * random.nextGaussian();
            }
        }
        return new TrajectoryBatch(
                HORIZON,
                TRAJECTORIES,
                2,
                1,
                features,
                actions,
                new float[0],
                rewards,
                terminated,
                new boolean[rows],
                valid,
                times,
                IntStream.range(rows - TRAJECTORIES, rows).toArray(),
                new float[2 * TRAJECTORIES],
                new float[2 * TRAJECTORIES]);
    }
}
