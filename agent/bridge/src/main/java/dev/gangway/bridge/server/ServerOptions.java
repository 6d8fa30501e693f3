package dev.gangway.bridge.server;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How to serve. Start with {@link #standard} and change what you need.
 *
 * @param listen where; empty for a Unix socket in a fresh directory of mode 0700, or a free loopback port where there
 *     are no Unix sockets
 * @param maxSessions sessions at once, ≥ 1
 * @param maxCopies copies in one session, ≥ 1
 * @param extensions what clients may say beyond the protocol: handlers by the full name of their type, unmodifiable
 */
public record ServerOptions(
        Optional<ListenAddress> listen, int maxSessions, int maxCopies, Map<String, ExtensionHandler> extensions) {
    /**
     * Copies the map and checks the limits.
     *
     * @throws IllegalArgumentException when a limit is &lt; 1
     */
    public ServerOptions {
        if (maxSessions < 1 || maxCopies < 1) {
            throw new IllegalArgumentException(
                    "Expected limits ≥ 1, found " + maxSessions + " sessions and " + maxCopies + " copies");
        }
        extensions = Map.copyOf(extensions);
    }

    /** Returns the options of a private address, 64 sessions and 4096 copies, as the Python server has them. */
    public static ServerOptions standard() {
        return new ServerOptions(Optional.empty(), 64, 4096, Map.of());
    }

    /** Returns these options with an address. */
    public ServerOptions withListen(ListenAddress address) {
        return new ServerOptions(Optional.of(address), maxSessions, maxCopies, extensions);
    }

    /** Returns these options with another limit of sessions. */
    public ServerOptions withMaxSessions(int limit) {
        return new ServerOptions(listen, limit, maxCopies, extensions);
    }

    /**
     * Returns these options with a handler of what clients say in messages of one type.
     *
     * @param type full name of the type, such as {@code acme.Trace}
     */
    public ServerOptions withExtension(String type, ExtensionHandler handler) {
        Map<String, ExtensionHandler> more = new HashMap<>(extensions);
        more.put(type, handler);
        return new ServerOptions(listen, maxSessions, maxCopies, more);
    }
}
