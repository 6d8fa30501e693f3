package dev.gangway.inference.provider;

import dev.gangway.inference.policy.DistributionFactory;

/**
 * Offers a distribution over actions.
 * An experiment asks for it by {@code policy { custom_distribution { … } }}.
 *
 * <p>Experimental.
 */
public interface DistributionProvider extends Provider<DistributionFactory> {}
