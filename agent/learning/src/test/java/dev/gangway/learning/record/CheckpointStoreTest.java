package dev.gangway.learning.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.gangway.inference.checkpoint.CheckpointStore;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Counters;
import dev.gangway.v1.NamedTensor;
import dev.gangway.v1.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("checkpoint.pb");
    }

    private static Checkpoint checkpoint(int version, long updates) {
        return Checkpoint.newBuilder()
                .setFormatVersion(version)
                .setGangwayVersion("9.9.9")
                .setCounters(Counters.newBuilder().setUpdates(updates))
                .addPolicy(NamedTensor.newBuilder()
                        .setName("layer0.weights")
                        .setTensor(Tensor.newBuilder().setData(ByteString.copyFrom(new byte[64]))))
                .build();
    }

    private String refusal() {
        String message = assertThrows(IllegalArgumentException.class, () -> CheckpointStore.read(file))
                .getMessage();
        assertTrue(message.contains(file.toString()), message);
        assertTrue(message.startsWith("Expected ") && message.contains("found "), message);
        return message;
    }

    @Test
    void whatIsWrittenIsRead() {
        CheckpointWriter.write(file, checkpoint(1, 3));
        assertEquals(checkpoint(1, 3), CheckpointStore.read(file));
    }

    @Test
    void aTornFileIsRefusedWhereverItWasTorn() throws IOException {
        CheckpointWriter.write(file, checkpoint(1, 3));
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            refusal();
        }
    }

    @Test
    void aFlippedBitIsNoticedInWhateverByteItIs() throws IOException {
        CheckpointWriter.write(file, checkpoint(1, 3));
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= (byte) (1 << i % 8);
            Files.write(file, flipped);
            refusal();
        }
    }

    @Test
    void aFlippedByteIsSaidToBreakTheChecksum() throws IOException {
        CheckpointWriter.write(file, checkpoint(1, 3));
        byte[] flipped = Files.readAllBytes(file);
        flipped[flipped.length - 10] ^= 0x55;
        Files.write(file, flipped);
        assertTrue(refusal().endsWith("found one that does not match its checksum"), refusal());
    }

    @Test
    void anotherKindOfFileIsSaidToBeOne() throws IOException {
        Files.writeString(file, "t,return\n0,1.5\n");
        assertTrue(refusal().contains("another kind of file"), refusal());
    }

    @Test
    void aCheckpointOfAnotherFormatIsRefusedWithBothVersions() {
        CheckpointWriter.write(file, checkpoint(2, 3));
        assertEquals("Expected checkpoint format 1 in " + file + ", found 2 written by Gangway 9.9.9", refusal());
    }

    @Test
    void aMissingCheckpointIsSaidToBeMissingAndWhatToName() {
        assertTrue(refusal().endsWith("found no " + file + "; name the --out of a training run"), refusal());
    }

    @Test
    void whoReadsTheOldCheckpointWhileItIsReplacedReadsItWhole() throws IOException {
        CheckpointWriter.write(file, checkpoint(1, 3));
        byte[] old = Files.readAllBytes(file);
        try (InputStream reader = Files.newInputStream(file)) {
            byte[] start = reader.readNBytes(10);
            CheckpointWriter.write(file, checkpoint(1, 4));
            byte[] rest = reader.readAllBytes();
            assertArrayEquals(Arrays.copyOf(old, 10), start);
            assertArrayEquals(Arrays.copyOfRange(old, 10, old.length), rest);
        }
        assertEquals(checkpoint(1, 4), CheckpointStore.read(file));
    }

    @Test
    void aTornCheckpointFallsBackToTheOneBeforeWithANote() throws IOException {
        CheckpointWriter.write(file, checkpoint(1, 3));
        CheckpointWriter.write(file, checkpoint(1, 4));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        List<String> notes = new ArrayList<>();
        assertEquals(checkpoint(1, 3), CheckpointStore.read(file, notes::add));
        assertEquals(1, notes.size());
        assertTrue(notes.get(0).endsWith("; using checkpoint-previous.pb, of update 3"), notes::toString);

        Files.write(CheckpointStore.previous(file), new byte[] {1, 2, 3});
        refusal();
        assertEquals(1, notes.size());
    }

    @Test
    void whatAKilledWriterLeftBehindIsWrittenOverAndGone() throws IOException {
        Path temporary = directory.resolve("checkpoint.pb.tmp");
        Files.write(temporary, new byte[100_000]);
        CheckpointWriter.write(file, checkpoint(1, 3));
        assertEquals(checkpoint(1, 3), CheckpointStore.read(file));
        assertFalse(Files.exists(temporary));
    }

    @Test
    void aCheckpointThatCannotBeWrittenNamesTheFile() {
        Path nowhere = directory.resolve("gone").resolve("checkpoint.pb");
        assertTrue(assertThrows(UncheckedIOException.class, () -> CheckpointWriter.write(nowhere, checkpoint(1, 3)))
                .getMessage()
                .startsWith("Cannot write the checkpoint " + nowhere));
    }
}
