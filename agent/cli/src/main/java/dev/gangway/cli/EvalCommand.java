package dev.gangway.cli;

import dev.gangway.environment.random.Streams;
import dev.gangway.inference.policy.PolicySnapshot;
import dev.gangway.learning.experiment.Checkpoints;
import dev.gangway.learning.experiment.Lanes;
import dev.gangway.learning.record.Json;
import dev.gangway.learning.rollout.Actor;
import dev.gangway.learning.rollout.EpisodeRunner;
import dev.gangway.learning.rollout.EpisodeStatistics;
import dev.gangway.v1.Checkpoint;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Implements {@code gangway eval RUN_DIR}. */
@Command(
        name = "eval",
        description = "Plays episodes with a trained policy and reports their returns.",
        mixinStandardHelpOptions = true)
final class EvalCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private TrainedRun run = new TrainedRun();

    @Option(names = "--episodes", paramLabel = "N", defaultValue = "100", description = "Episodes (${DEFAULT-VALUE}).")
    private int episodes;

    @Option(names = "--sample", description = "Samples actions instead of taking the most likely one.")
    private boolean sample;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        if (episodes < 1) {
            throw new UsageException("--episodes: expected an integer ≥ 1, found " + episodes, null);
        }
        Checkpoint checkpoint = run.checkpoint();
        EpisodeStatistics returns;
        String id;
        try (Server server = run.server();
                Lanes lanes = run.open(checkpoint, episodes, server)) {
            id = lanes.spec().id();
            PolicySnapshot policy = run.policy(checkpoint, lanes.spec()).snapshot();
            Streams streams = Streams.of(run.seed());
            EpisodeRunner runner = Checkpoints.runner(
                    checkpoint, lanes.envs().get(0), policy.distribution(), streams.stream("evaluation-action", 0));
            Actor greedy = (features, masks, rows, random, actions) -> policy.actGreedy(features, masks, rows, actions);
            returns = EpisodeStatistics.of(
                    runner.play(sample ? policy::act : greedy, streams.envSeed("evaluation", 0), episodes));
        }
        report(id, returns);
        return 0;
    }

    private void report(String id, EpisodeStatistics returns) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("episodes", returns.episodes());
        result.put("mean_return", returns.meanReturn());
        result.put("std_return", returns.stdReturn());
        result.put("min_return", returns.minReturn());
        result.put("max_return", returns.maxReturn());
        result.put("mean_length", returns.meanLength());
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                json
                        ? Json.line(result)
                        : "%s, %d episodes, %s: return %.1f ± %.1f (%.1f … %.1f), length %.1f"
                                .formatted(
                                        id,
                                        returns.episodes(),
                                        sample ? "sampled" : "greedy",
                                        returns.meanReturn(),
                                        returns.stdReturn(),
                                        returns.minReturn(),
                                        returns.maxReturn(),
                                        returns.meanLength()));
        out.flush();
    }
}
