package dev.gangway.cli;

import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.random.Streams;
import dev.gangway.inference.policy.PolicySnapshot;
import dev.gangway.learning.experiment.Checkpoints;
import dev.gangway.learning.experiment.Lanes;
import dev.gangway.learning.record.Film;
import dev.gangway.learning.rollout.Episode;
import dev.gangway.learning.rollout.EpisodeRunner;
import dev.gangway.v1.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Implements {@code gangway watch RUN_DIR --gif FILE} and {@code gangway watch RUN_DIR --text}. */
@Command(
        name = "watch",
        description = "Plays one greedy episode with a trained policy and films it, or prints it as text.",
        mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private TrainedRun run = new TrainedRun();

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Output output = new Output();

    /** The options that choose where the episode is shown. */
    private static final class Output {
        @Option(names = "--gif", paramLabel = "FILE", required = true, description = "The animated GIF to write.")
        private Path gif;

        @Option(
                names = "--text",
                required = true,
                description = "Prints every state as the environment draws it in text (render mode ansi).")
        private boolean text;
    }

    @Override
    public Integer call() {
        if (!output.text && Files.isDirectory(output.gif)) {
            throw new UsageException("--gif: expected a file to write, found the directory " + output.gif, null);
        }
        String mode = output.text ? "ansi" : "rgb_array";
        Consumer<VectorEnv> drawing = output.text ? env -> env.renderText(0) : env -> env.render(0);
        Checkpoint checkpoint = run.checkpoint();
        try (Server server = run.server();
                Lanes lanes = run.openDrawn(checkpoint, mode, drawing, server)) {
            PolicySnapshot policy = run.policy(checkpoint, lanes.spec()).snapshot();
            VectorEnv env = lanes.envs().get(0);
            EpisodeRunner runner = Checkpoints.runner(
                    checkpoint, env, policy.distribution(), Streams.of(run.seed()).stream("evaluation-action", 0));
            if (output.text) {
                print(play(runner, policy, env, ended -> print(env.renderText(0).stripTrailing())));
            } else {
                print(film(runner, policy, env) + "; film " + output.gif);
            }
        }
        return 0;
    }

    private String film(EpisodeRunner runner, PolicySnapshot policy, VectorEnv env) {
        try (Film film = new Film(output.gif, env.spec().renderFps())) {
            return play(runner, policy, env, ended -> {
                try {
                    film.show(() -> env.render(0), ended);
                } catch (IOException e) {
                    throw cannotWrite(e);
                }
            });
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    private UncheckedIOException cannotWrite(IOException e) {
        return new UncheckedIOException("Cannot write " + output.gif + ": " + e.getMessage(), e);
    }

    /** Plays one episode and returns a sentence about it. */
    private String play(EpisodeRunner runner, PolicySnapshot policy, VectorEnv env, EpisodeRunner.Observer screen) {
        Episode episode = runner.play(
                        (features, masks, rows, random, actions) -> policy.actGreedy(features, masks, rows, actions),
                        Streams.of(run.seed()).envSeed("evaluation", 0),
                        1,
                        screen)
                .get(0);
        return "%s: return %.1f in %d steps".formatted(env.spec().id(), episode.episodeReturn(), episode.length());
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
