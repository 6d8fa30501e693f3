package dev.gangway.learning.provider;

import dev.gangway.inference.provider.Provider;
import dev.gangway.learning.optimizer.ScheduleFactory;

/**
 * Offers how the learning rate changes over the run.
 * An experiment asks for it by {@code optimizer { custom_schedule { … } }}.
 *
 * <p>Experimental.
 */
public interface ScheduleProvider extends Provider<ScheduleFactory> {}
