package dev.gangway.bridge.client;

import java.util.Map;

/**
 * What a server said about itself when the client connected.
 *
 * @param protocolVersion the protocol version that client and server use
 * @param incarnation random name of this run of the server process; sessions do not outlive the process
 * @param server name and version, for example {@code gangway-envserver/0.1.0}
 * @param versions versions of the packages that results depend on, by package: {@code gymnasium}, {@code numpy}, {@code
 *     python}
 * @param maxSessions largest number of sessions at once
 * @param maxCopies largest number of copies in one session
 * @param maxMessageBytes size of the largest message that the server accepts, in bytes
 * @param directStreams whether the server accepts streams without gRPC, on a second Unix socket
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
