package dev.gangway.learning.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps two programs from writing one run directory: a lock on a file that every run has, beyond its last byte so that
 * readers see nothing of it. The operating system frees it however the program ends.
 *
 * <p>POSIX frees it also when this program closes the file after opening it anew: nothing else here may open it
 * meanwhile.
 */
final class RunLock implements AutoCloseable {
    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Locks.
     *
     * @throws IllegalArgumentException when a program holds the lock
     */
    static RunLock of(Path file) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
            if (!tryLock(channel)) {
                channel.close();
                throw new IllegalArgumentException("Expected a run that has ended in " + file.getParent()
                        + ", found one that another program is still writing");
            }
            return new RunLock(channel);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot lock " + file + ": " + e.getMessage(), e);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock(Long.MAX_VALUE - 1, 1, false);
            return lock != null;
        } catch (OverlappingFileLockException inThisProgram) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
