import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.SingleEnvironment;
import dev.gangway.environment.local.SingleVectorEnv;
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
import java.util.Map;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** An environment of one's own: the end of a corridor is worth 1, every step costs 0.1. */
public class Ladder6OwnEnvironment {
    static final double DISCOUNT = 0.99;

    /** Ten cells in a row; 0 goes left, 1 goes right. */
    static final class Corridor implements SingleEnvironment {
        private int cell;

        @Override
        public Space observationSpace() {
            return Discrete.of(10);
        }

        @Override
        public Space actionSpace() {
            return Discrete.of(2);
        }

        @Override
        public Start reset(RandomGenerator random, Map<String, Object> options) {
            cell = random.nextInt(5);
            return Start.of(Tensor.ofLongs(new int[] {}, cell));
        }

        @Override
        public Step step(Value action) {
            cell = Math.max(0, cell + (action.asTensor().getLong(0) == 1 ? 1 : -1));
            boolean out = cell == 9;
            return Step.of(Tensor.ofLongs(new int[] {}, cell), out ? 1 : -0.1, out);
        }
    }

    static VectorEnv environment() {
        return SingleVectorEnv.of("Corridor", Corridor::new, 8, AutoresetMode.SAME_STEP, OptionalLong.of(50));
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
                .stop(StopRules.afterSteps(20_000))
                .seed(1)
                .build()) {
            Progress progress = training.run();
            System.out.printf(
                    "%d environment steps, %d updates, mean return of the last 100 episodes %.1f%n",
                    progress.envSteps(), progress.updates(), progress.meanReturn());
        }
    }
}
