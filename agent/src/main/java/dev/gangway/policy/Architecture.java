package dev.gangway.policy;

import dev.gangway.network.Layer;

/** A form of network without a number of outputs yet. */
@FunctionalInterface
public interface Architecture {
    /** Makes an untrained network of {@code outputs} outputs. */
    Layer make(int outputs);
}
