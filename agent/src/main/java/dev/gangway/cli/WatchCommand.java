package dev.gangway.cli;

import dev.gangway.env.AutoresetMode;
import dev.gangway.env.ResetRequest;
import dev.gangway.env.ResetResult;
import dev.gangway.env.Space;
import dev.gangway.env.StepResult;
import dev.gangway.env.Value;
import dev.gangway.env.VectorEnv;
import dev.gangway.experiment.Checkpoints;
import dev.gangway.experiment.Lanes;
import dev.gangway.policy.ActionEncoder;
import dev.gangway.policy.ActionMasks;
import dev.gangway.policy.ObservationEncoder;
import dev.gangway.policy.Policy;
import dev.gangway.policy.PolicySnapshot;
import dev.gangway.random.Streams;
import dev.gangway.record.Film;
import dev.gangway.v1.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gangway watch RUN_DIR --gif FILE} and {@code gangway watch RUN_DIR --text}. */
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

    /** Where the episode is shown. */
    private static final class Output {
        @Option(names = "--gif", paramLabel = "FILE", required = true, description = "The animated GIF to write.")
        private Path gif;

        @Option(
                names = "--text",
                required = true,
                description = "Prints every state as the environment draws it in text (render mode ansi).")
        private boolean text;
    }

    /** Shows the environment's state, at least when it is the last one. */
    private interface Screen {
        void show(boolean last) throws IOException;
    }

    @Override
    public Integer call() {
        if (!output.text && Files.isDirectory(output.gif)) {
            throw new UsageException("--gif: expected a file to write, found the directory " + output.gif, null);
        }
        Optional<String> mode = Optional.of(output.text ? "ansi" : "rgb_array");
        Checkpoint checkpoint = run.checkpoint();
        try (Server server = run.server();
                Lanes lanes = run.open(checkpoint, 1, AutoresetMode.DISABLED, mode, server)) {
            Policy policy = Checkpoints.policy(checkpoint, lanes.spec());
            ActionMasks masks = Checkpoints.actionMasks(checkpoint, lanes.spec(), policy);
            Space seen = Checkpoints.seen(checkpoint, lanes.spec().observationSpace());
            VectorEnv env = lanes.envs().get(0);
            if (output.text) {
                print(play(
                        env,
                        policy.snapshot(),
                        seen,
                        masks,
                        last -> print(env.renderText(0).stripTrailing())));
            } else {
                print(film(env, policy.snapshot(), seen, masks) + "; film " + output.gif);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + output.gif + ": " + e.getMessage(), e);
        }
        return 0;
    }

    private String film(VectorEnv env, PolicySnapshot policy, Space seen, ActionMasks masks) throws IOException {
        try (Film film = new Film(output.gif, env.spec().renderFps())) {
            return play(env, policy, seen, masks, last -> film.show(() -> env.render(0), last));
        }
    }

    /** Returns how it went. */
    private String play(VectorEnv env, PolicySnapshot policy, Space seen, ActionMasks actionMasks, Screen screen)
            throws IOException {
        ObservationEncoder observations = new ObservationEncoder(seen);
        ActionEncoder encoder = new ActionEncoder(env.spec().actionSpace(), policy.distribution());
        float[] features = new float[observations.size()];
        float[] masks = new float[actionMasks.size()];
        float[] actions = new float[encoder.actionSize()];
        ResetResult reset = env.reset(ResetRequest.seeded(Streams.of(run.seed()).envSeed("evaluation", 0), 1));
        Value observation = reset.observations();
        actionMasks.read(observation, reset.infos(), masks);
        double episodeReturn = 0;
        int length = 0;
        boolean ended = false;
        screen.show(false);
        while (!ended) {
            observations.encode(observation, 1, features, 0);
            policy.actGreedy(features, masks, 1, actions);
            StepResult result = env.step(encoder.encode(actions, 1));
            observation = result.observations();
            actionMasks.read(result.observations(), result.infos(), masks);
            episodeReturn += result.rewards()[0];
            ended = result.terminated()[0] || result.truncated()[0];
            length++;
            screen.show(ended);
        }
        return "%s: return %.1f in %d steps".formatted(env.spec().id(), episodeReturn, length);
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
