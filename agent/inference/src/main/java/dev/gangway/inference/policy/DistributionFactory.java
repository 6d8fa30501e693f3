package dev.gangway.inference.policy;

import dev.gangway.environment.Space;

/** Chooses the distribution of a policy for a space of actions. */
@FunctionalInterface
public interface DistributionFactory {

    /**
     * Returns a distribution, whose actions {@link ActionEncoder} must be able to send.
     *
     * @throws IllegalArgumentException when there is none for this space
     */
    Distribution make(Space actions);
}
