package dev.gangway.learning.estimator;

import dev.gangway.learning.rollout.TrajectoryBatch;

/**
 * Generalised advantage estimation (Schulman et al. 2016, equation 16): A_t = Σ_l (γλ)^l δ_{t+l} within the trajectory, with
 * δ_t = r_t + γ V(s_{t+1}) − V(s_t).
 *
 * <p>V(s_{t+1}) is 0 if and only if step t terminated. Otherwise it is V of the observation that followed: the next row's,
 * the final observation where the episode was truncated, the observation after the batch where the batch cuts it.
 *
 * <p>FROM_ACTION: ψ_t = A_t. FROM_START: ψ_t = γ^t A_t. Value targets are the λ-returns A_t + V(s_t).
 *
 * <p>Assumes nothing of the batch. λ = 0 is the one-step temporal difference δ_t, the advantage of the one-step
 * actor-critic (Sutton and Barto 2018, section 13.5), biased by γ E[V(s_{t+1}) − V^π(s_{t+1})]; λ = 1 is the Monte Carlo advantage G_t − V(s_t), where
 * bootstrapping, and so bias, remains at truncations and cuts only. Between them it is the mean of the n-step advantages
 * (see {@link NStep}) with weights (1 − λ) λ^(n−1). −V(s_t) itself costs no bias, as long as V was not fitted on this batch.
 *
 * @param discount γ in [0, 1]
 * @param lambda λ in [0, 1]
 * @param discounting where γ counts from
 * @param value V
 */
public record Gae(double discount, double lambda, Discounting discounting, StateValue value)
        implements GradientEstimator {
    /** Makes the estimator; throws an {@link IllegalArgumentException} when γ or λ is outside [0, 1]. */
    public Gae {
        Returns.checkedDiscount(discount);
        if (!(lambda >= 0 && lambda <= 1)) {
            throw new IllegalArgumentException("Expected λ in [0, 1], found " + lambda);
        }
    }

    @Override
    public Weights weights(TrajectoryBatch batch) {
        Episodes episodes = new Episodes(batch);
        double[] values = value.predict(batch.features(), batch.rows());
        double[] bootstraps = Bootstraps.of(batch, episodes, value);
        double[] psi = new double[batch.rows()];
        double[] targets = new double[batch.rows()];
        for (int i = 0; i < episodes.count(); i++) {
            double advantage = 0;
            double nextValue = bootstraps[i];
            for (int row = episodes.lastRow(i); row >= episodes.firstRow(i); row -= batch.copies()) {
                double delta = batch.rewards()[row] + discount * nextValue - values[row];
                advantage = delta + discount * lambda * advantage;
                psi[row] = discounting.factor(discount, batch.timeInEpisode()[row]) * advantage;
                targets[row] = advantage + values[row];
                nextValue = values[row];
            }
        }
        return new Weights(episodes.rows(), episodes.count(), psi, targets);
    }
}
