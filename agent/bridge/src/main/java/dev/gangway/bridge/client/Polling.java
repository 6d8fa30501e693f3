package dev.gangway.bridge.client;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Begins a wait by polling, as long as responses keep arriving when they are expected.
 *
 * <p>A processor that slept wakes late and has lost its caches, and waking it takes time from the other side. One
 * CartPole over a direct stream makes 2 to 4 times as many steps if both sides poll. During a longer wait, such as that
 * for a step of many copies, the thread sleeps until shortly before the expected arrival: 64 CartPoles then make 1.05
 * to 1.12 times as many steps.
 *
 * <p>After polling in vain, more and more of the next waits go without it, at most 62. No wait polls if it would take
 * the processor that the other side needs: on two processors, two lanes of 4 copies, each with a server process, make
 * 2.5 times as many steps without polling. Not thread-safe.
 */
final class Polling {
    /**
     * The longest time to poll. It is about the time that waking a thread costs, so that a wait costs at worst twice as
     * much.
     */
    private static final long MAX_POLL_NANOS = 300_000;

    /** How long before the expected arrival the sleep ends. A thread is woken late, and steps vary. */
    private static final long WAKE_MARGIN_NANOS = 150_000;

    /** The longest expected wait that is polled. In longer waits the cost of waking a thread does not matter. */
    private static final long MAX_POLLED_WAIT_NANOS = 5_000_000;

    private static final int MAX_MISSES = 6;

    private final BooleanSupplier spare;
    private final LongSupplier clock;
    private final LongConsumer sleep;
    private long start;
    private long expected; // expected duration of a wait in nanoseconds, rather too short than too long
    private int misses; // number of successive waits that were polled in vain
    private int waitsToSkip;

    /**
     * Creates the polling of one stream.
     *
     * @param spare returns whether a processor is free for polling
     */
    Polling(BooleanSupplier spare) {
        this(spare, System::nanoTime, LockSupport::parkNanos);
    }

    /** Creates a polling with another clock and sleep, both in nanoseconds. */
    Polling(BooleanSupplier spare, LongSupplier clock, LongConsumer sleep) {
        this.spare = spare;
        this.clock = clock;
        this.sleep = sleep;
    }

    /**
     * Polls and returns whether {@code arrived} became true within the time. In an interrupted thread the result is
     * false at once. After the result false, the caller must call {@link #arrived} when the wait has ended.
     */
    boolean sees(BooleanSupplier arrived) {
        start = clock.getAsLong();
        if (expected > MAX_POLLED_WAIT_NANOS || !spare.getAsBoolean()) {
            return false;
        }
        if (waitsToSkip > 0) {
            waitsToSkip--;
            return false;
        }
        boolean slept = expected > MAX_POLL_NANOS;
        if (slept) {
            sleep.accept(expected - WAKE_MARGIN_NANOS);
        }
        long polled = clock.getAsLong();
        boolean first = true;
        while (clock.getAsLong() - polled < MAX_POLL_NANOS) {
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            if (arrived.getAsBoolean()) {
                misses = 0;
                if (slept && first) { // the response may have arrived during the sleep
                    expected -= expected / 4;
                } else {
                    arrived();
                }
                return true;
            }
            first = false;
            Thread.onSpinWait();
        }
        misses = Math.min(misses + 1, MAX_MISSES);
        waitsToSkip = (1 << misses) - 2;
        return false;
    }

    /** Records that the wait has ended. */
    void arrived() {
        long took = clock.getAsLong() - start;
        // One wait that took long, on a busy machine, says little about the next.
        boolean first = expected == 0;
        expected = took < expected || first ? took : expected + Math.min(took - expected, expected) / 8;
    }
}
