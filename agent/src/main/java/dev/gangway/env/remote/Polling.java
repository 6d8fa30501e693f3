package dev.gangway.env.remote;

import java.util.function.BooleanSupplier;

/**
 * Begins a wait with polling, as long as what is waited for keeps coming soon.
 *
 * <p>A processor that slept is woken late and has lost its caches: one CartPole over a direct stream makes 2 to 4 times as
 * many steps where both sides poll. Vain polling is left out of ever more of the next waits, at most 62, and nothing is
 * polled where there is but one processor, which the other side needs. Not thread-safe.
 */
final class Polling {
    /** About what it costs to be woken, so that at worst a wait costs twice as much. */
    private static final long NANOSECONDS = 300_000;

    private static final int MOST_MISSES = 6;

    private final boolean useful;
    private int misses; // in a row
    private int waitsToSkip;

    Polling(int processors) {
        useful = processors > 1;
    }

    /** Returns whether it {@code arrived} within the time; false at once in an interrupted thread. */
    boolean sees(BooleanSupplier arrived) {
        if (!useful) {
            return false;
        }
        if (waitsToSkip > 0) {
            waitsToSkip--;
            return false;
        }
        long start = System.nanoTime();
        while (System.nanoTime() - start < NANOSECONDS) {
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            if (arrived.getAsBoolean()) {
                misses = 0;
                return true;
            }
            Thread.onSpinWait();
        }
        misses = Math.min(misses + 1, MOST_MISSES);
        waitsToSkip = (1 << misses) - 2;
        return false;
    }
}
