package dev.gangway.learning.estimator;

/**
 * One number per step of an episode: b_it is the mean value, at step t, of the other trajectories that reach it; compare
 * the time-dependent baselines of Peters and Schaal 2008. 0 where no other does.
 *
 * <p>Assumes independent trajectories. Unbiased, since trajectory i has no part in b_it. Made for rewards-to-go, whose
 * mean falls as an episode goes on.
 */
public record TimeStepMean() implements Baseline {
    @Override
    public double[] values(Outcomes outcomes) {
        int longest = 0;
        for (int row : outcomes.rows()) {
            longest = Math.max(longest, outcomes.times()[row] + 1);
        }
        double[] sums = new double[longest];
        int[] counts = new int[longest];
        for (int row : outcomes.rows()) {
            sums[outcomes.times()[row]] += outcomes.values()[row];
            counts[outcomes.times()[row]]++;
        }
        double[] baseline = new double[outcomes.values().length];
        for (int row : outcomes.rows()) {
            int t = outcomes.times()[row];
            baseline[row] = counts[t] == 1 ? 0 : (sums[t] - outcomes.values()[row]) / (counts[t] - 1);
        }
        return baseline;
    }
}
