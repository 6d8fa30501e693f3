package dev.gangway.learning.estimator;

import dev.gangway.learning.rollout.TrajectoryBatch;

/**
 * The n-step advantage (Mnih et al. 2016, section 4; Sutton and Barto 2018, equation 12.1):
 * A_t = Σ_{l&lt;m} γ^l r_{t+l} + γ^m V(s_{t+m}) − V(s_t) with m = n, or fewer where the trajectory ends before.
 *
 * <p>V(s_{t+m}) is 0 if and only if step t + m − 1 terminated; at a truncation it is V of the final observation, at the
 * batch's end V of the observation after it. FROM_ACTION: ψ_t = A_t. FROM_START: ψ_t = γ^t A_t. Value targets are
 * A_t + V(s_t).
 *
 * <p>Assumes nothing of the batch. Bias: −V(s_t) costs none. An error e(s) = V(s) − V^π(s) shifts the expectation of ψ_t,
 * given s_t and a_t, by γ^m E[e(s_{t+m})]; it falls with n while the variance grows. n = 1 is {@link Gae} with λ = 0, n
 * beyond the longest trajectory is λ = 1; experiments choose those by `td` and `monte_carlo`.
 *
 * @param discount γ in [0, 1]
 * @param steps n ≥ 1
 * @param discounting where γ counts from
 * @param value V
 */
public record NStep(double discount, int steps, Discounting discounting, StateValue value)
        implements GradientEstimator {
    /** Makes the estimator; throws an {@link IllegalArgumentException} when γ is outside [0, 1] or n is below 1. */
    public NStep {
        Returns.checkedDiscount(discount);
        if (steps < 1) {
            throw new IllegalArgumentException("Expected n ≥ 1, found " + steps);
        }
    }

    @Override
    public Weights weights(TrajectoryBatch batch) {
        Episodes episodes = new Episodes(batch);
        double[] values = value.predict(batch.features(), batch.rows());
        double[] bootstraps = Bootstraps.of(batch, episodes, value);
        double[] psi = new double[batch.rows()];
        double[] targets = new double[batch.rows()];
        int copies = batch.copies();
        for (int row : episodes.rows()) {
            int trajectory = episodes.trajectoryOf(row);
            int left = (episodes.lastRow(trajectory) - row) / copies + 1;
            int m = Math.min(steps, left);
            double target = m == left ? bootstraps[trajectory] : values[row + m * copies];
            for (int l = m - 1; l >= 0; l--) {
                target = batch.rewards()[row + l * copies] + discount * target;
            }
            targets[row] = target;
            psi[row] = discounting.factor(discount, batch.timeInEpisode()[row]) * (target - values[row]);
        }
        return new Weights(episodes.rows(), episodes.count(), psi, targets);
    }
}
