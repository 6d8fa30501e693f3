package dev.gangway.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C (SIGINT) or SIGTERM end a command in an orderly way.
 *
 * <p>The JVM answers such a signal by running its shutdown hooks. The hook of this class asks the command to stop and
 * keeps the JVM alive until the command has closed this object. A command that has not done this after six seconds,
 * because its environment does not answer or an update takes long, is cut off. Its servers then still have time to end:
 * container engines send SIGKILL ten seconds after SIGTERM.
 */
final class Interrupt implements AutoCloseable {
    /** The exit code that shells report for a program ended by SIGINT. */
    static final int EXIT_CODE = 130;

    private static final long GRACE_SECONDS = 6;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::ask, "gangway-interrupt");
    private final Runnable cutOff;
    private volatile boolean requested;

    /**
     * Begins to watch for signals.
     *
     * @param cutOff called on another thread when the command does not stop in time
     */
    Interrupt(Runnable cutOff) {
        this.cutOff = cutOff;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Returns whether a signal has asked the program to end. */
    boolean requested() {
        return requested;
    }

    /** Returns whether this program is ending, because of a signal or for another reason. */
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
            // The hook is already running, and ends now that this object is closed.
        }
    }
}
