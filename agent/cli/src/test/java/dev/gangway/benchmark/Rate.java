package dev.gangway.benchmark;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

/** How fast something goes once it is warm, told in the way that {@code benchmarks/run} reads. */
final class Rate {
    private static final long WARM_UP = TimeUnit.SECONDS.toNanos(3);

    /** Of this process: on a busy machine, time passes without the JVM compiling anything. */
    private static final long WARM_UP_CPU = TimeUnit.SECONDS.toNanos(2);

    private static final long WARM_UP_LIMIT = TimeUnit.SECONDS.toNanos(20);
    private static final long MEASUREMENT = TimeUnit.SECONDS.toNanos(3);

    private Rate() {}

    /**
     * Repeats work for 3 s or more, until this process has had 2 s of CPU time or 20 s have passed, prints
     * {@code measuring}, repeats it for 3 s and prints {@code rate} with what one second did.
     *
     * @param work does some and returns how much
     */
    static void print(LongSupplier work) {
        repeat(work, elapsed -> elapsed < WARM_UP || (elapsed < WARM_UP_LIMIT && cpu() < WARM_UP_CPU));
        System.out.println("measuring");
        System.out.println("rate " + repeat(work, elapsed -> elapsed < MEASUREMENT));
    }

    private static long cpu() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(Duration::toNanos)
                .orElse(WARM_UP_CPU);
    }

    private static double repeat(LongSupplier work, LongPredicate goesOn) {
        long begun = System.nanoTime();
        long done = 0;
        long elapsed = 0;
        while (goesOn.test(elapsed)) {
            done += work.getAsLong();
            elapsed = System.nanoTime() - begun;
        }
        return done * 1e9 / elapsed;
    }
}
