package dev.gangway.inference.checkpoint;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.CheckpointFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Consumer;

/** Checkpoints on disk, which are known to be whole when read. */
public final class CheckpointStore {
    /** The layout that this version writes and reads. */
    public static final int FORMAT_VERSION = 1;

    /** The JDK's own, because whoever acts with a trained policy need not have another logger on the class path. */
    private static final System.Logger LOG = System.getLogger(CheckpointStore.class.getName());

    private CheckpointStore() {}

    /** Returns where the checkpoint before that of {@code file} is. */
    public static Path previous(Path file) {
        return file.resolveSibling("checkpoint-previous.pb");
    }

    /** Returns where the newest checkpoint of a run directory is. */
    public static Path newestOf(Path run) {
        return run.resolve("checkpoint.pb");
    }

    /** Returns where the best policy of a run directory is, if its experiment asks for evaluations. */
    public static Path bestOf(Path run) {
        return run.resolve("best.pb");
    }

    /** Returns the content of a checkpoint's file. */
    public static byte[] content(Checkpoint checkpoint) {
        ByteString bytes = checkpoint.toByteString();
        return CheckpointFile.newBuilder()
                .setSha256(ByteString.copyFrom(sha256(bytes)))
                .setCheckpoint(bytes)
                .build()
                .toByteArray();
    }

    /**
     * Reads the best policy of a run.
     *
     * @param file the run's {@code best.pb}
     * @throws IllegalArgumentException when there is none, or it is torn, foreign or of another format version
     */
    public static Checkpoint readBest(Path file) {
        if (!Files.exists(file)) {
            throw new IllegalArgumentException("Expected a best policy in " + file
                    + ", found no such file; a run has one if its experiment says evaluation { every_env_steps: … }");
        }
        return readExactly(file);
    }

    /** As {@link #read(Path, Consumer)}, with the note in the log. */
    public static Checkpoint read(Path file) {
        return read(file, note -> LOG.log(System.Logger.Level.WARNING, note));
    }

    /**
     * Reads a checkpoint, or the previous one where that is all there is: a writer is, or was killed, between renaming
     * the two, or the newer one cannot be read.
     *
     * @param note hears why the newer one cannot be read
     * @throws IllegalArgumentException when there is none, or none that is not torn, foreign or of another format version
     */
    public static Checkpoint read(Path file, Consumer<String> note) {
        if (!Files.exists(previous(file))) {
            return readExactly(file);
        }
        if (!Files.exists(file)) {
            return readExactly(previous(file));
        }
        try {
            return readExactly(file);
        } catch (IllegalArgumentException | UncheckedIOException unreadable) {
            Checkpoint before;
            try {
                before = readExactly(previous(file));
            } catch (IllegalArgumentException | UncheckedIOException neither) {
                unreadable.addSuppressed(neither);
                throw unreadable;
            }
            note.accept(unreadable.getMessage() + "; using " + previous(file).getFileName() + ", of update "
                    + before.getCounters().getUpdates());
            return before;
        }
    }

    /** Reads the checkpoint in this file; errors as in {@link #read}. */
    public static Checkpoint readExactly(Path file) {
        try {
            CheckpointFile content = CheckpointFile.parseFrom(Files.readAllBytes(file));
            if (!MessageDigest.isEqual(content.getSha256().toByteArray(), sha256(content.getCheckpoint()))) {
                throw new IllegalArgumentException(
                        "Expected a whole checkpoint in " + file + ", found one that does not match its checksum");
            }
            Checkpoint checkpoint = Checkpoint.parseFrom(content.getCheckpoint());
            if (checkpoint.getFormatVersion() != FORMAT_VERSION) {
                throw new IllegalArgumentException("Expected checkpoint format " + FORMAT_VERSION + " in " + file
                        + ", found " + checkpoint.getFormatVersion() + " written by Gangway "
                        + checkpoint.getGangwayVersion());
            }
            return checkpoint;
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "Expected a run directory with a checkpoint, found no " + file
                            + "; name the --out of a training run",
                    e);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("Expected a checkpoint in " + file + ", found another kind of file", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the checkpoint " + file + ": " + e.getMessage(), e);
        }
    }

    private static byte[] sha256(ByteString bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes.asReadOnlyByteBuffer());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
