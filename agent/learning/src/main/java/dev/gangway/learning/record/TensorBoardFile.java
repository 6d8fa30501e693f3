package dev.gangway.learning.record;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A TensorBoard event file: TFRecord frames (length, masked CRC-32C of it, data, masked CRC-32C of that; little-endian)
 * around {@code tensorflow.Event} messages. The few fields that scalars need are encoded by number, so that TensorFlow's
 * schema is not dragged in: Event {1 wall_time, 2 step, 3 file_version, 5 summary}, Summary {1 value}, Value {1 tag, 2
 * simple_value}.
 */
final class TensorBoardFile implements AutoCloseable {
    /** Of a frame without its data: the length and two checksums. */
    private static final int FRAME_BYTES = 8 + 4 + 4;

    private final FileOutputStream out;
    private final Path path;

    private TensorBoardFile(Path path, FileOutputStream out) {
        this.path = path;
        this.out = out;
    }

    /** Begins a file, in place of one that is there. */
    static TensorBoardFile create(Path path) {
        try {
            TensorBoardFile file = new TensorBoardFile(path, new FileOutputStream(path.toFile()));
            file.frame(message(event -> {
                event.writeDouble(1, now());
                event.writeString(3, "brain.Event:2");
            }));
            return file;
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    /**
     * Goes on with a file after its points of up to {@code lastStep}; what follows them, perhaps torn, is cut off.
     *
     * @param note hears from which step on points are missing
     */
    static TensorBoardFile resume(Path path, long lastStep, Consumer<String> note) {
        try {
            Kept kept = scan(path, lastStep);
            if (kept.step < lastStep) {
                note.accept("%s ends at environment step %,d: the points up to step %,d are missing"
                        .formatted(path, kept.step, lastStep));
            }
            if (kept.bytes == 0) {
                return create(path);
            }
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(kept.bytes);
            }
            return new TensorBoardFile(path, new FileOutputStream(path.toFile(), true));
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    /** Returns whether there is a point of this step, or of a later one. */
    static boolean reaches(Path path, long step) {
        try {
            return scan(path, step).step >= step;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * What is to stay of a file.
     *
     * @param bytes of its first frames; 0 when none is whole
     * @param step of the last frame
     */
    private record Kept(long bytes, long step) {}

    private static Kept scan(Path path, long lastStep) throws IOException {
        Kept kept = new Kept(0, 0);
        if (!Files.exists(path)) {
            return kept;
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path)))) {
            while (true) {
                byte[] data = data(in, Files.size(path) - kept.bytes - FRAME_BYTES);
                long step = data == null ? Long.MAX_VALUE : step(data);
                if (step > lastStep) {
                    return kept;
                }
                kept = new Kept(kept.bytes + FRAME_BYTES + data.length, step);
            }
        } catch (EOFException end) {
            return kept;
        }
    }

    /** Returns the next frame's data; null when the frame is torn. */
    private static byte[] data(DataInputStream in, long limit) throws IOException {
        byte[] length = in.readNBytes(Long.BYTES);
        int lengthCrc = Integer.reverseBytes(in.readInt());
        if (length.length < Long.BYTES || lengthCrc != maskedCrc(length, Long.BYTES)) {
            return null;
        }
        long size = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (size < 0 || size > limit) {
            return null;
        }
        byte[] data = in.readNBytes((int) size);
        return Integer.reverseBytes(in.readInt()) == maskedCrc(data, data.length) ? data : null;
    }

    /** Returns an event's step, 0 when it has none. */
    private static long step(byte[] event) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(event);
        long step = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 2) {
                step = in.readInt64();
            } else {
                in.skipField(tag);
            }
        }
        return step;
    }

    /** Writes one point per entry, at {@code step}; NaN is left out. */
    void scalars(long step, Map<String, ? extends Number> values) {
        try {
            byte[] summary = message(target -> {
                for (Map.Entry<String, ? extends Number> entry : values.entrySet()) {
                    if (!Double.isNaN(entry.getValue().doubleValue())) {
                        float number = entry.getValue().floatValue();
                        target.writeTag(1, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                        target.writeUInt32NoTag(CodedOutputStream.computeStringSize(1, entry.getKey())
                                + CodedOutputStream.computeFloatSize(2, number));
                        target.writeString(1, entry.getKey());
                        target.writeFloat(2, number);
                    }
                }
            });
            frame(message(event -> {
                event.writeDouble(1, now());
                event.writeInt64(2, step);
                event.writeByteArray(5, summary);
            }));
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    /** Lets what was written outlast a loss of power. */
    void sync() {
        try {
            out.getChannel().force(false);
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    private void frame(byte[] data) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(FRAME_BYTES + data.length).order(ByteOrder.LITTLE_ENDIAN);
        frame.putLong(data.length).putInt(maskedCrc(frame.array(), Long.BYTES));
        frame.put(data).putInt(maskedCrc(data, data.length));
        out.write(frame.array());
    }

    private static int maskedCrc(byte[] data, int length) {
        CRC32C crc = new CRC32C();
        crc.update(data, 0, length);
        int value = (int) crc.getValue();
        return ((value >>> 15) | (value << 17)) + 0xa282ead8;
    }

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
        fields.write(coded);
        coded.flush();
        return bytes.toByteArray();
    }

    private static double now() {
        return System.currentTimeMillis() / 1e3;
    }

    private static UncheckedIOException failed(Path path, IOException e) {
        return new UncheckedIOException("Cannot write " + path + ": " + e.getMessage(), e);
    }
}
