package dev.gangway.learning.estimator;

import dev.gangway.learning.rollout.TrajectoryBatch;

/** Chooses ψ for every step of a batch that was collected under the policy to be improved. */
public sealed interface GradientEstimator permits TotalReturn, RewardToGo, Gae, NStep, QForm {

    /**
     * Returns the weights.
     *
     * @throws IllegalArgumentException when this estimator needs whole episodes and one begins before the batch or is
     *     cut by its end
     */
    Weights weights(TrajectoryBatch batch);
}
