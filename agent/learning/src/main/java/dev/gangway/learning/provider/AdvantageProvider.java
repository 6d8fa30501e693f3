package dev.gangway.learning.provider;

import dev.gangway.inference.provider.Provider;
import dev.gangway.learning.estimator.EstimatorFactory;

/**
 * Offers an estimator, which chooses what the scores of a batch are weighted with.
 * An experiment asks for it by {@code estimator { custom { … } }}.
 *
 * <p>Experimental.
 */
public interface AdvantageProvider extends Provider<EstimatorFactory> {}
