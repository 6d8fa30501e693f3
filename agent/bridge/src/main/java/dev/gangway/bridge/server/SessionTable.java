package dev.gangway.bridge.server;

import dev.gangway.v1.FailureReason;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** All sessions of a server: their limit, their names, and the end of their leases. Thread-safe. */
final class SessionTable {
    private static final int NAME_BYTES = 18;

    private final int limit;
    private final LongSupplier clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, ServerSession> sessions = new LinkedHashMap<>();
    private final ScheduledExecutorService reaper = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "gangway-lease-reaper");
        thread.setDaemon(true);
        return thread;
    });
    private int reserved;
    private boolean draining;

    /**
     * Makes an empty table.
     *
     * @param limit the most sessions at once
     * @param clock gives nanoseconds from any origin, as {@link System#nanoTime} does
     */
    SessionTable(int limit, LongSupplier clock) {
        this.limit = limit;
        this.clock = clock;
    }

    int limit() {
        return limit;
    }

    /** Returns a random name that nobody guesses. */
    String name(int bytes) {
        byte[] name = new byte[bytes];
        random.nextBytes(name);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name);
    }

    /**
     * Holds a place for a session while {@code making} makes it.
     *
     * @throws RequestFailed SESSION_LIMIT, or DRAINING once that began
     */
    <T> T inPlace(Supplier<T> making) {
        synchronized (this) {
            if (draining) {
                throw RequestFailed.of(
                        FailureReason.FAILURE_REASON_DRAINING,
                        "The server is stopping and takes no new sessions: connect to another server.");
            }
            if (sessions.size() + reserved >= limit) {
                throw RequestFailed.of(
                        FailureReason.FAILURE_REASON_SESSION_LIMIT,
                        "The server holds its limit of " + limit + " sessions: close one, or start the server with a"
                                + " higher --max-sessions.",
                        Map.of("limit", limit));
            }
            reserved++;
        }
        try {
            return making.get();
        } finally {
            synchronized (this) {
                reserved--;
                notifyAll();
            }
        }
    }

    /** Adds a session, inside {@link #inPlace}. */
    ServerSession add(Duration lease, ServerSession.Work work) {
        ServerSession session = new ServerSession(name(NAME_BYTES), lease, work, this::changed, clock);
        synchronized (this) {
            sessions.put(session.id(), session);
        }
        watch(session);
        return session;
    }

    /**
     * Returns a session.
     *
     * @throws RequestFailed UNKNOWN_SESSION when there is none
     */
    synchronized ServerSession get(String id) {
        ServerSession session = sessions.get(id);
        if (session == null) {
            throw RequestFailed.of(
                    FailureReason.FAILURE_REASON_UNKNOWN_SESSION,
                    "There is no session '" + id + "': it was never made, was closed, or its lease of inactivity"
                            + " expired. Make a new session.");
        }
        return session;
    }

    /** Takes no new sessions from now on, and closes those that no stream is attached to. */
    void drain() {
        List<ServerSession> idle;
        synchronized (this) {
            draining = true;
            idle = sessions.values().stream()
                    .filter(session -> !session.attached())
                    .toList();
        }
        idle.forEach(session -> session.close(Duration.ZERO));
    }

    /** Closes every session; one with a command at work is freed after that command. */
    void closeAll() {
        List<ServerSession> all;
        synchronized (this) {
            draining = true;
            all = new ArrayList<>(sessions.values());
        }
        reaper.shutdownNow();
        all.forEach(session -> session.close(Duration.ZERO));
    }

    /** Waits until every session is freed; returns whether that is so. */
    synchronized boolean awaitEmpty(Duration timeout) throws InterruptedException {
        long limit = System.nanoTime() + timeout.toNanos();
        while (!sessions.isEmpty() || reserved > 0) {
            long left = limit - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
        }
        return true;
    }

    private void changed() {
        List<ServerSession> waiting;
        synchronized (this) {
            boolean unused = sessions.values().removeIf(ServerSession::freed);
            notifyAll();
            waiting = new ArrayList<>(sessions.values());
        }
        waiting.forEach(this::watch);
    }

    /** Looks at a session again when its deadline comes. */
    private void watch(ServerSession session) {
        OptionalLong left = session.timeLeft();
        if (left.isPresent()) {
            try {
                // Freeing an environment may take its time: not in the reaper's thread.
                var unused = reaper.schedule(
                        () -> new Thread(session::expire, "gangway-expiry").start(),
                        left.getAsLong(),
                        TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException closing) {
                // Every session is being closed.
            }
        }
    }
}
