import dev.gangway.bridge.client.*;
import dev.gangway.learning.experiment.*;
import java.util.List;

public class TrainCartPole {
    public static void main(String[] arguments) {
        var experiment = ExperimentFile.parse("""
            environment { gymnasium { id: "CartPole-v1" } copies: 8 }
            rollout { steps: 32 } policy { mlp { hidden: [64, 64] } }
            estimator { gae {} value_function { optimizer { adam { learning_rate: 5e-3 } } } normalize_advantages: true }
            optimizer { adam { learning_rate: 5e-3 } max_gradient_norm: 0.5 } stop { max_env_steps: 30000 }
            """, "TrainCartPole", List.of(arguments));
        try (var server = PrivateServer.start(PrivateServerOptions.of(PythonRuntime.locate()));
                var client = EnvironmentClient.connect(server);
                var lanes = Lanes.open(experiment.getEnvironment(), client::open)) {
            var progress = ExperimentTraining.of(experiment, lanes).run(TrainingObserver.none(), () -> false);
            System.out.printf("%d steps, mean return %.1f%n", progress.envSteps(), progress.meanReturn());
        }
    }
}
