package dev.gangway.learning.rollout;

import dev.gangway.environment.VectorEnv;

/** Opens the environments of a training, one {@link VectorEnv} for each lane. */
@FunctionalInterface
public interface LaneFactory {

    /**
     * Opens a new environment, which the caller closes. Every lane has the same spaces, and every call for one lane opens an
     * equal environment, so that a lost lane can be opened again.
     *
     * @param lane place of the lane, from 0
     * @throws dev.gangway.environment.EnvironmentException when it cannot be opened
     */
    VectorEnv open(int lane);
}
