package dev.gangway.cli;

import dev.gangway.env.AutoresetMode;
import dev.gangway.env.ResetRequest;
import dev.gangway.env.ResetResult;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gangway watch RUN_DIR --gif FILE}. */
@Command(
        name = "watch",
        description = "Plays one greedy episode with a trained policy and films it.",
        mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private TrainedRun run = new TrainedRun();

    @Option(names = "--gif", paramLabel = "FILE", required = true, description = "The animated GIF to write.")
    private Path gif;

    @Override
    public Integer call() {
        if (Files.isDirectory(gif)) {
            throw new UsageException("--gif: expected a file to write, found the directory " + gif, null);
        }
        Checkpoint checkpoint = run.checkpoint();
        try (Server server = run.server();
                Lanes lanes = run.open(checkpoint, 1, AutoresetMode.DISABLED, Optional.of("rgb_array"), server)) {
            Policy policy = Checkpoints.policy(checkpoint, lanes.spec());
            film(lanes.envs().get(0), policy.snapshot(), Checkpoints.actionMasks(checkpoint, lanes.spec(), policy));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + gif + ": " + e.getMessage(), e);
        }
        return 0;
    }

    private void film(VectorEnv env, PolicySnapshot policy, ActionMasks actionMasks) throws IOException {
        ObservationEncoder observations = new ObservationEncoder(env.spec().observationSpace());
        ActionEncoder encoder = new ActionEncoder(env.spec().actionSpace(), policy.distribution());
        float[] features = new float[observations.size()];
        float[] masks = new float[actionMasks.size()];
        float[] actions = new float[encoder.actionSize()];
        ResetResult reset = env.reset(ResetRequest.seeded(Streams.of(run.seed()).envSeed("evaluation", 0), 1));
        Value observation = reset.observations();
        actionMasks.read(reset.infos(), masks);
        double episodeReturn = 0;
        int length = 0;
        boolean ended = false;
        try (Film film = new Film(gif, env.spec().renderFps())) {
            film.show(() -> env.render(0), false);
            while (!ended) {
                observations.encode(observation, 1, features, 0);
                policy.actGreedy(features, masks, 1, actions);
                StepResult result = env.step(encoder.encode(actions, 1));
                observation = result.observations();
                actionMasks.read(result.infos(), masks);
                episodeReturn += result.rewards()[0];
                ended = result.terminated()[0] || result.truncated()[0];
                length++;
                film.show(() -> env.render(0), ended);
            }
        }
        spec.commandLine()
                .getOut()
                .println("%s: return %.1f in %d steps; film %s"
                        .formatted(env.spec().id(), episodeReturn, length, gif));
        spec.commandLine().getOut().flush();
    }
}
