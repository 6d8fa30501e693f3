package dev.gangway.learning.estimator;

/**
 * The constants that minimise the variance of each of the estimate's components (Peters and Schaal 2008, "Reinforcement
 * learning of motor skills with policy gradients", equation 9). With g and h as in {@link MinimumVariance}, a trajectory's
 * estimate is h − b ⊙ g, and
 *
 * <pre>
 * b*_k = E[g_k h_k] / E[g_k²],  which is E[g_k² R] / E[g_k²] for total returns R.
 * </pre>
 *
 * <p>No ψ can express a number per parameter, so ψ is left as it is and Σ_i b_i ⊙ g_i is subtracted from the sum. Both
 * expectations are replaced by means over the other trajectories: b_ik = Σ_{j≠i} g_jk h_jk / Σ_{j≠i} g_jk², 0 when the
 * divisor is.
 *
 * <p>Assumes independent trajectories. Unbiased, since b_i is independent of trajectory i and E[g_i] = 0; of least variance
 * only in the limit of many trajectories, and with few of them, or with parameters that few trajectories move, often worse
 * than one constant. Costs as {@link MinimumVariance}, and memory for two gradients of each trajectory.
 *
 * @param scores of the policy that collected the batch
 */
public record MinimumVariancePerParameter(ScoreSum scores) implements Baseline {
    @Override
    public double[] values(Outcomes outcomes) {
        return new double[outcomes.values().length];
    }

    @Override
    public double[] controlVariate(Outcomes outcomes) {
        int[][] trajectories = outcomes.rowsByTrajectory();
        double[] weighted = outcomes.weighted();
        double[][] g = new double[trajectories.length][];
        double[][] h = new double[trajectories.length][];
        for (int i = 0; i < trajectories.length; i++) {
            g[i] = outcomes.scores().sum(scores, trajectories[i], outcomes.units());
            h[i] = outcomes.scores().sum(scores, trajectories[i], weighted);
        }
        double[] sum = new double[g[0].length];
        for (int i = 0; i < trajectories.length; i++) {
            for (int k = 0; k < sum.length; k++) {
                sum[k] += baseline(g, h, i, k) * g[i][k];
            }
        }
        return sum;
    }

    /** Sums the others one by one: subtracting from the whole sum would leave the own part's rounding. */
    private static double baseline(double[][] g, double[][] h, int left, int k) {
        double products = 0;
        double squares = 0;
        for (int j = 0; j < g.length; j++) {
            products += j == left ? 0 : g[j][k] * h[j][k];
            squares += j == left ? 0 : g[j][k] * g[j][k];
        }
        return squares == 0 ? 0 : products / squares;
    }
}
