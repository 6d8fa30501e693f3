package dev.gangway.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C (SIGINT) or SIGTERM end a command between two updates instead of in the midst of one. The JVM answers such
 * a signal by running its shutdown hooks; the one made here asks the command to stop and holds the JVM until the command
 * has closed this object, ten seconds at most.
 */
final class Interrupt implements AutoCloseable {
    /** What a shell reports for a program ended by SIGINT. */
    static final int EXIT_CODE = 130;

    private static final long GRACE_SECONDS = 10;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::ask, "gangway-interrupt");
    private volatile boolean requested;

    Interrupt() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Returns whether the program has been asked to end. */
    boolean requested() {
        return requested;
    }

    /** Returns whether this program is ending, by a signal or otherwise. */
    static boolean isShuttingDown() {
        Thread probe = new Thread();
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            return !Runtime.getRuntime().removeShutdownHook(probe);
        } catch (IllegalStateException shuttingDown) {
            return true;
        }
    }

    private void ask() {
        requested = true;
        try {
            boolean unused = done.await(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done.countDown();
        try {
            boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook is running and ends now.
        }
    }
}
