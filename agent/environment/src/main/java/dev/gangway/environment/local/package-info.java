/**
 * Holds environments that run in this process: the native cart-pole, against which the bridge and the learner are
 * tested, and the adapter that turns an environment of your own into a {@link dev.gangway.environment.VectorEnv}.
 */
package dev.gangway.environment.local;
