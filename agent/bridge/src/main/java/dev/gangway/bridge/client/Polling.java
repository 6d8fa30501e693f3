package dev.gangway.bridge.client;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Begins a wait with polling, as long as what is waited for keeps coming about when it is expected.
 *
 * <p>A processor that slept is woken late and has lost its caches, and waking it takes the other side's time: one CartPole
 * over a direct stream makes 2 to 4 times as many steps where both sides poll. What takes longer, such as a step of many
 * copies, is slept for until shortly before it is expected: 64 CartPoles make 1.05 to 1.12 times as many steps so.
 * Vain polling is left out of ever more of the next waits, at most 62. Nothing is polled where it would take the
 * processor that the other side needs: two lanes of 4 copies, each with a server process, make 2.5 times as many steps on
 * two processors without. Not thread-safe.
 */
final class Polling {
    /** About what it costs to be woken, so that at worst a wait costs twice as much. */
    private static final long POLL = 300_000;

    /** So much earlier than what is expected ends the sleep: a thread is woken late, and steps vary. */
    private static final long MARGIN = 150_000;

    /** Of longer waits, being woken is next to nothing. */
    private static final long LONGEST = 5_000_000;

    private static final int MOST_MISSES = 6;

    private final BooleanSupplier spare;
    private final LongSupplier clock;
    private final LongConsumer sleep;
    private long start;
    private long expected; // how long a wait takes, rather too short than too long
    private int misses; // in a row
    private int waitsToSkip;

    /** {@code spare} says whether there is a processor to spare. */
    Polling(BooleanSupplier spare) {
        this(spare, System::nanoTime, LockSupport::parkNanos);
    }

    /** As above, by another clock and sleep, both in nanoseconds. */
    Polling(BooleanSupplier spare, LongSupplier clock, LongConsumer sleep) {
        this.spare = spare;
        this.clock = clock;
        this.sleep = sleep;
    }

    /**
     * Returns whether it {@code arrived} within the time; false at once in an interrupted thread. After false, {@link
     * #arrived} is to be told the end of the wait.
     */
    boolean sees(BooleanSupplier arrived) {
        start = clock.getAsLong();
        if (expected > LONGEST || !spare.getAsBoolean()) {
            return false;
        }
        if (waitsToSkip > 0) {
            waitsToSkip--;
            return false;
        }
        boolean slept = expected > POLL;
        if (slept) {
            sleep.accept(expected - MARGIN);
        }
        long polled = clock.getAsLong();
        boolean first = true;
        while (clock.getAsLong() - polled < POLL) {
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            if (arrived.getAsBoolean()) {
                misses = 0;
                if (slept && first) { // perhaps long ago
                    expected -= expected / 4;
                } else {
                    arrived();
                }
                return true;
            }
            first = false;
            Thread.onSpinWait();
        }
        misses = Math.min(misses + 1, MOST_MISSES);
        waitsToSkip = (1 << misses) - 2;
        return false;
    }

    /** The wait has ended. */
    void arrived() {
        long took = clock.getAsLong() - start;
        // One wait that took long, on a busy machine, says little about the next.
        boolean first = expected == 0;
        expected = took < expected || first ? took : expected + Math.min(took - expected, expected) / 8;
    }
}
