package dev.gangway.record;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
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

    private final OutputStream out;
    private final Path path;

    private TensorBoardFile(Path path, OutputStream out) {
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
     * Goes on with a file after its first {@code points} calls of {@link #scalars}; what follows them is cut off.
     *
     * @throws IllegalArgumentException when it holds fewer
     */
    static TensorBoardFile resume(Path path, long points) {
        try {
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                for (long frame = 0; frame <= points; frame++) {
                    long end = file.getFilePointer() + Long.reverseBytes(file.readLong()) + FRAME_BYTES;
                    if (end > file.length()) {
                        throw new EOFException();
                    }
                    file.seek(end);
                }
                file.setLength(file.getFilePointer());
            }
            return new TensorBoardFile(path, new FileOutputStream(path.toFile(), true));
        } catch (EOFException torn) {
            throw new IllegalArgumentException(
                    "Expected " + points + " points in " + path + ", as many as at the checkpoint, found fewer", torn);
        } catch (IOException e) {
            throw failed(path, e);
        }
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
