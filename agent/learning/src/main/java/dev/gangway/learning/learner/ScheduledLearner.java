package dev.gangway.learning.learner;

import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.function.DoubleFunction;
import java.util.random.RandomGenerator;

/**
 * A learner whose settings change over the run. Learners are cheap, so that each update has one of its own.
 *
 * @param at from the progress of an update to the learner with the settings of that moment
 */
public record ScheduledLearner(DoubleFunction<Learner> at) implements Learner {
    @Override
    public PolicyStep improve(TrajectoryBatch batch, Weights weights, double progress, RandomGenerator random) {
        return at.apply(progress).improve(batch, weights, progress, random);
    }
}
