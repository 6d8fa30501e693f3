package dev.gangway.cli;

import dev.gangway.env.EnvSpec;
import dev.gangway.v1.EnvironmentConfig;
import picocli.CommandLine.Option;

/** The option {@code --max-episode-steps}, shared by the commands that play whole episodes with a trained policy. */
final class EpisodeLimitOption {
    @Option(
            names = "--max-episode-steps",
            paramLabel = "N",
            description = "Cuts episodes after N steps instead of at the environment's own limit.")
    private Integer limit;

    /** Returns the environment with this limit, or as it is when none was given. */
    EnvironmentConfig applyTo(EnvironmentConfig environment) {
        if (limit == null) {
            return environment;
        }
        if (limit < 1) {
            throw new UsageException("--max-episode-steps: expected an integer ≥ 1, found " + limit, null);
        }
        EnvironmentConfig.Builder limited = environment.toBuilder();
        if (environment.hasGymnasium()) {
            limited.getGymnasiumBuilder().setMaxEpisodeSteps(limit);
        } else {
            limited.getNativeBuilder().getCartPoleBuilder().setMaxEpisodeSteps(limit);
        }
        return limited.build();
    }

    /** Refuses an environment without a limit: a policy that never ends an episode would play for ever. */
    static void require(EnvSpec spec) {
        if (spec.maxEpisodeSteps().isEmpty()) {
            throw new UsageException(
                    spec.id() + " has no limit of its own on the steps of an episode, which might never end: expected"
                            + " --max-episode-steps",
                    null);
        }
    }
}
