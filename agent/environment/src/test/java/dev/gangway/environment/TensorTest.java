package dev.gangway.environment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
    private static Tensor tensor(DType dtype, String hex, int... shape) {
        return Tensor.wrap(dtype, shape, ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }

    /** Bytes as NumPy's {@code tobytes().hex()} prints them on a little-endian machine. */
    @ParameterizedTest
    @CsvSource({
        "BOOL, 0001, 0, 1",
        "INT8, 7f80, 127, -128",
        "UINT8, 7f80, 127, 128",
        "INT16, ff7f0080, 32767, -32768",
        "UINT16, ff7f0080, 32767, 32768",
        "INT32, ffffff7f00000080, 2147483647, -2147483648",
        "UINT32, ffffff7f00000080, 2147483647, 2147483648",
        "INT64, ffffffffffffff7f0000000000000080, 9223372036854775807, -9223372036854775808",
        "UINT64, ffffffffffffff7f0000000000000080, 9223372036854775807, -9223372036854775808",
    })
    void everyIntegerTypeReadsItsBytes(DType dtype, String hex, long first, long second) {
        Tensor tensor = tensor(dtype, hex, 2);
        assertEquals(first, tensor.getLong(0));
        assertEquals(second, tensor.getLong(1));
        double[] doubles = {(double) first, dtype == DType.UINT64 ? 0x1p63 : (double) second};
        assertEquals(doubles[0], tensor.getDouble(0));
        assertEquals(doubles[1], tensor.getDouble(1));
        assertArrayEquals(doubles, tensor.toDoubles());
        float[] floats = new float[4];
        tensor.copyTo(floats, 1);
        assertArrayEquals(new float[] {0, (float) doubles[0], (float) doubles[1], 0}, floats);
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT16, 003e00fc, 1.5, -Infinity",
        "FLOAT32, 0000c03f000080ff, 1.5, -Infinity",
        "FLOAT64, 000000000000f83f000000000000f0ff, 1.5, -Infinity",
        "FLOAT16, 0080007e, -0.0, NaN",
        "FLOAT32, 000000800000c07f, -0.0, NaN",
        "FLOAT64, 0000000000000080000000000000f87f, -0.0, NaN",
    })
    void everyFloatingTypeReadsItsBytes(DType dtype, String hex, double first, double second) {
        Tensor tensor = tensor(dtype, hex, 2);
        assertEquals(first, tensor.getDouble(0)); // compares bits: the sign of zero too
        assertEquals(second, tensor.getDouble(1));
        assertArrayEquals(new double[] {first, second}, tensor.toDoubles());
        float[] floats = {9, 9, 9, 9};
        tensor.copyTo(floats, 1);
        assertArrayEquals(new float[] {9, (float) first, (float) second, 9}, floats);
        assertThrows(IllegalStateException.class, () -> tensor.getLong(0));
    }

    @Test
    void factoriesWriteLittleEndianBytes() {
        assertEquals(tensor(DType.FLOAT32, "0000803f00000040", 2), Tensor.ofFloats(new int[] {2}, 1, 2));
        assertEquals(tensor(DType.FLOAT64, "000000000000f0bf", 1, 1), Tensor.ofDoubles(new int[] {1, 1}, -1));
        assertEquals(tensor(DType.INT64, "feffffffffffffff"), Tensor.ofLongs(new int[0], -2));
        assertEquals(tensor(DType.INT8, "01ff", 2), Tensor.ofBytes(new int[] {2}, (byte) 1, (byte) -1));
    }

    @Test
    void factoriesCopyTheirArguments() {
        float[] values = {1, 2};
        int[] shape = {2};
        Tensor tensor = Tensor.ofFloats(shape, values);
        values[0] = 7;
        shape[0] = 7;
        tensor.shape()[0] = 7;
        assertEquals(Tensor.ofFloats(new int[] {2}, 1, 2), tensor);
        byte[] bytes = {1};
        Tensor ofBytes = Tensor.ofBytes(new int[] {1}, bytes);
        bytes[0] = 7;
        assertEquals(1, ofBytes.getLong(0));
    }

    @ParameterizedTest
    @EnumSource
    void aScalarHasOneElementAndAnEmptyTensorNone(DType dtype) {
        Tensor scalar = Tensor.wrap(dtype, new int[0], Tensor.allocate(dtype));
        assertEquals(1, scalar.size());
        assertEquals(0, scalar.rank());
        assertEquals(0, scalar.getDouble(0));
        Tensor empty = Tensor.wrap(dtype, new int[] {2, 0}, Tensor.allocate(dtype, 2, 0));
        assertEquals(0, empty.size());
        assertArrayEquals(new double[0], empty.toDoubles());
        empty.copyTo(new float[0], 0);
        assertArrayEquals(new int[] {0}, empty.row(1).shape());
        assertEquals(dtype.itemSize(), scalar.bytes().remaining());
    }

    @Test
    void bytesThatDoNotFillTheShapeAreRefused() {
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> tensor(DType.INT16, "0001", 2));
        assertEquals("Expected 4 bytes for int16[2], found 2", error.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Tensor.ofFloats(new int[] {3}, 1, 2));
        assertThrows(IllegalArgumentException.class, () -> Tensor.ofLongs(new int[] {0}, 1));
    }

    @Test
    void negativeAndOverflowingShapesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> tensor(DType.INT8, "", -1, 0));
        assertThrows(ArithmeticException.class, () -> Tensor.elementCount(1 << 16, 1 << 16));
        assertThrows(ArithmeticException.class, () -> Tensor.allocate(DType.FLOAT64, 1 << 29));
        assertEquals(1, Tensor.elementCount());
        assertEquals(0, Tensor.elementCount(3, 0));
    }

    @Test
    void wrapTakesTheBytesBetweenPositionAndLimitInAnyByteOrder() {
        ByteBuffer bytes =
                ByteBuffer.wrap(HexFormat.of().parseHex("ffff0100020099")).order(ByteOrder.BIG_ENDIAN);
        bytes.position(2).limit(6);
        Tensor tensor = Tensor.wrap(DType.INT16, new int[] {2}, bytes);
        assertArrayEquals(new double[] {1, 2}, tensor.toDoubles());
        assertEquals(ByteOrder.LITTLE_ENDIAN, tensor.bytes().order());
        assertEquals(2, bytes.position(), "the caller's buffer is left as it was");
        assertThrows(ReadOnlyBufferException.class, () -> tensor.bytes().put((byte) 1));
    }

    @Test
    void aDirectBufferReadsLikeAnArray() {
        ByteBuffer direct = ByteBuffer.allocateDirect(8).order(ByteOrder.LITTLE_ENDIAN);
        direct.putFloat(0, 1.5f).putFloat(4, -2);
        float[] floats = new float[2];
        Tensor.wrap(DType.FLOAT32, new int[] {2}, direct).copyTo(floats, 0);
        assertArrayEquals(new float[] {1.5f, -2}, floats);
    }

    @Test
    void aRowIsTheElementsUnderOneIndexOfTheFirstAxis() {
        Tensor tensor = Tensor.ofLongs(new int[] {2, 3}, 1, 2, 3, 4, 5, 6);
        assertEquals(Tensor.ofLongs(new int[] {3}, 4, 5, 6), tensor.row(1));
        assertEquals(Tensor.ofLongs(new int[0], 6), tensor.row(1).row(2));
        assertThrows(IndexOutOfBoundsException.class, () -> tensor.row(2));
        assertThrows(IndexOutOfBoundsException.class, () -> tensor.row(-1));
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> Tensor.ofLongs(new int[0], 6).row(0));
    }

    @Test
    void reshapeKeepsTheElementsInOrder() {
        Tensor tensor = Tensor.ofLongs(new int[] {2, 3}, 1, 2, 3, 4, 5, 6);
        assertEquals(Tensor.ofLongs(new int[] {3, 2}, 1, 2, 3, 4, 5, 6), tensor.reshape(3, 2));
        assertThrows(IllegalArgumentException.class, () -> tensor.reshape(4));
    }

    @Test
    void equalityIsThatOfTypeShapeAndBits() {
        Tensor nan = Tensor.ofDoubles(new int[] {1}, Double.NaN);
        assertEquals(nan, Tensor.ofDoubles(new int[] {1}, Double.NaN));
        assertEquals(nan.hashCode(), Tensor.ofDoubles(new int[] {1}, Double.NaN).hashCode());
        assertNotEquals(Tensor.ofDoubles(new int[] {1}, 0.0), Tensor.ofDoubles(new int[] {1}, -0.0));
        assertNotEquals(Tensor.ofLongs(new int[] {1}, 1), Tensor.ofLongs(new int[0], 1));
        assertNotEquals(tensor(DType.INT8, "01"), tensor(DType.UINT8, "01"));
        assertEquals(
                Tensor.ofLongs(new int[] {2}, 1, 2),
                Tensor.ofLongs(new int[] {2, 2}, 0, 0, 1, 2).row(1));
    }

    @Test
    void textShowsTypeShapeAndTheFirstElements() {
        assertEquals(
                "float32[2]{1.0, NaN}",
                Tensor.ofFloats(new int[] {2}, 1, Float.NaN).toString());
        assertEquals(
                "uint64[]{18446744073709551615}",
                tensor(DType.UINT64, "ffffffffffffffff").toString());
        assertEquals("int64[0]{}", Tensor.ofLongs(new int[] {0}).toString());
        assertTrue(Tensor.ofLongs(new int[] {17}, new long[17]).toString().endsWith("0, …}"));
    }

    @ParameterizedTest
    @CsvSource({"BOOL, 1, bool", "INT16, 2, int16", "UINT32, 4, uint32", "FLOAT16, 2, float16", "FLOAT64, 8, float64"})
    void typesHaveNumpysSizesAndNames(DType dtype, int itemSize, String name) {
        assertEquals(itemSize, dtype.itemSize());
        assertEquals(name, dtype.numpyName());
    }
}
