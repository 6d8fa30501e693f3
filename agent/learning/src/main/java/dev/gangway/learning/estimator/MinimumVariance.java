package dev.gangway.learning.estimator;

/**
 * The constant that minimises the estimate's total variance (Greensmith, Bartlett and Baxter 2004; Peters and Schaal
 * 2008). A trajectory's estimate is h − b g with g = Σ_t u_t ∇log π(a_t|s_t), h = Σ_t u_t v_t ∇log π(a_t|s_t), where
 * ψ_t = u_t (v_t − b), so
 *
 * <pre>
 * b* = E[g·h] / E[‖g‖²],  which is E[‖g‖² R] / E[‖g‖²] for total returns R.
 * </pre>
 *
 * <p>Both expectations are replaced by means over the other trajectories, because ‖g_i‖ depends on trajectory i's own
 * actions: b_i = Σ_{j≠i} g_j·h_j / Σ_{j≠i} ‖g_j‖², 0 when the divisor is.
 *
 * <p>Assumes independent trajectories. Unbiased, since b_i is independent of trajectory i; its variance is the least that a
 * constant can have only in the limit of many trajectories. Costs two more backward passes over the batch, trajectory by
 * trajectory.
 *
 * @param scores of the policy that collected the batch
 */
public record MinimumVariance(ScoreSum scores) implements Baseline {
    @Override
    public double[] values(Outcomes outcomes) {
        int[][] trajectories = outcomes.rowsByTrajectory();
        double[] weighted = outcomes.weighted();
        double[] products = new double[trajectories.length];
        double[] squares = new double[trajectories.length];
        for (int i = 0; i < trajectories.length; i++) {
            double[] g = outcomes.scores().sum(scores, trajectories[i], outcomes.units());
            double[] h = outcomes.scores().sum(scores, trajectories[i], weighted);
            products[i] = dot(g, h);
            squares[i] = dot(g, g);
        }
        double[] baseline = new double[outcomes.values().length];
        for (int i = 0; i < trajectories.length; i++) {
            double divisor = sumExcept(squares, i);
            double value = divisor == 0 ? 0 : sumExcept(products, i) / divisor;
            for (int row : trajectories[i]) {
                baseline[row] = value;
            }
        }
        return baseline;
    }

    /** Sums the others one by one: subtracting from the whole sum would leave the own part's rounding. */
    private static double sumExcept(double[] values, int left) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += i == left ? 0 : values[i];
        }
        return sum;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }
}
