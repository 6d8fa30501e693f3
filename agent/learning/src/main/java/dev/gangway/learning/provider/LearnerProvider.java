package dev.gangway.learning.provider;

import dev.gangway.inference.provider.Provider;
import dev.gangway.learning.learner.LearnerFactory;

/**
 * Offers what one batch does to the policy.
 * An experiment asks for it by {@code learner { custom { … } }}.
 *
 * <p>Experimental.
 */
public interface LearnerProvider extends Provider<LearnerFactory> {}
