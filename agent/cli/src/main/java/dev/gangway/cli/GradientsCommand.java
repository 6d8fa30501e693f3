package dev.gangway.cli;

import dev.gangway.environment.EnvSpec;
import dev.gangway.inference.checkpoint.CheckpointPolicies;
import dev.gangway.inference.checkpoint.CheckpointStore;
import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.learning.experiment.ExperimentFile;
import dev.gangway.learning.experiment.ExperimentTraining;
import dev.gangway.learning.experiment.GradientLab;
import dev.gangway.learning.experiment.Lanes;
import dev.gangway.learning.lab.GradientTable;
import dev.gangway.learning.record.RunDirectory;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Experiment;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Implements {@code gangway gradients FILE}. */
@Command(
        name = "gradients",
        description = "Compares estimators of the policy gradient on the same batches of a frozen policy.",
        mixinStandardHelpOptions = true)
final class GradientsCommand implements Callable<Integer> {
    /**
     * The number of reference batches per compared batch. It makes the noise of the reference small beside that of the
     * estimators.
     */
    private static final int REFERENCE_FACTOR = 4;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "An experiment: its environment, policy, discount and critic.")
    private Path file;

    @Option(
            names = "--run",
            paramLabel = "RUN_DIR",
            description = "A training whose policy and critic are frozen; by"
                    + " default the policy that training begins with, and a critic fitted to it.")
    private Path run;

    @Option(names = "--batches", paramLabel = "N", defaultValue = "200", description = "Batches (${DEFAULT-VALUE}).")
    private int batches;

    @Option(
            names = "--episodes",
            paramLabel = "N",
            defaultValue = "8",
            description = "Whole episodes in a batch (${DEFAULT-VALUE}).")
    private int episodes;

    @Option(
            names = "--set",
            paramLabel = "field.path=value",
            description = "Replaces one field of the experiment; may be repeated.")
    private List<String> settings = List.of();

    @Mixin
    private ArgumentOption arguments = new ArgumentOption();

    @Option(names = "--out", paramLabel = "DIR", description = "Receives gradients.csv and gradients.png.")
    private Path out;

    @Mixin
    private JarOption jars = new JarOption();

    @Mixin
    private ServerOption serverOption = new ServerOption();

    @Override
    public Integer call() {
        atLeast("--batches", 2, batches);
        atLeast("--episodes", 4, episodes);
        Experiment experiment = ExperimentFile.load(file, settings, arguments);
        serverOption.check(experiment.getEnvironment());
        Optional<Checkpoint> trained =
                Optional.ofNullable(run).map(RunDirectory::checkpointOf).map(CheckpointStore::read);
        trained.ifPresent(CheckpointPolicies::requireExperiment);
        CustomParts custom = trained.map(checkpoint -> CustomParts.of(jars.providers(), checkpoint))
                .orElseGet(() -> CustomParts.of(jars.providers()));
        ExperimentTraining.check(experiment, custom);
        GradientTable table;
        String title;
        try (Server server = serverOption.server()) {
            server.prepareFor(
                    experiment.getEnvironment(), experiment.getEnvironment().getLanes());
            try (Lanes lanes = Lanes.open(experiment.getEnvironment(), Optional.empty(), server, custom)) {
                requireLimit(lanes.spec());
                GradientLab lab = new GradientLab(experiment, lanes, trained, episodes, custom);
                table = lab.run(REFERENCE_FACTOR * batches, batches);
                title = "%s, %s, %d batches of %d episodes"
                        .formatted(lanes.spec().id(), stage(trained), batches, episodes);
            }
        }
        report(title, table);
        return 0;
    }

    /** Refuses an environment without a time limit, because an episode of it might never end. */
    private static void requireLimit(EnvSpec environment) {
        if (environment.maxEpisodeSteps().isEmpty()) {
            throw new UsageException(
                    environment.id() + " has no limit of its own on the steps of an episode, which might never end:"
                            + " expected --set environment.gymnasium.max_episode_steps=N",
                    null);
        }
    }

    private static void atLeast(String option, int least, int found) {
        if (found < least) {
            throw new UsageException(option + ": expected an integer ≥ " + least + ", found " + found, null);
        }
    }

    private static String stage(Optional<Checkpoint> trained) {
        return trained.map(checkpoint -> "after %,d environment steps"
                        .formatted(checkpoint.getCounters().getEnvSteps()))
                .orElse("before training");
    }

    private void report(String title, GradientTable table) {
        PrintWriter screen = spec.commandLine().getOut();
        screen.println(title);
        table.markdown().forEach(screen::println);
        screen.flush();
        if (out == null) {
            return;
        }
        try {
            Files.createDirectories(out);
            Files.write(out.resolve("gradients.csv"), table.csv());
            GradientChart.draw(out.resolve("gradients.png"), title, table);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write to " + out + ": " + e.getMessage(), e);
        }
    }
}
