package dev.gangway.learning.estimator;

import dev.gangway.learning.rollout.TrajectoryBatch;

/**
 * The policy gradient theorem's own form (Sutton et al. 2000, "Policy Gradient Methods for Reinforcement Learning with
 * Function Approximation", theorem 1): an action is weighted with what a learned Q says of it, not with what followed.
 *
 * <p>FROM_ACTION: ψ_t = Q(s_t, a_t), or Q(s_t, a_t) − Σ_a π(a|s_t) Q(s_t, a) in advantage form. FROM_START: γ^t times that. The
 * targets of Q are those of expected SARSA (van Seijen et al. 2009; Sutton and Barto 2018, equation 6.9),
 *
 * <pre>
 * y_t = r_t + γ Σ_a π(a|s_{t+1}) Q(s_{t+1}, a),
 * </pre>
 *
 * where the sum is 0 if and only if step t terminated, over the final observation where the episode was truncated, and
 * over the observation after the batch where the batch cuts it. They are on-policy: never the maximum over actions, which
 * is the value of another policy.
 *
 * <p>Assumes discrete actions without masks (π of a final observation would need its mask) and nothing of the batch. With
 * the true Q unbiased, and without the noise of later rewards. An error e(s, a) = Q(s, a) − Q^π(s, a) shifts the expectation
 * by Σ_t γ^t E[Σ_a ∇π(a|s_t) e(s_t, a)], in both forms alike: what they differ in is variance.
 *
 * @param discount γ in [0, 1]
 * @param discounting where γ counts from
 * @param actionValue Q
 * @param policy π, which collected the batch
 * @param advantage whether Σ π Q is subtracted
 */
public record QForm(
        double discount,
        Discounting discounting,
        ActionValue actionValue,
        ActionProbabilities policy,
        boolean advantage)
        implements GradientEstimator {
    /** Checks. */
    public QForm {
        Returns.checkedDiscount(discount);
    }

    @Override
    public Weights weights(TrajectoryBatch batch) {
        Episodes episodes = new Episodes(batch);
        ExpectedActionValue value = new ExpectedActionValue(actionValue, policy);
        double[] q = actionValue.predict(batch.features(), batch.rows());
        double[] expected = value.of(q, batch.features(), batch.rows());
        double[] bootstraps = Bootstraps.of(batch, episodes, value);
        double[] psi = new double[batch.rows()];
        double[] targets = new double[batch.rows()];
        int actions = q.length / batch.rows();
        for (int row : episodes.rows()) {
            int trajectory = episodes.trajectoryOf(row);
            boolean last = row == episodes.lastRow(trajectory);
            double next = last ? bootstraps[trajectory] : expected[row + batch.copies()];
            targets[row] = batch.rewards()[row] + discount * next;
            double chosen = q[row * actions + (int) batch.actions()[row]];
            double factor = discounting.factor(discount, batch.timeInEpisode()[row]);
            psi[row] = factor * (advantage ? chosen - expected[row] : chosen);
        }
        return new Weights(episodes.rows(), episodes.count(), psi, targets);
    }
}
