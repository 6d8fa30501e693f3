package dev.gangway.inference.provider;

import dev.gangway.inference.policy.ArchitectureFactory;

/**
 * Offers a network, for a policy or a value function.
 * An experiment asks for it by {@code policy { custom { … } }}.
 *
 * <p>Experimental.
 */
public interface NetworkProvider extends Provider<ArchitectureFactory> {}
