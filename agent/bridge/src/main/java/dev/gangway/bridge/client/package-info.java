/**
 * Environments behind gRPC.
 *
 * <p>{@link dev.gangway.bridge.client.PrivateServer} starts a Python environment server that lives no longer than this
 * program; {@link dev.gangway.bridge.client.EnvironmentClient} speaks to it, or to any other server by its {@link
 * dev.gangway.bridge.client.ServerAddress}, and opens {@link dev.gangway.bridge.client.RemoteVectorEnv}s: one session and one
 * bidirectional stream each. {@link dev.gangway.codec} turns messages into this program's types.
 *
 * <p>Order of closing: environments, then the client (which closes the environments that are still open), then the
 * private server.
 */
@NullMarked
package dev.gangway.bridge.client;

import org.jspecify.annotations.NullMarked;
