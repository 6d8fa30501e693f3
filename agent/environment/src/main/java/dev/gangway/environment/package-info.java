/**
 * Describes environments as an agent sees them: {@link dev.gangway.environment.VectorEnv}, its spaces, values and
 * infos.
 *
 * <p>{@link dev.gangway.environment.local} holds environments that run in this process. Environments behind gRPC are in
 * the package {@code dev.gangway.bridge.client} of another module.
 */
package dev.gangway.environment;
