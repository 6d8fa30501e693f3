package dev.gangway.learning.estimator;

import dev.gangway.learning.rollout.TrajectoryBatch;

/**
 * Chooses ψ for every step of a batch that was collected under the policy to be improved. {@link Episodes} finds the
 * trajectories of a batch, {@link Bootstraps} the values that follow them. An estimator that remembers something between
 * batches implements {@link dev.gangway.learning.optimizer.Stateful} too.
 *
 * <p>Not thread-safe: one thread at a time.
 */
@FunctionalInterface
public interface GradientEstimator {

    /**
     * Returns the weights.
     *
     * @throws IllegalArgumentException when this estimator needs whole episodes and one begins before the batch or is
     *     cut by its end
     */
    Weights weights(TrajectoryBatch batch);
}
