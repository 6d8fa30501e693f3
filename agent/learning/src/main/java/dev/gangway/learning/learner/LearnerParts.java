package dev.gangway.learning.learner;

import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.policy.Policy;
import java.util.function.DoubleFunction;

/**
 * What a learner may be made of.
 *
 * @param policy π, which the learner improves
 * @param objectives from the progress of an update to what the policy is moved uphill on then
 * @param optimizer of the policy's parameters
 */
public record LearnerParts(Policy policy, DoubleFunction<Objective> objectives, ScheduledOptimizer optimizer) {

    /**
     * Returns what the policy is moved uphill on.
     *
     * @param progress of the update, as {@link Learner#improve} is told it
     */
    public Objective objective(double progress) {
        return objectives.apply(progress);
    }
}
