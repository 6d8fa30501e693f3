package dev.gangway.learning.estimator;

import java.util.stream.IntStream;

/**
 * ψ for the steps of a batch. Rows are those of the batch, t·N + n.
 *
 * @param rows ascending indices of the valid rows; the arrays below hold 0 elsewhere
 * @param trajectories number of episodes, and parts of episodes, in the batch
 * @param psi shape [T, N]: ψ
 * @param valueTargets shape [T, N]: what V(s) or Q(s, a) should predict, discounted from the step on; e.g. the reward-to-go,
 *     or GAE's λ-return
 * @param controlVariate shape [P]: what is subtracted from Σ ψ ∇log π, where a baseline is another number for each parameter;
 *     its expectation is 0. Empty: nothing
 */
public record Weights(int[] rows, int trajectories, double[] psi, double[] valueTargets, double[] controlVariate) {

    /** Weights that are all there is. */
    public Weights(int[] rows, int trajectories, double[] psi, double[] valueTargets) {
        this(rows, trajectories, psi, valueTargets, new double[0]);
    }

    /** Returns the factor of the whole sum. */
    public double scale(Averaging averaging) {
        return switch (averaging) {
            case PER_STEP -> 1.0 / rows.length;
            case PER_TRAJECTORY -> 1.0 / trajectories;
            case SUM -> 1;
        };
    }

    /** Returns the mean of ψ over the valid rows. */
    public double mean() {
        return spread().mean();
    }

    /** Returns the standard deviation of ψ over the valid rows, divisor n. */
    public double deviation() {
        return spread().deviation();
    }

    private Spread spread() {
        return Spread.of(IntStream.of(rows).mapToDouble(row -> psi[row]).toArray());
    }

    /**
     * Returns (ψ − mean) / (max(std, floor) + epsilon) over the valid rows, std with divisor n, and what is subtracted in the
     * same units. ψ that differ by rounding only, by less than 1e−12 of their size, become exactly 0, and so do the ψ of a
     * single row and what is subtracted from either.
     * A heuristic: it makes the estimate biased, since the batch's own noise enters both numbers, and its length unrelated to
     * the return's.
     *
     * @param floor in the units of ψ; keeps weights that are all alike, whose differences are the critic's errors, from being
     *     blown up. 0: none
     * @param epsilon usually 1e−8; keeps equal weights from being divided by 0
     */
    public Weights normalized(double floor, double epsilon) {
        Spread spread = spread();
        double divisor = Math.max(spread.deviation(), floor) + epsilon;
        double[] normalized = new double[psi.length];
        for (int row : rows) {
            normalized[row] = spread.isRounding() ? 0 : (psi[row] - spread.mean()) / divisor;
        }
        double[] inUnits = controlVariate.clone();
        for (int i = 0; i < inUnits.length; i++) {
            inUnits[i] = spread.isRounding() ? 0 : inUnits[i] / divisor;
        }
        return new Weights(rows, trajectories, normalized, valueTargets, inUnits);
    }
}
