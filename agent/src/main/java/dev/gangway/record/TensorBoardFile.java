package dev.gangway.record;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
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
    private final OutputStream out;
    private final Path path;

    TensorBoardFile(Path path) {
        this.path = path;
        try {
            out = Files.newOutputStream(path);
            frame(message(event -> {
                event.writeDouble(1, now());
                event.writeString(3, "brain.Event:2");
            }));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Writes one point per entry, at {@code step}; NaN is left out. */
    void scalars(long step, Map<String, ? extends Number> values) {
        try {
            byte[] summary = message(target -> {
                for (Map.Entry<String, ? extends Number> entry : values.entrySet()) {
                    if (!Double.isNaN(entry.getValue().doubleValue())) {
                        target.writeByteArray(1, message(value -> {
                            value.writeString(1, entry.getKey());
                            value.writeFloat(2, entry.getValue().floatValue());
                        }));
                    }
                }
            });
            frame(message(event -> {
                event.writeDouble(1, now());
                event.writeInt64(2, step);
                event.writeByteArray(5, summary);
            }));
            out.flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void frame(byte[] data) throws IOException {
        byte[] length = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        out.write(length);
        out.write(maskedCrc(length));
        out.write(data);
        out.write(maskedCrc(data));
    }

    private static byte[] maskedCrc(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        int value = (int) crc.getValue();
        int masked = ((value >>> 15) | (value << 17)) + 0xa282ead8;
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(masked)
                .array();
    }

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
        fields.write(coded);
        coded.flush();
        return bytes.toByteArray();
    }

    private static double now() {
        return System.currentTimeMillis() / 1e3;
    }

    private UncheckedIOException failed(IOException e) {
        return new UncheckedIOException("Cannot write " + path + ": " + e.getMessage(), e);
    }
}
