package dev.gangway.learning.learner;

import dev.gangway.inference.policy.Distribution;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.optimizer.DivergenceSchedule;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.random.RandomGenerator;

/**
 * Another learner whose learning rate adapts to what its updates do: after each of them the exact KL(π_old ‖ π), averaged over
 * the batch's states, sets the rate of the next one. Costs two forward passes over the batch.
 *
 * @param learner steps at the rate
 * @param policy that the learner improves
 * @param rate of the learner's optimiser
 */
public record KlAdaptive(Learner learner, Policy policy, DivergenceSchedule rate) implements Learner {
    @Override
    public PolicyStep improve(TrajectoryBatch batch, Weights weights, double progress, RandomGenerator random) {
        double[] before = policy.outputs(batch.decisions(), weights.rows());
        PolicyStep step = learner.improve(batch, weights, progress, random);
        double divergence = divergence(before, policy.outputs(batch.decisions(), weights.rows()));
        rate.adapt(divergence);
        return new PolicyStep(
                step.entropy(), step.gradientNorm(), step.learningRate(), step.clipFraction(), divergence);
    }

    private double divergence(double[] before, double[] after) {
        Distribution distribution = policy.distribution();
        int rows = before.length / distribution.outputSize();
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            sum += distribution.kl(before, after, row * distribution.outputSize());
        }
        return sum / rows;
    }
}
