package dev.gangway.bridge.server;

import dev.gangway.environment.EnvironmentException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The right to a Unix socket's path: a directory that only its owner can enter, and a lock beside the socket. Binding
 * removes whatever socket is at the path, so a second server would steal the first one's; the lock goes with its
 * holder, however that dies, and tells a live server's socket from a dead one's.
 */
final class SocketClaim implements AutoCloseable {
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    /** The least size of sockaddr_un.sun_path on the systems that matter, less the final NUL. */
    private static final int MAX_BYTES = 103;

    private final Path path;
    private final Path lockPath;
    private final boolean temporary;
    private final FileChannel lock;

    private SocketClaim(Path path, Path lockPath, boolean temporary, FileChannel lock) {
        this.path = path;
        this.lockPath = lockPath;
        this.temporary = temporary;
        this.lock = lock;
    }

    /**
     * Makes the directory, takes the lock, and removes the socket of a dead server.
     *
     * @param temporary whether the directory was made for this socket and goes with it
     * @throws EnvironmentException when the path is someone else's
     */
    static SocketClaim take(Path path, boolean temporary) {
        int size = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (size > MAX_BYTES) {
            throw new EnvironmentException("The socket path " + path + " has " + size + " bytes: expected at most "
                    + MAX_BYTES + ", the systems' limit. Use a shorter one.");
        }
        Path directory = path.getParent();
        Path lockPath = path.resolveSibling(path.getFileName() + ".lock");
        FileChannel lock = null;
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
            }
            checkPrivate(directory);
            lock = takeLock(lockPath, path);
            removeStaleSocket(path);
            return new SocketClaim(path, lockPath, temporary, lock);
        } catch (IOException failed) {
            closeQuietly(lock);
            throw new EnvironmentException("The socket " + path + " cannot be made: " + failed.getMessage(), failed);
        } catch (EnvironmentException refused) {
            closeQuietly(lock);
            throw refused;
        }
    }

    /** Removes the socket, the lock and a temporary directory; closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (lock.isOpen()) {
            try {
                Files.deleteIfExists(path);
                Files.deleteIfExists(lockPath);
                if (temporary) {
                    Files.deleteIfExists(path.getParent());
                }
            } catch (IOException inUse) {
                // Someone else's files are there: theirs to remove.
            }
            closeQuietly(lock);
        }
    }

    private static void checkPrivate(Path directory) throws IOException {
        String owner = Files.getOwner(directory).getName();
        String user = ProcessHandle.current().info().user().orElse(owner);
        if (!owner.equals(user)) {
            throw new EnvironmentException("The directory " + directory + " belongs to another user (" + owner
                    + "): expected one of yours. Use a path in a new directory, which is then made private.");
        }
        Set<PosixFilePermission> found = Files.getPosixFilePermissions(directory);
        if (!PRIVATE.containsAll(found)) {
            throw new EnvironmentException("The directory " + directory + " has permissions "
                    + PosixFilePermissions.toString(found) + ": expected no access for group and others. Use a path in"
                    + " a new directory, which is then made private, such as " + directory + "/gangway/socket.");
        }
    }

    private static FileChannel takeLock(Path lockPath, Path path) throws IOException {
        FileChannel lock = FileChannel.open(
                lockPath,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            if (lock.tryLock() != null) {
                lock.truncate(0);
                lock.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
                return lock;
            }
        } catch (OverlappingFileLockException own) {
            // Another server of this process holds it.
        }
        ByteBuffer holder = ByteBuffer.allocate(32);
        lock.read(holder, 0);
        lock.close();
        String pid = new String(holder.array(), 0, holder.position(), StandardCharsets.US_ASCII).strip();
        throw new EnvironmentException("A live server (process " + (pid.isEmpty() ? "unknown" : pid) + ") listens on "
                + path + ": stop it or use another path.");
    }

    private static void removeStaleSocket(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, "isOther", LinkOption.NOFOLLOW_LINKS)
                .get("isOther")
                .equals(true)) {
            throw new EnvironmentException(
                    path + " exists and is no socket: expected a free path. Remove it or use another path.");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException dead) {
            Files.delete(path);
            return;
        }
        throw new EnvironmentException("Another program listens on " + path + ": stop it or use another path.");
    }

    private static void closeQuietly(FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException ignored) {
                // The kernel lock ends with the process at the latest.
            }
        }
    }
}
