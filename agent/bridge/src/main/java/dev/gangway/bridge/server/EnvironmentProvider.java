package dev.gangway.bridge.server;

import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.SingleEnvironment;
import dev.gangway.environment.local.SingleVectorEnv;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Offers one environment to clients. {@code gangway serve-native} finds providers as services (a file {@code
 * META-INF/services/dev.gangway.bridge.server.EnvironmentProvider} that names the class, which has a public constructor without
 * parameters); a program of your own hands them to {@link EnvironmentServer#start}. Thread-safe: several sessions may be
 * made at once.
 */
public interface EnvironmentProvider {
    /** Returns the id that clients ask for, e.g. {@code CartPole-v1}; without a colon. */
    String id();

    /** Returns the names of the keyword arguments that clients may give; the server refuses all others. */
    default Set<String> arguments() {
        return Set.of();
    }

    /**
     * Makes an environment, which the session's thread then owns and closes. What it throws becomes the client's error
     * ENVIRONMENT_RAISED.
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
