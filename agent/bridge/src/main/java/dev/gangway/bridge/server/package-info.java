/**
 * Java environments behind gRPC, for clients in any language.
 *
 * <p>An {@link dev.gangway.environment.provider.EnvironmentProvider} offers one environment id and makes {@link
 * dev.gangway.environment.VectorEnv}s of it; {@link dev.gangway.bridge.server.EnvironmentServer} serves what providers offer, with the
 * protocol and the manners of the Python server: sessions, leases, replay, health, reflection, draining. {@link
 * dev.gangway.bridge.server.ServerProcess} is a whole program of that; {@code gangway serve-native} runs it with the providers
 * that {@link java.util.ServiceLoader} finds.
 */
package dev.gangway.bridge.server;
