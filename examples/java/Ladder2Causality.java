import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.learning.estimator.Episodes;
import dev.gangway.learning.estimator.Returns;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.experiment.Progress;
import dev.gangway.learning.experiment.StopRules;
import dev.gangway.learning.experiment.Training;
import dev.gangway.learning.learner.LearnerFactory;
import dev.gangway.learning.optimizer.Adam;
import dev.gangway.learning.policy.PolicyFactory;
import dev.gangway.learning.rollout.RolloutLength;
import dev.gangway.learning.rollout.TrajectoryBatch;

/** Causality: the score of an action is weighted with what came after it, not with what it could not change. */
public class Ladder2Causality {
    static final double DISCOUNT = 0.99;

    static VectorEnv environment() {
        return new NativeCartPole(8, AutoresetMode.SAME_STEP, CartPoleOptions.STANDARD);
    }

    static Weights weights(TrajectoryBatch batch) {
        Episodes episodes = new Episodes(batch);
        double[] toGo = Returns.toGo(batch, episodes, DISCOUNT);
        double[] psi = new double[batch.rows()];
        for (int row : episodes.rows()) {
            psi[row] = toGo[row];
        }
        return new Weights(episodes.rows(), episodes.count(), psi, toGo);
    }

    public static void main(String[] arguments) {
        try (Training training = Training.builder()
                .environment(() -> environment())
                .rollout(new RolloutLength.Episodes(16))
                .policy(PolicyFactory.mlp(32))
                .estimator(parts -> Ladder2Causality::weights)
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
