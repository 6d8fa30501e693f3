package dev.gangway.learning.estimator;

import dev.gangway.learning.rollout.TrajectoryBatch;

/**
 * REINFORCE with causality: an action is weighted with what came after it (Williams 1992; Sutton and Barto 2018, section
 * 13.3), since rewards from before it add noise of mean 0 only.
 *
 * <p>With G_t = Σ_{t′≥t} γ^(t′−t) r_t′: FROM_START ψ_t = γ^t G_t − b, FROM_ACTION ψ_t = G_t − b.
 *
 * <p>Assumes whole episodes; an episode cut by its time limit counts as ended there, that is, the objective is the return
 * within the time limit. Unbiased for FROM_START per trajectory with an unbiased baseline.
 *
 * @param discount γ in [0, 1]
 * @param discounting where γ counts from
 * @param baseline b
 */
public record RewardToGo(double discount, Discounting discounting, Baseline baseline) implements GradientEstimator {
    /** Makes the estimator; throws an {@link IllegalArgumentException} when γ is outside [0, 1]. */
    public RewardToGo {
        Returns.checkedDiscount(discount);
    }

    @Override
    public Weights weights(TrajectoryBatch batch) {
        Episodes episodes = new Episodes(batch);
        episodes.requireComplete("rewards-to-go");
        double[] toGo = Returns.toGo(batch, episodes, discount);
        double[] values = new double[batch.rows()];
        double[] factors = new double[batch.rows()];
        double[] units = new double[batch.rows()];
        for (int row : episodes.rows()) {
            factors[row] = discounting.factor(discount, batch.timeInEpisode()[row]);
            values[row] = factors[row] * toGo[row];
            units[row] = 1;
        }
        Outcomes outcomes = Outcomes.of(batch, episodes, values, units, factors, false);
        double[] baselines = baseline.values(outcomes);
        double[] psi = new double[batch.rows()];
        for (int row : episodes.rows()) {
            psi[row] = values[row] - baselines[row];
        }
        return new Weights(episodes.rows(), episodes.count(), psi, toGo, baseline.controlVariate(outcomes));
    }
}
