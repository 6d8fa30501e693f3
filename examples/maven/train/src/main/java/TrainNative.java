import dev.gangway.learning.experiment.ExperimentFile;
import dev.gangway.learning.experiment.GymnasiumOpener;
import dev.gangway.learning.experiment.Lanes;
import dev.gangway.learning.experiment.Training;
import dev.gangway.learning.experiment.TrainingObserver;
import java.util.List;

/** Trains on the native cart-pole, without Python and without gRPC. */
public class TrainNative {
    public static void main(String[] arguments) {
        var experiment = ExperimentFile.parse("""
            environment { native { cart_pole {} } copies: 8 }
            rollout { episodes: 8 } policy { mlp { hidden: [64, 64] } }
            estimator { reward_to_go {} normalize_advantages: true }
            optimizer { adam { learning_rate: 5e-3 } } stop { max_env_steps: 2000 }
            """, "TrainNative", List.of());
        try (var lanes = Lanes.open(experiment.getEnvironment(), GymnasiumOpener.none())) {
            var progress = new Training(experiment, lanes).run(TrainingObserver.none(), () -> false);
            System.out.printf("%d steps, mean return %.1f%n", progress.envSteps(), progress.meanReturn());
        }
    }
}
