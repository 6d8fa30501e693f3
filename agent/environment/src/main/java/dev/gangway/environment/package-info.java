/**
 * Environments as the agent sees them: {@link dev.gangway.environment.VectorEnv}, spaces, values and infos.
 *
 * <p>{@code env.local} holds environments that run in this process, {@code env.remote} those behind gRPC.
 */
package dev.gangway.environment;
