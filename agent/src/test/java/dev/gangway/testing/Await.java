package dev.gangway.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other processes do, which can only be looked at again and again. */
public final class Await {
    private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();

    private Await() {}

    /**
     * Waits until a condition holds.
     *
     * @param what names it in the error
     * @throws AssertionError when it does not hold within the time
     */
    public static void until(String what, Duration time, BooleanSupplier condition) {
        long deadline = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Waited " + time.toMillis() + " ms for " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
