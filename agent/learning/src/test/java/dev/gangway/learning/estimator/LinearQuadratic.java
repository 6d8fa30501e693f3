package dev.gangway.learning.estimator;

import dev.gangway.learning.policy.Decisions;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The finite-horizon linear-quadratic regulator s′ = a s + b u + w, r = −(q s² + p u²), with the policy
 * u ~ N(k s + h t + c, e^2ℓ). The observation is (s, t).
 *
 * <p>A trajectory of T steps is made by 2 T independent standard normal numbers: of the start, of each action, and of each
 * transition but the last; by T + 1 where transitions have no noise.
 *
 * @param horizon T
 * @param noise standard deviation of w
 */
record LinearQuadratic(int horizon, double noise) {
    static final double GAMMA = 0.9;
    /** k, h, c, ℓ: the library's order of the parameters. */
    static final double[] THETA = {-0.4, 0.1, 0.2, -0.5};

    private static final double A = 0.9;
    private static final double B = 0.5;
    private static final double Q = 1;
    private static final double P = 0.3;
    private static final double START_MEAN = 0.7;
    private static final double START_DEVIATION = 0.4;

    /** Gauss–Hermite nodes of a standard normal number: exact for polynomials up to the fifth degree. */
    private static final double[] NODES = {-Math.sqrt(3), 0, Math.sqrt(3)};

    private static final double[] NODE_WEIGHTS = {1 / 6.0, 2 / 3.0, 1 / 6.0};

    /**
     * Trajectories as columns.
     *
     * @param probabilities of each column, products of the nodes' weights
     */
    record Play(TrajectoryBatch batch, double[] probabilities) {}

    /** Returns the nodes' numbers, 0 to 2, of each trajectory: 3 to the power of how many numbers make one. */
    double[][] nodes() {
        int numbers = noise > 0 ? 2 * horizon : horizon + 1;
        int count = (int) Math.pow(3, numbers);
        double[][] nodes = new double[count][numbers];
        for (int n = 0; n < count; n++) {
            int rest = n;
            for (int i = 0; i < numbers; i++) {
                nodes[n][i] = rest % 3;
                rest /= 3;
            }
        }
        return nodes;
    }

    /** Plays the trajectories of some nodes. */
    Play play(double[]... nodes) {
        int count = nodes.length;
        int rows = horizon * count;
        float[] features = new float[2 * rows];
        float[] actions = new float[rows];
        double[] rewards = new double[rows];
        boolean[] terminated = new boolean[rows];
        boolean[] valid = new boolean[rows];
        int[] times = new int[rows];
        double[] probabilities = new double[count];
        Arrays.fill(valid, true);
        for (int n = 0; n < count; n++) {
            probabilities[n] = Arrays.stream(nodes[n])
                    .map(node -> NODE_WEIGHTS[(int) node])
                    .reduce(1, (a, b) -> a * b);
            double s = START_MEAN + START_DEVIATION * node(nodes[n], 0);
            for (int t = 0; t < horizon; t++) {
                int row = t * count + n;
                features[2 * row] = (float) s;
                features[2 * row + 1] = t;
                double mean = THETA[0] * features[2 * row] + THETA[1] * t + THETA[2];
                actions[row] = (float) (mean + Math.exp(THETA[3]) * node(nodes[n], 1 + t));
                rewards[row] = -(Q * s * s + P * actions[row] * actions[row]);
                terminated[row] = t == horizon - 1;
                times[row] = t;
                if (t < horizon - 1) {
                    s = A * s + B * actions[row] + (noise > 0 ? noise * node(nodes[n], 1 + horizon + t) : 0);
                }
            }
        }
        TrajectoryBatch batch = new TrajectoryBatch(
                horizon,
                count,
                new Decisions(features, new float[0], actions),
                new TrajectoryBatch.Outcomes(rewards, terminated, new boolean[rows], valid, times),
                new TrajectoryBatch.FinalStates(
                        IntStream.range(rows - count, rows).toArray(), new float[2 * count]),
                new float[2 * count]);
        return new Play(batch, probabilities);
    }

    private static double node(double[] nodes, int i) {
        return NODES[(int) nodes[i]];
    }

    /** Returns J by passing mean and variance of the state forward. */
    double expectedReturn(double[] theta) {
        double gain = A + B * theta[0];
        double spread = Math.exp(2 * theta[3]);
        double mean = START_MEAN;
        double variance = START_DEVIATION * START_DEVIATION;
        double sum = 0;
        for (int t = 0; t < horizon; t++) {
            double offset = theta[1] * t + theta[2];
            double action = theta[0] * mean + offset;
            double cost =
                    Q * (mean * mean + variance) + P * (action * action + theta[0] * theta[0] * variance + spread);
            sum -= Math.pow(GAMMA, t) * cost;
            mean = gain * mean + B * offset;
            variance = gain * gain * variance + B * B * spread + noise * noise;
        }
        return sum;
    }

    /** Returns ∇J by differentiating that recursion. */
    double[] gradient() {
        double k = THETA[0];
        double gain = A + B * k;
        double spread = Math.exp(2 * THETA[3]);
        double mean = START_MEAN;
        double variance = START_DEVIATION * START_DEVIATION;
        double[] dMean = new double[4];
        double[] dVariance = new double[4];
        double[] gradient = new double[4];
        for (int t = 0; t < horizon; t++) {
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
            variance = gain * gain * variance + B * B * spread + noise * noise;
        }
        return gradient;
    }

    /** Returns E[V_0(s_0)]. */
    double expectedValueAtTheStart() {
        double[] v = valueCoefficients()[0];
        double square = START_MEAN * START_MEAN + START_DEVIATION * START_DEVIATION;
        return v[0] * square + v[1] * START_MEAN + v[2];
    }

    /** Returns α, β, γ of V_t(s) = α s² + β s + γ for every t, by Bellman's recursion. */
    private double[][] valueCoefficients() {
        double k = THETA[0];
        double gain = A + B * k;
        double spread = Math.exp(2 * THETA[3]);
        double scatter = B * B * spread + noise * noise;
        double[][] v = new double[horizon + 1][3];
        for (int t = horizon - 1; t >= 0; t--) {
            double offset = THETA[1] * t + THETA[2];
            double shift = B * offset;
            double[] next = v[t + 1];
            v[t][0] = -Q - P * k * k + GAMMA * next[0] * gain * gain;
            v[t][1] = -2 * P * k * offset + GAMMA * (2 * next[0] * gain * shift + next[1] * gain);
            v[t][2] = -P * (offset * offset + spread)
                    + GAMMA * (next[0] * (shift * shift + scatter) + next[1] * shift + next[2]);
        }
        return v;
    }

    /** Returns the exact value times a factor. */
    StateValue value(double factor) {
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
}
