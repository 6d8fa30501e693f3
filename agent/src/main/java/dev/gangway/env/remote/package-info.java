/**
 * Environments behind gRPC.
 *
 * <p>{@link dev.gangway.env.remote.PrivateServer} starts a Python environment server that lives no longer than this
 * program; {@link dev.gangway.env.remote.EnvironmentClient} speaks to it, or to any other server by its {@link
 * dev.gangway.env.remote.ServerAddress}, and opens {@link dev.gangway.env.remote.RemoteVectorEnv}s: one session and one
 * bidirectional stream each. {@link dev.gangway.wire} turns messages into this program's types.
 *
 * <p>Order of closing: environments, then the client (which closes the environments that are still open), then the
 * private server.
 */
package dev.gangway.env.remote;
