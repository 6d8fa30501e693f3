package dev.gangway.learning.estimator;

import dev.gangway.learning.rollout.TrajectoryBatch;

/**
 * Weights each score with a learned action value Q(s, a) instead of with the observed return. This is the form in which
 * Sutton et al. 2000, "Policy Gradient Methods for Reinforcement Learning with Function Approximation", state the
 * policy gradient theorem (theorem 1).
 *
 * <p>FROM_ACTION: ψ_t = Q(s_t, a_t), or Q(s_t, a_t) − Σ_a π(a|s_t) Q(s_t, a) in advantage form. FROM_START: γ^t times
 * that. The targets of Q are those of expected SARSA (van Seijen et al. 2009; Sutton and Barto 2018, equation 6.9):
 *
 * <p>y_t = r_t + γ Σ_a π(a|s_{t+1}) Q(s_{t+1}, a).
 *
 * <p>The sum is 0 if and only if step t terminated. It is taken over the final observation where the episode was
 * truncated, and over the observation after the batch where the batch cuts the episode. The targets are on-policy. They
 * never use the maximum over actions, which is the value of another policy.
 *
 * <p>The estimator assumes discrete actions without masks, because π of a final observation would need its mask. It
 * assumes nothing of the batch. With the true Q it is unbiased and free of the noise of later rewards. An error e(s, a)
 * = Q(s, a) − Q^π(s, a) shifts the expectation by Σ_t γ^t E[Σ_a ∇π(a|s_t) e(s_t, a)] in both forms. The two forms
 * differ in their variance only.
 *
 * @param discount γ in [0, 1]
 * @param discounting where γ counts from
 * @param actionValue Q
 * @param policy π, the policy that collected the batch
 * @param advantage whether Σ_a π(a|s) Q(s, a) is subtracted
 */
public record ActionValueGradient(
        double discount,
        Discounting discounting,
        ActionValue actionValue,
        ActionProbabilities policy,
        boolean advantage)
        implements GradientEstimator {
    /**
     * Checks the discount.
     *
     * @throws IllegalArgumentException when γ is not in [0, 1]
     */
    public ActionValueGradient {
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
