package dev.gangway.cli;

import dev.gangway.learning.experiment.ExperimentFile;
import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.Experiment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The parameter and options that name one environment, by its id or by an experiment file, and change it. */
final class EnvironmentChoice {
    private static final String EXPERIMENT_ENDING = ".textproto";

    @Parameters(
            paramLabel = "ENV_ID|FILE",
            description = "A registered id, e.g. CartPole-v1, or an experiment file, whose environment is meant.")
    private String target;

    @Option(
            names = "--set",
            paramLabel = "field.path=value",
            description = "Replaces one field of the experiment, e.g. environment.gymnasium.max_episode_steps=100; may"
                    + " be repeated.")
    private List<String> settings = List.of();

    @Mixin
    private ArgumentOption arguments = new ArgumentOption();

    @Option(
            names = "--wrapper",
            paramLabel = "WRAPPER",
            description = "Wraps the environment, outside of what the experiment wraps it in, e.g."
                    + " 'frame_stack_observation { stack_size: 4 }'; may be repeated.")
    private List<String> wrappers = List.of();

    /** Returns the id or the file, as the user typed it. */
    String target() {
        return target;
    }

    /** Returns whether the command line changes anything about the environment. */
    boolean isChanged() {
        return !settings.isEmpty() || !wrappers.isEmpty() || arguments.isGiven();
    }

    /** Returns the chosen environment with all changes applied and every default written out. */
    EnvironmentConfig environment() {
        Consumer<Experiment.Builder> changes = arguments.andThen(this::wrap);
        return target.endsWith(EXPERIMENT_ENDING) || Files.isRegularFile(Path.of(target))
                ? ExperimentFile.load(Path.of(target), settings, changes).getEnvironment()
                : ExperimentFile.environment(target, settings, changes);
    }

    private void wrap(Experiment.Builder experiment) {
        if (!wrappers.isEmpty() && !experiment.getEnvironment().hasGymnasium()) {
            throw new UsageException(
                    "--wrapper: expected only with a Gymnasium environment, found another in the experiment", null);
        }
        for (String text : wrappers) {
            experiment
                    .getEnvironmentBuilder()
                    .getGymnasiumBuilder()
                    .addWrappers(ExperimentFile.wrapper(text, "--wrapper " + text));
        }
    }
}
