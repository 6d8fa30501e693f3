package dev.gangway.learning.estimator;

import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.random.RandomGenerator;

/**
 * What learns values beside the policy: V(s), or Q(s, ·) with a number for each discrete action. {@link ValueFunction} has a
 * network of its own, {@link SharedValue} shares the policy's. Another critic implements {@link dev.gangway.learning.optimizer.Stateful}
 * too, so that checkpoints hold what it has learned.
 *
 * <p>Not thread-safe: one thread at a time.
 */
public interface Critic {

    /** Returns whether its parameters are the policy's too, so that it must not be used while the policy is improved. */
    boolean sharesParameters();

    /**
     * Predicts.
     *
     * @param features at least rows · D numbers, row-major
     * @param rows number of rows
     * @return shape [rows, K], K = 1 for V(s)
     */
    double[] predict(float[] features, int rows);

    /**
     * Learns from a batch's value targets, unless the policy's own step does that, and tells how it met them before.
     *
     * @param weights of this batch
     * @param progress environment steps before the batch's rollout as a fraction of the run's maximum
     * @param random shuffles the rows where a pass is split into minibatches; not drawn from otherwise
     */
    ValueFit fit(TrajectoryBatch batch, Weights weights, double progress, RandomGenerator random);
}
