package dev.gangway.learning.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes files whole or not at all: beside their place, synced, then renamed; and that, too, is synced. */
final class WholeFile {
    private WholeFile() {}

    /** Writes beside {@code file}, from where {@link #publish} renames it. */
    static Path prepare(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        return temporary;
    }

    /** Renames {@code from} to {@code to} in the same directory, in place of what is there. */
    static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Renames, and syncs this and earlier renames in the directory. */
    static void publish(Path from, Path to) throws IOException {
        rename(from, to);
        syncDirectory(to.toAbsolutePath().getParent());
    }

    /**
     * Lets the names in a directory outlast a loss of power, where the file system has a way: Windows and some network
     * file systems have none, which is no reason to stop.
     */
    static void syncDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException unsupported) {
            // The names are as safe as they can be there.
        }
    }

    static void write(Path file, byte[] content) throws IOException {
        publish(prepare(file, content), file);
    }
}
