package dev.gangway.learning.estimator;

/**
 * A linear prediction of the value from the observation and the time, by regularised least squares: b = wᵀφ(s, t) with
 * φ = (s, s ⊙ s, t/100, (t/100)², (t/100)³, 1), the features of Duan et al. 2016, and
 * w = argmin Σ (wᵀφ − v)² + ridge · ‖w‖².
 *
 * <p>Fitted in two halves: trajectories of even place are predicted by a fit on those of odd place and the other way
 * round, so that no trajectory has a part in its own baseline. Hence unbiased for independent trajectories, without
 * waiting for an earlier batch. A batch of one trajectory has b = 0.
 *
 * <p>Costs O(B D² + D³) for B steps and D features: for observations of some hundred numbers, not for pixels.
 *
 * @param ridge ≥ 0; above 0 where features may be linearly dependent
 */
public record LeastSquares(double ridge) implements Baseline {
    private static final double TIME_SCALE = 0.01;

    /** Makes the baseline; throws an {@link IllegalArgumentException} when the ridge is negative or not finite. */
    public LeastSquares {
        if (!(ridge >= 0 && Double.isFinite(ridge))) {
            throw new IllegalArgumentException("Expected a finite ridge ≥ 0, found " + ridge);
        }
    }

    @Override
    public double[] values(Outcomes outcomes) {
        double[] baseline = new double[outcomes.values().length];
        if (outcomes.trajectories() < 2) {
            return baseline;
        }
        double[][] fits = {fit(outcomes, 1), fit(outcomes, 0)};
        double[] phi = new double[2 * outcomes.featureSize() + 4];
        for (int row : outcomes.rows()) {
            fill(phi, outcomes, row);
            double[] w = fits[outcomes.trajectoryOf()[row] % 2];
            for (int i = 0; i < phi.length; i++) {
                baseline[row] += w[i] * phi[i];
            }
        }
        return baseline;
    }

    /** Returns w fitted to the trajectories whose place has this parity. */
    private double[] fit(Outcomes outcomes, int parity) {
        int size = 2 * outcomes.featureSize() + 4;
        double[][] normal = new double[size][size];
        double[] right = new double[size];
        double[] phi = new double[size];
        for (int row : outcomes.rows()) {
            if (outcomes.trajectoryOf()[row] % 2 == parity) {
                fill(phi, outcomes, row);
                for (int i = 0; i < size; i++) {
                    right[i] += phi[i] * outcomes.values()[row];
                    for (int j = 0; j <= i; j++) {
                        normal[i][j] += phi[i] * phi[j];
                    }
                }
            }
        }
        for (int i = 0; i < size; i++) {
            normal[i][i] += ridge;
        }
        return solve(normal, right);
    }

    private static void fill(double[] phi, Outcomes outcomes, int row) {
        int d = outcomes.featureSize();
        for (int i = 0; i < d; i++) {
            double feature = outcomes.features()[row * d + i];
            phi[i] = feature;
            phi[d + i] = feature * feature;
        }
        double t = TIME_SCALE * outcomes.times()[row];
        phi[2 * d] = t;
        phi[2 * d + 1] = t * t;
        phi[2 * d + 2] = t * t * t;
        phi[2 * d + 3] = 1;
    }

    /**
     * Solves A x = b by Cholesky's A = L Lᵀ. A direction in which A vanishes up to rounding is left at 0.
     *
     * @param a lower triangle of a positive semidefinite matrix; overwritten with L
     * @param b overwritten with x
     */
    static double[] solve(double[][] a, double[] b) {
        int n = b.length;
        boolean[] used = new boolean[n];
        for (int i = 0; i < n; i++) {
            double diagonal = a[i][i];
            for (int j = 0; j <= i; j++) {
                double sum = a[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= a[i][k] * a[j][k];
                }
                if (j < i) {
                    a[i][j] = used[j] ? sum / a[j][j] : 0;
                } else {
                    used[i] = sum > 1e-12 * diagonal && sum > 0;
                    a[i][i] = used[i] ? Math.sqrt(sum) : 0;
                }
            }
        }
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                b[i] -= a[i][k] * b[k];
            }
            b[i] = used[i] ? b[i] / a[i][i] : 0;
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int k = i + 1; k < n; k++) {
                b[i] -= a[k][i] * b[k];
            }
            b[i] = used[i] ? b[i] / a[i][i] : 0;
        }
        return b;
    }
}
