package dev.gangway.learning.learner;

import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.policy.Policy.ScoreGradient;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.random.RandomGenerator;

/**
 * One step of the optimiser along the policy gradient Σ ψ ∇log π(a|s) (Williams 1992). With weights from returns this is
 * REINFORCE, with weights from a value function of its own optimiser actor-critic (A2C: Mnih et al. 2016, section 4).
 *
 * <p>Assumes that the batch was collected under the policy as it is; the bias is the estimator's.
 *
 * @param objective whose gradient is followed
 * @param optimizer of the policy's parameters
 */
public record PolicyGradient(Objective objective, ScheduledOptimizer optimizer) implements Learner {
    @Override
    public PolicyStep improve(TrajectoryBatch batch, Weights weights, double progress, RandomGenerator random) {
        ScoreGradient estimate = objective.gradient(batch, objective.prepared(weights));
        double norm = optimizer.ascend(objective.policy().parameters(), estimate.gradient(), progress);
        return PolicyStep.once(
                estimate.meanEntropy(), norm, optimizer.schedule().at(progress));
    }
}
