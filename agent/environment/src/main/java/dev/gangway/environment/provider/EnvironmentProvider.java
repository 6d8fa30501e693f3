package dev.gangway.environment.provider;

import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.SingleEnvironment;
import dev.gangway.environment.local.SingleVectorEnv;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Offers one environment by its id: to clients of a Java server, and to experiments, {@code environment { custom { provider:
 * "ID" } }}, whose agent then steps it in its own process. The command line finds providers as services: a file {@code
 * META-INF/services/dev.gangway.environment.provider.EnvironmentProvider} names the class, which has a public constructor
 * without parameters. Thread-safe: several environments may be made at once.
 */
public interface EnvironmentProvider {
    /** Returns the id that clients ask for, e.g. {@code CartPole-v1}; without a colon. */
    String id();

    /**
     * Returns the version of what is made. A run that was trained in an environment of one version is neither resumed nor
     * evaluated in one of another.
     */
    default String version() {
        return "unversioned";
    }

    /** Returns the names of the arguments that clients, or the settings of an experiment, may give; all others are refused. */
    default Set<String> arguments() {
        return Set.of();
    }

    /**
     * Makes an environment, which the caller closes. What it throws becomes the error ENVIRONMENT_RAISED of a client.
     */
    VectorEnv make(EnvironmentRequest request);

    /**
     * Returns a provider of an environment without arguments.
     *
     * @param id what clients ask for
     * @param maxEpisodeSteps the usual time limit in steps, which a client may change; empty for none
     * @param maker makes one copy at each call; thread-safe
     */
    static EnvironmentProvider of(
            String id, OptionalLong maxEpisodeSteps, Supplier<? extends SingleEnvironment> maker) {
        return new EnvironmentProvider() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public VectorEnv make(EnvironmentRequest request) {
                OptionalLong asked = request.maxEpisodeSteps();
                OptionalLong limit =
                        asked.isEmpty() ? maxEpisodeSteps : asked.getAsLong() < 0 ? OptionalLong.empty() : asked;
                return SingleVectorEnv.of(id, maker, request.copies(), request.autoresetMode(), limit);
            }
        };
    }
}
