package dev.gangway.learning.record;

import dev.gangway.inference.checkpoint.CheckpointStore;
import dev.gangway.v1.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes checkpoints whole or not at all. */
final class CheckpointWriter {
    private CheckpointWriter() {}

    /** Writes beside {@code file}, syncs, keeps the one that is there as the previous one, and renames onto it. */
    static void write(Path file, Checkpoint checkpoint) {
        try {
            Path temporary = WholeFile.prepare(file, CheckpointStore.content(checkpoint));
            if (Files.exists(file)) {
                WholeFile.rename(file, CheckpointStore.previous(file));
            }
            WholeFile.publish(temporary, file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the checkpoint " + file + ": " + e.getMessage(), e);
        }
    }

    /** Writes a policy alone, whole or not at all, in place of the one that is there. */
    static void writePolicy(Path file, Checkpoint checkpoint) {
        try {
            WholeFile.write(file, CheckpointStore.content(checkpoint));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the policy " + file + ": " + e.getMessage(), e);
        }
    }
}
