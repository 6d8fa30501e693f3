package dev.gangway.learning.provider;

import dev.gangway.inference.provider.Provider;
import dev.gangway.learning.record.RecorderFactory;

/**
 * Offers what is recorded of a run beside its tables.
 * An experiment asks for it by {@code record { recorders { … } }}.
 *
 * <p>Experimental.
 */
public interface RecorderProvider extends Provider<RecorderFactory> {}
