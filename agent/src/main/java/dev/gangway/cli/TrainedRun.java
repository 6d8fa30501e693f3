package dev.gangway.cli;

import dev.gangway.env.AutoresetMode;
import dev.gangway.experiment.Lanes;
import dev.gangway.record.CheckpointStore;
import dev.gangway.record.RunDirectory;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.EnvironmentConfig;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The options of the commands that play whole episodes with a trained policy. */
final class TrainedRun {
    @Parameters(paramLabel = "RUN_DIR", description = "The run directory of a training.")
    private Path run;

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
    private ServerOption serverOption = new ServerOption();

    long seed() {
        return seed;
    }

    Checkpoint checkpoint() {
        return CheckpointStore.read(RunDirectory.checkpointOf(run));
    }

    Server server() {
        return serverOption.server();
    }

    /**
     * Opens the environment of the training, in one lane.
     *
     * @throws UsageException when its episodes may never end, or the options do not fit it
     */
    Lanes open(Checkpoint checkpoint, int copies, AutoresetMode mode, Optional<String> renderMode, Server server) {
        EnvironmentConfig environment = limit.applyTo(checkpoint.getExperiment().getEnvironment());
        serverOption.check(environment);
        FreshStatistics.warn(environment, command.commandLine().getErr());
        server.prepareFor(environment, 1);
        Lanes lanes = Lanes.open(environment, copies, 1, mode, renderMode, server);
        try {
            EpisodeLimitOption.require(lanes.spec());
        } catch (UsageException refused) {
            lanes.close();
            throw refused;
        }
        return lanes;
    }
}
