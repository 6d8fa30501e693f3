package dev.gangway.benchmark;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How fast something goes once it is warm, told in the way that {@code benchmarks/run} reads. */
final class Rate {
    private static final long WARM_UP = TimeUnit.SECONDS.toNanos(3);
    private static final long MEASUREMENT = TimeUnit.SECONDS.toNanos(3);

    private Rate() {}

    /**
     * Repeats work for 3 s, prints {@code measuring}, repeats it for 3 s and prints {@code rate} with what one second did.
     *
     * @param work does some and returns how much
     */
    static void print(LongSupplier work) {
        repeat(work, WARM_UP);
        System.out.println("measuring");
        System.out.println("rate " + repeat(work, MEASUREMENT));
    }

    private static double repeat(LongSupplier work, long nanoseconds) {
        long begun = System.nanoTime();
        long done = 0;
        long elapsed = 0;
        while (elapsed < nanoseconds) {
            done += work.getAsLong();
            elapsed = System.nanoTime() - begun;
        }
        return done * 1e9 / elapsed;
    }
}
