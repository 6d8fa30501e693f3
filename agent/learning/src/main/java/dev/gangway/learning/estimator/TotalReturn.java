package dev.gangway.learning.estimator;

import dev.gangway.learning.rollout.TrajectoryBatch;

/**
 * REINFORCE in its plainest form (Williams 1992): every action of an episode is weighted with the whole episode's return,
 * r(τ) = Σ_t′ γ^t′ r_t′.
 *
 * <p>FROM_START: ψ_t = r(τ) − b. FROM_ACTION: ψ_t = γ^−t (r(τ) − b) = Σ_t′ γ^(t′−t) r_t′ − γ^−t b, which has the expectation
 * of the reward-to-go in that convention but a variance that grows with γ^−2t.
 *
 * <p>Assumes whole episodes from the start on; an episode cut by its time limit counts as ended there, that is, the
 * objective is the return within the time limit. Unbiased per trajectory with an unbiased baseline.
 *
 * @param discount γ in [0, 1], above 0 for FROM_ACTION
 * @param discounting where γ counts from
 * @param baseline b
 */
public record TotalReturn(double discount, Discounting discounting, Baseline baseline) implements GradientEstimator {
    /**
     * Makes the estimator; throws an {@link IllegalArgumentException} when γ is outside [0, 1], or 0 and counted from the
     * action.
     */
    public TotalReturn {
        Returns.checkedDiscount(discount);
        if (discount == 0 && discounting == Discounting.FROM_ACTION) {
            throw new IllegalArgumentException(
                    "Expected a discount above 0 for total returns discounted from the action, found 0");
        }
    }

    @Override
    public Weights weights(TrajectoryBatch batch) {
        Episodes episodes = new Episodes(batch);
        episodes.requireComplete("total returns");
        double[] toGo = Returns.toGo(batch, episodes, discount);
        double[] totals = new double[batch.rows()];
        double[] factors = new double[batch.rows()];
        double[] units = new double[batch.rows()];
        for (int row : episodes.rows()) {
            totals[row] = toGo[episodes.firstRow(episodes.trajectoryOf(row))];
            factors[row] = Math.pow(discount, batch.timeInEpisode()[row]);
            units[row] = discounting == Discounting.FROM_START ? 1 : 1 / factors[row];
        }
        Outcomes outcomes = Outcomes.of(batch, episodes, totals, units, factors, true);
        double[] baselines = baseline.values(outcomes);
        double[] psi = new double[batch.rows()];
        for (int row : episodes.rows()) {
            psi[row] = units[row] * (totals[row] - baselines[row]);
        }
        return new Weights(episodes.rows(), episodes.count(), psi, toGo, baseline.controlVariate(outcomes));
    }
}
