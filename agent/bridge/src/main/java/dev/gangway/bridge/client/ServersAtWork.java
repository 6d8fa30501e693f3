package dev.gangway.bridge.client;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Servers of this machine that have a request of this program in flight; each takes a processor. Thread-safe. */
final class ServersAtWork {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final ConcurrentMap<ServerAddress, Integer> REQUESTS = new ConcurrentHashMap<>();

    private ServersAtWork() {}

    /** A request is in flight. */
    static void begin(ServerAddress server) {
        REQUESTS.merge(server, 1, Integer::sum);
    }

    /** One that was in flight is so no longer. */
    static void end(ServerAddress server) {
        REQUESTS.computeIfPresent(server, (key, requests) -> requests == 1 ? null : requests - 1);
    }

    /** Returns whether they leave a processor to this program. */
    static boolean leaveOne() {
        return REQUESTS.size() < PROCESSORS;
    }
}
