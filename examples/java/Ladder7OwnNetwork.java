import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.SingleEnvironment;
import dev.gangway.environment.local.SingleVectorEnv;
import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.Gains;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.policy.ArchitectureFactory;
import dev.gangway.inference.policy.GaussianOptions;
import dev.gangway.inference.policy.ObservationEncoder;
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
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** A network of one's own: a narrow layer between two wide ones, for π and V alike. */
public class Ladder7OwnNetwork {
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

    static ArchitectureFactory bottleneck(double outputGain) {
        return observations -> {
            int features = new ObservationEncoder(observations).size();
            NetworkPlan trunk = new NetworkPlan.Dense(List.of(features, 32, 4), Activation.RELU, true, new Gains(1.4, 1.4));
            return outputs -> new NetworkPlan.Sequential(
                    trunk, NetworkPlan.Dense.mlp(4, List.of(32), outputs, Activation.TANH, new Gains(1.4, outputGain)));
        };
    }

    public static void main(String[] arguments) {
        try (Training training = Training.builder()
                .environment(() -> environment())
                .rollout(new RolloutLength.Steps(64))
                .policy(PolicyFactory.of(bottleneck(0.01), GaussianOptions.defaults()))
                .estimator(parts -> new Gae(DISCOUNT, 0.95, Discounting.FROM_ACTION, parts.stateValue()))
                .critic(CriticFactory.stateValue(
                        bottleneck(1), ScheduledOptimizer.constant(Adam.standard(), 0.01), 4))
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
