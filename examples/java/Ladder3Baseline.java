import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.learning.estimator.Discounting;
import dev.gangway.learning.estimator.LeaveOneOutMean;
import dev.gangway.learning.estimator.RewardToGo;
import dev.gangway.learning.experiment.Progress;
import dev.gangway.learning.experiment.StopRules;
import dev.gangway.learning.experiment.Training;
import dev.gangway.learning.learner.LearnerFactory;
import dev.gangway.learning.optimizer.Adam;
import dev.gangway.learning.policy.PolicyFactory;
import dev.gangway.learning.rollout.RolloutLength;

/** A baseline: of what came after an action, the mean of the other episodes is subtracted, which keeps the expectation. */
public class Ladder3Baseline {
    static final double DISCOUNT = 0.99;

    static VectorEnv environment() {
        return new NativeCartPole(8, AutoresetMode.SAME_STEP, CartPoleOptions.STANDARD);
    }

    public static void main(String[] arguments) {
        try (Training training = Training.builder()
                .environment(() -> environment())
                .rollout(new RolloutLength.Episodes(16))
                .policy(PolicyFactory.mlp(32))
                .estimator(parts -> new RewardToGo(DISCOUNT, Discounting.FROM_ACTION, new LeaveOneOutMean()))
                .withoutCritic()
                .normalizeAdvantages(true)
                .learner(LearnerFactory.policyGradient())
                .optimizer(Adam.standard(), 0.01)
                .stop(StopRules.afterSteps(40_000))
                .seed(1)
                .build()) {
            Progress progress = training.run();
            System.out.printf(
                    "%d environment steps, %d updates, mean return of the last 100 episodes %.1f%n",
                    progress.envSteps(), progress.updates(), progress.meanReturn());
        }
    }
}
