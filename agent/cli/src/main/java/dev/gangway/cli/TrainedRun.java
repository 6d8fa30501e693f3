package dev.gangway.cli;

import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.VectorEnv;
import dev.gangway.inference.checkpoint.CheckpointPolicies;
import dev.gangway.inference.checkpoint.CheckpointStore;
import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.learning.experiment.Checkpoints;
import dev.gangway.learning.experiment.EvaluationEnvironment;
import dev.gangway.learning.experiment.Lanes;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.record.RunDirectory;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.EnvironmentConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The parameter and options of the commands that play whole episodes with a trained policy. */
final class TrainedRun {
    @Parameters(paramLabel = "RUN_DIR", description = "The run directory of a training.")
    private Path run;

    @Option(
            names = "--best",
            description = "Takes the best policy by the evaluations during training, not the last one.")
    private boolean best;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Seed of the environments and of sampling (${DEFAULT-VALUE}).")
    private long seed;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Mixin
    private EpisodeLimitOption limit = new EpisodeLimitOption();

    @Mixin
    private JarOption jars = new JarOption();

    @Mixin
    private ServerOption serverOption = new ServerOption();

    long seed() {
        return seed;
    }

    Checkpoint checkpoint() {
        Checkpoint checkpoint = read();
        CheckpointPolicies.requireExperiment(checkpoint);
        return checkpoint;
    }

    /** Returns the policy of a checkpoint for an environment. */
    Policy policy(Checkpoint checkpoint, EnvSpec spec) {
        return Checkpoints.policy(checkpoint, spec, jars.providers());
    }

    private Checkpoint read() {
        if (best) {
            return CheckpointStore.readBest(RunDirectory.bestOf(run));
        }
        PrintWriter screen = command.commandLine().getErr();
        return CheckpointStore.read(RunDirectory.checkpointOf(run), note -> {
            screen.println("gangway: " + note);
            screen.flush();
        });
    }

    Server server() {
        return serverOption.server();
    }

    /** Opens the environment of the training with enough copies for a number of episodes. */
    Lanes open(Checkpoint checkpoint, int episodes, Server server) {
        EnvironmentConfig environment = prepare(checkpoint, server);
        return EvaluationEnvironment.of(environment, episodes, opener(checkpoint, Optional.empty(), server), this::note)
                .open();
    }

    /** Opens the environment of the training for one episode that is rendered. */
    Lanes openDrawn(Checkpoint checkpoint, String renderMode, Consumer<VectorEnv> drawing, Server server) {
        EnvironmentConfig environment = prepare(checkpoint, server);
        return EvaluationEnvironment.drawn(
                        environment, opener(checkpoint, Optional.of(renderMode), server), drawing, this::note)
                .open();
    }

    private EnvironmentConfig prepare(Checkpoint checkpoint, Server server) {
        EnvironmentConfig environment = limit.applyTo(checkpoint.getExperiment().getEnvironment());
        serverOption.check(environment);
        FreshStatistics.warn(environment, command.commandLine().getErr());
        server.prepareFor(environment, 1);
        return environment;
    }

    private Function<EnvironmentConfig, Lanes> opener(
            Checkpoint checkpoint, Optional<String> renderMode, Server server) {
        CustomParts custom = CustomParts.of(jars.providers(), checkpoint);
        return environment -> Lanes.open(environment, renderMode, server, custom);
    }

    private void note(String text) {
        PrintWriter screen = command.commandLine().getErr();
        screen.println("gangway: " + text);
        screen.flush();
    }
}
