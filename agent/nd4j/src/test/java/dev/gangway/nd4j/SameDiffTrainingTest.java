package dev.gangway.nd4j;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.inference.policy.GaussianOptions;
import dev.gangway.learning.estimator.CriticFactory;
import dev.gangway.learning.estimator.Discounting;
import dev.gangway.learning.estimator.Gae;
import dev.gangway.learning.experiment.Progress;
import dev.gangway.learning.experiment.StopRules;
import dev.gangway.learning.experiment.Training;
import dev.gangway.learning.learner.LearnerFactory;
import dev.gangway.learning.learner.Ppo;
import dev.gangway.learning.optimizer.Adam;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.policy.PolicyFactory;
import dev.gangway.learning.rollout.Minibatches;
import dev.gangway.learning.rollout.RolloutLength;
import org.junit.jupiter.api.Test;

class SameDiffTrainingTest {
    private static final double DISCOUNT = 0.99;

    /** Cart-pole counts as solved at a mean return of 475 over a hundred episodes. */
    @Test
    void residualNetworksAsPolicyAndAsValueFunctionSolveCartPole() {
        SameDiffPlan policy = SameDiffPlan.of(ResidualGraph.of(4, 32, 2, 0.01, 1), "features", "outputs");
        SameDiffPlan value = SameDiffPlan.of(ResidualGraph.of(4, 32, 1, 0.2, 7), "features", "outputs");
        try (Training training = Training.builder()
                .environment(() -> new NativeCartPole(8, AutoresetMode.SAME_STEP, CartPoleOptions.STANDARD))
                .rollout(new RolloutLength.Steps(32))
                .policy(PolicyFactory.of(observations -> outputs -> policy, GaussianOptions.defaults()))
                .estimator(parts -> new Gae(DISCOUNT, 0.95, Discounting.FROM_ACTION, parts.stateValue()))
                .critic(CriticFactory.stateValue(
                        observations -> outputs -> value, ScheduledOptimizer.constant(Adam.standard(), 0.01), 4))
                .learner(LearnerFactory.ppo(
                        new Ppo.Settings(0.2, 4, new Minibatches(2), true, Double.POSITIVE_INFINITY)))
                .optimizer(Adam.standard(), 0.005)
                .stop(StopRules.afterSteps(200_000).orSolvedAt(475, 100))
                .seed(1)
                .build()) {
            Progress progress = training.run();
            assertTrue(progress.meanReturn() >= 475, "mean return " + progress.meanReturn());
        }
    }
}
