package dev.gangway.bridge.server;

import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.environment.provider.EnvironmentProvider;
import dev.gangway.environment.provider.EnvironmentRequest;
import java.util.Set;

/** Offers {@link NativeCartPole} as {@code CartPole-v1}, with Gymnasium's argument {@code sutton_barto_reward}. */
public final class CartPoleProvider implements EnvironmentProvider {
    private static final String SUTTON_BARTO = "sutton_barto_reward";

    /** Makes the provider that {@link java.util.ServiceLoader} finds. */
    public CartPoleProvider() {}

    @Override
    public String id() {
        return NativeCartPole.ID;
    }

    @Override
    public Set<String> arguments() {
        return Set.of(SUTTON_BARTO);
    }

    @Override
    public VectorEnv make(EnvironmentRequest request) {
        CartPoleOptions options = CartPoleOptions.STANDARD.withSuttonBartoReward(suttonBarto(request));
        if (request.maxEpisodeSteps().isPresent()) {
            long limit = request.maxEpisodeSteps().getAsLong();
            options = limit < 0
                    ? options.withoutTimeLimit()
                    : options.withMaxEpisodeSteps((int) Math.min(limit, Integer.MAX_VALUE));
        }
        return new NativeCartPole(request.copies(), request.autoresetMode(), options);
    }

    private static boolean suttonBarto(EnvironmentRequest request) {
        Object value = request.arguments().getOrDefault(SUTTON_BARTO, false);
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new EnvironmentException(SUTTON_BARTO + ": expected a bool, found " + value);
    }
}
