package dev.gangway.inference.policy;

import dev.gangway.inference.network.NetworkPlan;

/** A form of network without a number of outputs yet. */
@FunctionalInterface
public interface Architecture {
    /** Returns the form with {@code outputs} outputs. */
    NetworkPlan plan(int outputs);
}
