package dev.gangway.learner;

import dev.gangway.estimator.Averaging;
import dev.gangway.estimator.Weights;
import dev.gangway.policy.Policy;
import dev.gangway.policy.Policy.ScoreGradient;
import dev.gangway.rollout.TrajectoryBatch;

/**
 * What a policy is moved uphill on: Σ ψ log π(a|s) at fixed ψ, averaged, plus an entropy bonus.
 *
 * @param policy π
 * @param normalized whether ψ is shifted and scaled to mean 0 and standard deviation 1 over the batch
 * @param averaging what the sum is divided by
 * @param entropyCoefficient c in c · mean entropy of π(·|s)
 */
public record Objective(Policy policy, boolean normalized, Averaging averaging, double entropyCoefficient) {
    private static final double NORMALIZATION_EPSILON = 1e-8;

    /** Returns ψ as the policy's gradient is weighted with it. */
    Weights prepared(Weights weights) {
        return normalized ? weights.normalized(NORMALIZATION_EPSILON) : weights;
    }

    /** Returns the gradient over a whole batch. */
    ScoreGradient gradient(TrajectoryBatch batch, Weights psi) {
        return policy.scoreGradient(
                batch.features(), batch.actions(), psi.rows(), psi.psi(), psi.scale(averaging), entropyCoefficient);
    }
}
