package dev.gangway.learning.provider;

import dev.gangway.inference.provider.Provider;
import dev.gangway.learning.optimizer.Optimizer;

/**
 * Offers how a gradient moves parameters; makes a new optimizer each time.
 * An experiment asks for it by {@code optimizer { custom { … } }}.
 *
 * <p>Experimental.
 */
public interface OptimizerProvider extends Provider<Optimizer> {}
