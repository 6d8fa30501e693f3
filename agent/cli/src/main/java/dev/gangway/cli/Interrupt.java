package dev.gangway.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C (SIGINT) or SIGTERM end a command in order. The JVM answers such a signal by running its shutdown hooks; the
 * one made here asks the command to stop and holds the JVM until the command has closed this object. A command that has
 * not done so after six seconds, because its environment does not answer or an update takes long, is cut off, with time
 * for its servers to end: container engines send SIGKILL ten seconds after SIGTERM.
 */
final class Interrupt implements AutoCloseable {
    /** What a shell reports for a program ended by SIGINT. */
    static final int EXIT_CODE = 130;

    private static final long GRACE_SECONDS = 6;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::ask, "gangway-interrupt");
    private final Runnable cutOff;
    private volatile boolean requested;

    /** Waits for a signal; {@code cutOff} is called on another thread when the command does not stop in time. */
    Interrupt(Runnable cutOff) {
        this.cutOff = cutOff;
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
            if (!done.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
                cutOff.run();
            }
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
