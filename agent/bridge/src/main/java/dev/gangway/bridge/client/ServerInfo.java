package dev.gangway.bridge.client;

import java.util.Map;

/**
 * What a server said of itself when the client connected.
 *
 * @param protocolVersion the version that both speak
 * @param incarnation random name of this life of the server process; sessions do not outlive it
 * @param server name and version, e.g. {@code gangway-envserver/0.1.0}
 * @param versions versions that results depend on, by package: {@code gymnasium}, {@code numpy}, {@code python}
 * @param maxSessions most sessions at once
 * @param maxCopies most copies in one session
 * @param maxMessageBytes largest message that the server accepts, in bytes
 * @param directStreams whether it takes streams without gRPC, beside its Unix socket
 */
public record ServerInfo(
        int protocolVersion,
        String incarnation,
        String server,
        Map<String, String> versions,
        int maxSessions,
        int maxCopies,
        long maxMessageBytes,
        boolean directStreams) {
    /** Copies the versions, so that nobody changes them. */
    public ServerInfo {
        versions = Map.copyOf(versions);
    }
}
