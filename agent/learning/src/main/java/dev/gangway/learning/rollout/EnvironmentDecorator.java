package dev.gangway.learning.rollout;

import dev.gangway.environment.VectorEnv;

/** Wraps the environments of a training, and those that its policy is evaluated in. */
@FunctionalInterface
public interface EnvironmentDecorator {

    /**
     * Returns an environment that wraps another one, and closes it when it is closed itself.
     *
     * @param lane place of the lane, from 0
     */
    VectorEnv decorate(VectorEnv environment, int lane);
}
