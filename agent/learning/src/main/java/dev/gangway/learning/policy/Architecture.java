package dev.gangway.learning.policy;

import dev.gangway.learning.network.NetworkPlan;

/** A form of network without a number of outputs yet. */
@FunctionalInterface
public interface Architecture {
    /** Returns the form with {@code outputs} outputs. */
    NetworkPlan plan(int outputs);
}
