package dev.gangway.learning.provider;

import dev.gangway.inference.provider.Provider;
import dev.gangway.learning.estimator.CriticFactory;

/**
 * Offers what learns V(s) beside the policy.
 * An experiment asks for it by {@code estimator { custom_critic { … } }}.
 *
 * <p>Experimental.
 */
public interface CriticProvider extends Provider<CriticFactory> {}
