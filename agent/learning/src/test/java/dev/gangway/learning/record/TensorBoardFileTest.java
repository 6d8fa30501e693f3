package dev.gangway.learning.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads event files with a reader of its own, checksums included. */
class TensorBoardFileTest {
    /** The Castagnoli polynomial, reflected. */
    private static final int POLYNOMIAL = 0x82f63b78;

    @TempDir
    private Path directory;

    private static int crc32c(byte[] bytes) {
        int crc = ~0;
        for (byte next : bytes) {
            crc ^= next & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 1 ? POLYNOMIAL : 0);
            }
        }
        return ~crc;
    }

    /** The mask of TFRecord: a rotation right by 15 bits, plus a constant. */
    private static int masked(byte[] bytes) {
        return Integer.rotateRight(crc32c(bytes), 15) + 0xa282ead8;
    }

    private static List<UnknownFieldSet> events(Path path) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        List<UnknownFieldSet> events = new ArrayList<>();
        while (file.hasRemaining()) {
            byte[] length = new byte[8];
            file.get(length);
            assertEquals(masked(length), file.getInt(), "checksum of the length of record " + events.size());
            byte[] data = new byte
                    [Math.toIntExact(ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong())];
            file.get(data);
            assertEquals(masked(data), file.getInt(), "checksum of record " + events.size());
            events.add(UnknownFieldSet.parseFrom(data));
        }
        return events;
    }

    private static Map<String, Float> scalars(UnknownFieldSet event) throws IOException {
        UnknownFieldSet summary = UnknownFieldSet.parseFrom(
                event.getField(5).getLengthDelimitedList().get(0));
        Map<String, Float> scalars = new LinkedHashMap<>();
        for (var bytes : summary.getField(1).getLengthDelimitedList()) {
            UnknownFieldSet value = UnknownFieldSet.parseFrom(bytes);
            scalars.put(
                    value.getField(1).getLengthDelimitedList().get(0).toStringUtf8(),
                    Float.intBitsToFloat(value.getField(2).getFixed32List().get(0)));
        }
        return scalars;
    }

    @Test
    void theReaderOfThisTestKnowsTheChecksumOfTheStandard() {
        assertEquals(0xe3069283, crc32c("123456789".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void anEventFileHoldsItsVersionAndThenOneEventPerStep() throws IOException {
        Path path = directory.resolve("events.out.tfevents.test");
        double before = System.currentTimeMillis() / 1e3;
        try (TensorBoardFile file = TensorBoardFile.create(path)) {
            Map<String, Number> first = new LinkedHashMap<>();
            first.put("mean_return", 21.5);
            first.put("episodes", 7L);
            first.put("not_yet", Double.NaN);
            file.scalars(512, first);
            file.scalars(5_000_000_000L, Map.of("größe", -1e-3));
        }
        List<UnknownFieldSet> events = events(path);
        assertEquals(3, events.size());
        assertEquals(
                "brain.Event:2",
                events.get(0).getField(3).getLengthDelimitedList().get(0).toStringUtf8());
        assertEquals(Map.of("mean_return", 21.5f, "episodes", 7f), scalars(events.get(1)));
        assertEquals(List.of(512L), events.get(1).getField(2).getVarintList());
        assertEquals(Map.of("größe", -1e-3f), scalars(events.get(2)));
        assertEquals(List.of(5_000_000_000L), events.get(2).getField(2).getVarintList());
        for (UnknownFieldSet event : events) {
            double time =
                    Double.longBitsToDouble(event.getField(1).getFixed64List().get(0));
            assertTrue(time >= before && time <= System.currentTimeMillis() / 1e3, "wall time " + time);
            assertTrue(Set.of(1, 2, 3, 5).containsAll(event.asMap().keySet()), "fields " + event);
        }
    }

    @Test
    void anEventIsOnDiskBeforeTheFileIsClosed() throws IOException {
        Path path = directory.resolve("events.out.tfevents.open");
        try (TensorBoardFile file = TensorBoardFile.create(path)) {
            file.scalars(1, Map.of("a", 1));
            assertEquals(2, events(path).size());
        }
    }
}
