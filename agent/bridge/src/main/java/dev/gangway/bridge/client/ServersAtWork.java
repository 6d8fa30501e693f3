package dev.gangway.bridge.client;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Counts the servers on this machine that are working on a request of this program. Each of them occupies a processor.
 * Thread-safe.
 */
final class ServersAtWork {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final ConcurrentMap<ServerAddress, Integer> REQUESTS = new ConcurrentHashMap<>();

    private ServersAtWork() {}

    /** Records that a request to the server is in flight. */
    static void begin(ServerAddress server) {
        REQUESTS.merge(server, 1, Integer::sum);
    }

    /** Records that a request to the server is no longer in flight. */
    static void end(ServerAddress server) {
        REQUESTS.computeIfPresent(server, (key, requests) -> requests == 1 ? null : requests - 1);
    }

    /** Returns whether the working servers leave a processor to this program. */
    static boolean leaveOne() {
        return REQUESTS.size() < PROCESSORS;
    }
}
