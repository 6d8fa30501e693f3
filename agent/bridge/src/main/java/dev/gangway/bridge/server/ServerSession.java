package dev.gangway.bridge.server;

import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.FailureReason;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One session: who is attached, which command is next, what is replayed, when all is freed. Thread-safe.
 *
 * <p>The table of its states and of what each event does in them is {@code proto/session_life.csv}, which the protocol's
 * page shows. The environments are freed exactly once, by whichever thread first finds the session closed with no command
 * at work. A command at work is never interrupted, so a session that is closed meanwhile is freed right after it.
 */
final class ServerSession {
    /** How long a new session waits for its first stream. */
    static final Duration FIRST_ATTACH = Duration.ofSeconds(60);

    /** A client that lost its stream may come back before this server has heard of the loss. */
    private static final Duration TAKE_OVER = Duration.ofSeconds(1);

    /** What a session needs to know of a client's stream. */
    interface Stream {
        /** Returns whether the client may still be there. */
        boolean alive();

        /** Ends the stream with OK; harmless when it has ended. */
        void finish();
    }

    /** What a session drives; neither method throws, and they are never called at once. */
    interface Work {
        /** Does a command's work. */
        AttachResponse execute(AttachRequest request);

        /** Frees the environments. */
        void free();
    }

    /** The session was closed while its stream was attached; the stream ends with OK. */
    static final class ClosedException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private final String id;
    private final Duration lease;
    private final Work work;
    private final Runnable onChange;
    private final LongSupplier clock;
    private Stream stream;
    private boolean busy;
    private boolean closed;
    private boolean freeing;
    private boolean freed;
    private long lastSequence;
    private AttachResponse lastResponse;
    private long deadline;

    /**
     * Makes a session that waits for its first stream.
     *
     * @param onChange told, outside of any lock, when the deadline moves and when all is freed
     * @param clock gives nanoseconds from any origin, as {@link System#nanoTime} does
     */
    ServerSession(String id, Duration lease, Work work, Runnable onChange, LongSupplier clock) {
        this.id = id;
        this.lease = lease;
        this.work = work;
        this.onChange = onChange;
        this.clock = clock;
        this.deadline = clock.getAsLong() + FIRST_ATTACH.toNanos();
    }

    String id() {
        return id;
    }

    /** Returns how long until the session expires, in nanoseconds; empty while a stream is attached. */
    synchronized OptionalLong timeLeft() {
        return stream != null || closed ? OptionalLong.empty() : OptionalLong.of(deadline - clock.getAsLong());
    }

    synchronized boolean freed() {
        return freed;
    }

    synchronized boolean attached() {
        return stream != null;
    }

    /**
     * Attaches a stream and returns the sequence number of the last command executed. Waits for the command that a lost
     * stream left at work.
     *
     * @throws RequestFailed UNKNOWN_SESSION when closed, ALREADY_ATTACHED when another stream is alive
     */
    synchronized long attach(Stream next) {
        long limit = clock.getAsLong() + TAKE_OVER.toNanos();
        while (stream != null && !closed) {
            boolean held = stream.alive();
            long left = limit - clock.getAsLong();
            if (held && left <= 0) {
                throw RequestFailed.of(
                        FailureReason.FAILURE_REASON_ALREADY_ATTACHED,
                        "Another stream is attached to session " + id + ": expected one stream at a time. End the other"
                                + " stream first, or make another session.");
            }
            if (!next.alive()) {
                throw unknown("was given up by its client");
            }
            awaitChange(left > 0 ? left : Long.MAX_VALUE);
        }
        if (closed) {
            throw unknown("is closed");
        }
        stream = next;
        return lastSequence;
    }

    /** To be called when a stream's life may have ended: wakes those who wait for that. */
    synchronized void notice() {
        notifyAll();
    }

    /**
     * Returns the response to the command with this number: executed, or remembered.
     *
     * @throws RequestFailed SEQUENCE for any other number
     */
    AttachResponse answer(Stream from, AttachRequest request) throws ClosedException {
        long sequence = request.getSequence();
        synchronized (this) {
            if (closed || stream != from) {
                throw new ClosedException();
            }
            if (sequence == lastSequence && lastResponse != null) {
                return lastResponse;
            }
            if (sequence != lastSequence + 1) {
                throw RequestFailed.of(
                        FailureReason.FAILURE_REASON_SEQUENCE,
                        "A command has sequence number " + Long.toUnsignedString(sequence) + ": expected "
                                + (lastSequence + 1) + (lastResponse == null ? "" : ", or " + lastSequence + " again")
                                + ".",
                        Map.of("expected", lastSequence + 1, "found", Long.toUnsignedString(sequence)));
            }
            busy = true;
        }
        AttachResponse response = null;
        try {
            response = work.execute(request);
            return response;
        } finally {
            synchronized (this) {
                busy = false;
                lastSequence = sequence;
                lastResponse = lease.isZero() ? null : response;
                notifyAll();
            }
            freeIfClosed();
        }
    }

    /** The stream ended, whether by half-close or by loss: now the lease runs, if there is one. */
    void detach(Stream ended) {
        synchronized (this) {
            if (stream != ended) {
                return;
            }
            stream = null;
            closed |= lease.isZero();
            deadline = clock.getAsLong() + lease.toNanos();
            notifyAll();
        }
        freeIfClosed();
        onChange.run();
    }

    /** Closes and frees the session if its deadline has passed. */
    void expire() {
        synchronized (this) {
            if (closed || stream != null || clock.getAsLong() - deadline < 0) {
                return;
            }
            closed = true;
            notifyAll();
        }
        freeIfClosed();
    }

    /** Closes the session, frees it and ends its stream; returns false when that is not done in time. */
    boolean close(Duration timeout) {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        freeIfClosed();
        Stream attached;
        boolean done;
        synchronized (this) {
            long limit = System.nanoTime() + timeout.toNanos();
            for (long left = timeout.toNanos(); !freed && left > 0; left = limit - System.nanoTime()) {
                awaitChange(left);
            }
            done = freed;
            attached = stream;
        }
        if (attached != null) {
            attached.finish();
        }
        return done;
    }

    private void freeIfClosed() {
        synchronized (this) {
            if (!closed || busy || freeing) {
                return;
            }
            freeing = true;
            lastResponse = null;
        }
        try {
            work.free();
        } finally {
            synchronized (this) {
                freed = true;
                notifyAll();
            }
            onChange.run();
        }
    }

    /** Waits to be notified, with the lock held. */
    private void awaitChange(long nanoseconds) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(nanoseconds, 1_000_000));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw RequestFailed.defect(interrupted);
        }
    }

    private RequestFailed unknown(String why) {
        return RequestFailed.of(
                FailureReason.FAILURE_REASON_UNKNOWN_SESSION, "Session " + id + " " + why + ": make a new session.");
    }
}
