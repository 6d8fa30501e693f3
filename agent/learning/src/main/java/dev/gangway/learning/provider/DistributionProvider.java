package dev.gangway.learning.provider;

import dev.gangway.learning.policy.DistributionFactory;

/**
 * Offers a distribution over actions.
 * An experiment asks for it by {@code policy { custom_distribution { … } }}.
 *
 * <p>Experimental.
 */
public interface DistributionProvider extends Provider<DistributionFactory> {}
