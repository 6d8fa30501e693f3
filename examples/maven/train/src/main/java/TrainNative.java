import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.learning.experiment.StopRules;
import dev.gangway.learning.experiment.Training;
import dev.gangway.learning.optimizer.Adam;
import dev.gangway.learning.policy.PolicyFactory;
import java.nio.file.Path;

/** Trains on the native cart-pole, without Python and without gRPC, into a run directory: {@code TrainNative RUN_DIR}. */
public class TrainNative {
    public static void main(String[] arguments) {
        try (var training = Training.builder()
                .environment(() -> new NativeCartPole(8, AutoresetMode.SAME_STEP, CartPoleOptions.STANDARD))
                .policy(PolicyFactory.mlp(64, 64))
                .optimizer(Adam.standard(), 5e-3)
                .stop(StopRules.afterSteps(2_000))
                .runDirectory(Path.of(arguments[0]))
                .build()) {
            var progress = training.run();
            System.out.printf("%d steps, mean return %.1f%n", progress.envSteps(), progress.meanReturn());
        }
    }
}
