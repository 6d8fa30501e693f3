package dev.gangway.learning.estimator;

/**
 * The mean of the other trajectories (Kool, van Hoof and Welling 2019): for total returns b_i = Σ_{j≠i} r(τ_j) / (N − 1), for
 * rewards-to-go the mean of all steps of the other trajectories; 0 when there are no others.
 *
 * <p>Assumes independent trajectories. Unbiased, since b_i is independent of trajectory i. With total returns it equals
 * the batch mean's estimate times N / (N − 1).
 */
public record LeaveOneOutMean() implements Baseline {
    @Override
    public double[] values(Outcomes outcomes) {
        int[] averaged = outcomes.wholeTrajectory() ? outcomes.firstRows() : outcomes.rows();
        double[] sums = new double[outcomes.trajectories()];
        int[] counts = new int[sums.length];
        double sum = 0;
        for (int row : averaged) {
            int i = outcomes.trajectoryOf()[row];
            sums[i] += outcomes.values()[row];
            counts[i]++;
            sum += outcomes.values()[row];
        }
        double[] baseline = new double[outcomes.values().length];
        for (int row : outcomes.rows()) {
            int i = outcomes.trajectoryOf()[row];
            int others = averaged.length - counts[i];
            baseline[row] = others == 0 ? 0 : (sum - sums[i]) / others;
        }
        return baseline;
    }
}
