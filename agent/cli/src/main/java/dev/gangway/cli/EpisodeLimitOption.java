package dev.gangway.cli;

import dev.gangway.learning.experiment.EvaluationEnvironment;
import dev.gangway.v1.EnvironmentConfig;
import picocli.CommandLine.Option;

/** The option {@code --max-episode-steps} of the commands that play whole episodes with a trained policy. */
final class EpisodeLimitOption {
    @Option(
            names = "--max-episode-steps",
            paramLabel = "N",
            description = "Cuts episodes after N steps instead of at the environment's own limit, or after "
                    + EvaluationEnvironment.DEFAULT_MAX_EPISODE_STEPS + " where it has none.")
    private Integer limit;

    /** Returns the environment with the time limit of the option, or unchanged if the option was not used. */
    EnvironmentConfig applyTo(EnvironmentConfig environment) {
        if (limit == null) {
            return environment;
        }
        if (limit < 1) {
            throw new UsageException("--max-episode-steps: expected an integer ≥ 1, found " + limit, null);
        }
        return EvaluationEnvironment.withLimit(environment, limit);
    }
}
