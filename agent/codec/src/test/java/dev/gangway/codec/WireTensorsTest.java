package dev.gangway.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.gangway.environment.DType;
import dev.gangway.environment.Tensor;
import dev.gangway.v1.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireTensorsTest {
    private static final String PLACE = "StepResult.observations";

    @ParameterizedTest
    @EnumSource
    void everyTypeSurvivesTheWireBitForBit(DType dtype) throws InvalidProtocolBufferException {
        for (int[] shape : List.of(new int[] {3, 5}, new int[0], new int[] {0}, new int[] {4, 0, 2})) {
            byte[] bytes = new byte[Tensor.elementCount(shape) * dtype.itemSize()];
            new Random(7).nextBytes(bytes);
            if (dtype == DType.BOOL) {
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] &= 1;
                }
            }
            Tensor tensor = Tensor.wrap(dtype, shape, ByteBuffer.wrap(bytes));

            assertEquals(tensor, overTheWire(tensor));
        }
    }

    @Test
    void floatingSpecialsKeepTheirBits() throws InvalidProtocolBufferException {
        long[] bits = {
            0x7ff8_0000_dead_beefL, 0xfff0_0000_0000_0001L, Double.doubleToRawLongBits(-0.0), 1L, 0x7ff0_0000_0000_0000L
        };
        ByteBuffer bytes = ByteBuffer.allocate(bits.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(bits);

        ByteBuffer found = overTheWire(Tensor.wrap(DType.FLOAT64, new int[] {bits.length}, bytes))
                .bytes();

        for (int i = 0; i < bits.length; i++) {
            assertEquals(bits[i], found.getLong(i * 8));
        }
    }

    @Test
    void aScalarHasOneElementAndNoShape() {
        Tensor scalar = Tensor.ofDoubles(new int[0], 2.5);

        assertEquals(0, WireTensors.encode(scalar).getShapeCount());
        assertEquals(8, WireTensors.encode(scalar).getData().size());
        assertArrayEquals(
                new int[0],
                WireTensors.decode(WireTensors.encode(scalar), PLACE).shape());
    }

    @ParameterizedTest
    @CsvSource({
        "DATA_TYPE_FLOAT32, '8,4', 127, 'expected 128 bytes for float32[8, 4], found 127 bytes'",
        "DATA_TYPE_FLOAT32, '8,4', 129, 'expected 128 bytes for float32[8, 4], found 129 bytes'",
        "DATA_TYPE_INT64, '', 0, 'expected 8 bytes for int64[], found 0 bytes'",
        "DATA_TYPE_UNSPECIFIED, '1', 4, 'expected a data type, found none'",
        "DATA_TYPE_UINT8, '-1', 0, 'expected extents ≥ 0, found shape [-1]'",
        "DATA_TYPE_UINT8, '2147483648', 0, 'expected fewer than 2^31 elements, found shape [2147483648]'",
        "DATA_TYPE_UINT8, '4294967296,4294967296', 0, 'expected fewer than 2^31 elements'",
        "DATA_TYPE_UINT8, '9223372036854775807,3', 0, 'expected fewer than 2^31 elements'",
        "DATA_TYPE_FLOAT64, '65536,65535', 0, 'expected fewer than 2^31 elements'",
        "DATA_TYPE_FLOAT64, '65536,65536', 0, 'expected fewer than 2^31 elements'",
        "DATA_TYPE_FLOAT64, '1073741824', 0, 'expected 8589934592 bytes'",
    })
    void whatDoesNotFitIsRefusedBeforeAnElementIsRead(DataType type, String shape, int bytes, String expected) {
        var wire = dev.gangway.v1.Tensor.newBuilder().setDataType(type).setData(ByteString.copyFrom(new byte[bytes]));
        if (!shape.isEmpty()) {
            for (String extent : List.of(shape.split(",", -1))) {
                wire.addShape(Long.parseLong(extent));
            }
        }

        var error = assertThrows(ProtocolException.class, () -> WireTensors.decode(wire.build(), PLACE));

        assertTrue(error.getMessage().contains(PLACE + ": " + expected), error::getMessage);
    }

    @Test
    void aTypeOfALaterVersionIsRefusedByNumber() {
        var wire = dev.gangway.v1.Tensor.newBuilder().setDataTypeValue(99).build();

        var error = assertThrows(ProtocolException.class, () -> WireTensors.decode(wire, PLACE));

        assertTrue(error.getMessage().endsWith("expected a data type of protocol version 1, found 99"));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 200})
    void aBooleanIsZeroOrOne(int other) {
        var wire = dev.gangway.v1.Tensor.newBuilder()
                .setDataType(DataType.DATA_TYPE_BOOL)
                .addShape(3)
                .setData(ByteString.copyFrom(new byte[] {0, 1, (byte) other}))
                .build();

        var error = assertThrows(ProtocolException.class, () -> WireTensors.decode(wire, PLACE));

        assertTrue(error.getMessage().endsWith("expected bytes 0 or 1, found " + other + " at index 2"));
    }

    private static Tensor overTheWire(Tensor tensor) throws InvalidProtocolBufferException {
        byte[] message = WireTensors.encode(tensor).toByteArray();
        return WireTensors.decode(dev.gangway.v1.Tensor.parseFrom(message), PLACE);
    }
}
