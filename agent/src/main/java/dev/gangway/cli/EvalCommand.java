package dev.gangway.cli;

import dev.gangway.env.AutoresetMode;
import dev.gangway.experiment.Checkpoints;
import dev.gangway.experiment.Lanes;
import dev.gangway.policy.ActionEncoder;
import dev.gangway.policy.ObservationEncoder;
import dev.gangway.policy.Policy;
import dev.gangway.policy.PolicySnapshot;
import dev.gangway.random.Streams;
import dev.gangway.record.Json;
import dev.gangway.rollout.Actor;
import dev.gangway.rollout.Collector;
import dev.gangway.rollout.Episode;
import dev.gangway.rollout.RolloutLength;
import dev.gangway.v1.Checkpoint;
import java.io.PrintWriter;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gangway eval RUN_DIR}. */
@Command(
        name = "eval",
        description = "Plays episodes with a trained policy and reports their returns.",
        mixinStandardHelpOptions = true)
final class EvalCommand implements Callable<Integer> {
    private static final int MOST_COPIES = 10;

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
        List<Episode> played;
        String id;
        int copies = Math.min(episodes, MOST_COPIES);
        try (Server server = run.server();
                Lanes lanes = run.open(checkpoint, copies, AutoresetMode.SAME_STEP, Optional.empty(), server)) {
            id = lanes.spec().id();
            Policy trained = Checkpoints.policy(checkpoint, lanes.spec());
            PolicySnapshot policy = trained.snapshot();
            Streams streams = Streams.of(run.seed());
            Collector collector = new Collector(
                    lanes.envs(),
                    new ObservationEncoder(
                            Checkpoints.seen(checkpoint, lanes.spec().observationSpace())),
                    new ActionEncoder(lanes.spec().actionSpace(), policy.distribution()),
                    Checkpoints.actionMasks(checkpoint, lanes.spec(), trained),
                    List.of(streams.stream("evaluation-action", 0)));
            collector.reset(streams.envSeed("evaluation", 0));
            Actor greedy = (features, masks, rows, random, actions) -> policy.actGreedy(features, masks, rows, actions);
            played = collector
                    .collect(sample ? policy::act : greedy, new RolloutLength.Episodes(episodes))
                    .episodes();
        }
        report(id, played);
        return 0;
    }

    private void report(String id, List<Episode> played) {
        DoubleSummaryStatistics returns =
                played.stream().mapToDouble(Episode::episodeReturn).summaryStatistics();
        double variance = played.stream()
                .mapToDouble(episode -> Math.pow(episode.episodeReturn() - returns.getAverage(), 2))
                .average()
                .orElseThrow();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("episodes", played.size());
        result.put("mean_return", returns.getAverage());
        result.put("std_return", Math.sqrt(variance));
        result.put("min_return", returns.getMin());
        result.put("max_return", returns.getMax());
        result.put(
                "mean_length",
                played.stream().mapToInt(Episode::length).average().orElseThrow());
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                json
                        ? Json.line(result)
                        : "%s, %d episodes, %s: return %.1f ± %.1f (%.1f … %.1f), length %.1f"
                                .formatted(
                                        id,
                                        played.size(),
                                        sample ? "sampled" : "greedy",
                                        returns.getAverage(),
                                        Math.sqrt(variance),
                                        returns.getMin(),
                                        returns.getMax(),
                                        (double) result.get("mean_length")));
        out.flush();
    }
}
