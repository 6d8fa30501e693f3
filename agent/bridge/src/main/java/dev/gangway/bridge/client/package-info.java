/**
 * Connects to environment servers over gRPC.
 *
 * <p>{@link dev.gangway.bridge.client.PrivateServer} starts a Python environment server that lives no longer than this
 * program. {@link dev.gangway.bridge.client.EnvironmentClient} connects to it, or to any other server by its {@link
 * dev.gangway.bridge.client.ServerAddress}, and opens {@link dev.gangway.bridge.client.RemoteVectorEnv}s, each of which
 * has one session and one bidirectional stream. {@link dev.gangway.codec} turns messages into this program's types.
 *
 * <p>Order of closing: first the environments, then the client (which closes the environments that are still open),
 * then the private server.
 */
@NullMarked
package dev.gangway.bridge.client;

import org.jspecify.annotations.NullMarked;
