import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.inference.policy.ArchitectureFactory;
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

/** PPO: every batch is used for several steps, held near the policy that collected it. */
public class Ladder5Ppo {
    static final double DISCOUNT = 0.99;

    static VectorEnv environment() {
        return new NativeCartPole(8, AutoresetMode.SAME_STEP, CartPoleOptions.STANDARD);
    }

    public static void main(String[] arguments) {
        try (Training training = Training.builder()
                .environment(() -> environment())
                .rollout(new RolloutLength.Steps(64))
                .policy(PolicyFactory.mlp(32))
                .estimator(parts -> new Gae(DISCOUNT, 0.95, Discounting.FROM_ACTION, parts.stateValue()))
                .critic(CriticFactory.stateValue(
                        ArchitectureFactory.mlp(1, 32), ScheduledOptimizer.constant(Adam.standard(), 0.01), 4))
                .learner(LearnerFactory.ppo(new Ppo.Settings(0.2, 4, new Minibatches(2), true, Double.POSITIVE_INFINITY)))
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
