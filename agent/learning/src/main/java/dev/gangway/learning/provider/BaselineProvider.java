package dev.gangway.learning.provider;

import dev.gangway.inference.provider.Provider;
import dev.gangway.learning.estimator.BaselineFactory;

/**
 * Offers a baseline, which is subtracted from returns.
 * An experiment asks for it by {@code estimator { custom_baseline { … } }}.
 *
 * <p>Experimental.
 */
public interface BaselineProvider extends Provider<BaselineFactory> {}
