package dev.gangway.learning.learner;

import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.random.RandomGenerator;

/**
 * Improves one policy. The batch must have been collected under the policy as it is when called; it is used once, unless
 * the learner says otherwise, and never kept.
 *
 * <p>A learner that remembers something between updates implements {@link dev.gangway.learning.optimizer.Stateful} too.
 *
 * <p>Not thread-safe: the learner's thread only.
 */
public interface Learner {

    /**
     * Changes the policy's parameters by what one batch tells.
     *
     * @param weights ψ of this batch
     * @param progress environment steps before the batch's rollout as a fraction of the run's maximum
     * @param random shuffles the batch where it is split into minibatches; not drawn from otherwise
     */
    PolicyStep improve(TrajectoryBatch batch, Weights weights, double progress, RandomGenerator random);
}
