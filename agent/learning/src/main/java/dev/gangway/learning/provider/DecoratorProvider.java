package dev.gangway.learning.provider;

import dev.gangway.inference.provider.Provider;
import dev.gangway.learning.rollout.EnvironmentDecorator;

/**
 * Offers what environments are wrapped in, in the agent.
 * An experiment asks for it by {@code environment { decorators { … } }}.
 *
 * <p>Experimental.
 */
public interface DecoratorProvider extends Provider<EnvironmentDecorator> {}
