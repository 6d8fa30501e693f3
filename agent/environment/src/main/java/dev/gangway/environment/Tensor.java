package dev.gangway.environment;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An immutable n-dimensional array. Its elements lie in memory in row-major order and little-endian, which is also how
 * they travel on the wire.
 *
 * <p>An element is addressed by its flat row-major index. {@link #getDouble} is exact for every type except for 64-bit
 * integers beyond 2^53. {@link #getLong} is exact for every integer type; it returns a {@code uint64} as its bits.
 * Tensors are safe for use by several threads.
 */
public final class Tensor implements Value {
    private final DType dtype;
    private final int[] shape;
    private final int size;
    private final ByteBuffer data;

    private Tensor(DType dtype, int[] shape, int size, ByteBuffer data) {
        this.dtype = dtype;
        this.shape = shape;
        this.size = size;
        this.data = data;
    }

    /**
     * Returns a tensor that shares these bytes. The caller must not change them afterwards.
     *
     * @param shape extents, each ≥ 0; empty for a scalar
     * @param data the elements between position and limit, little-endian: exactly item size × product of the extents
     *     bytes
     * @throws IllegalArgumentException when an extent is negative or the number of bytes does not fit
     */
    public static Tensor wrap(DType dtype, int[] shape, ByteBuffer data) {
        int size = elementCount(shape);
        if ((long) size * dtype.itemSize() != data.remaining()) {
            throw new IllegalArgumentException("Expected " + (long) size * dtype.itemSize() + " bytes for "
                    + describe(dtype, shape) + ", found " + data.remaining());
        }
        return new Tensor(dtype, shape.clone(), size, data.slice().order(ByteOrder.LITTLE_ENDIAN));
    }

    /**
     * Returns a FLOAT32 tensor that holds a copy of these values.
     *
     * @throws IllegalArgumentException when their number is not the product of the extents
     */
    public static Tensor ofFloats(int[] shape, float... values) {
        ByteBuffer bytes = allocate(DType.FLOAT32, shape, values.length);
        bytes.asFloatBuffer().put(values);
        return wrap(DType.FLOAT32, shape, bytes);
    }

    /**
     * Returns a FLOAT64 tensor that holds a copy of these values.
     *
     * @throws IllegalArgumentException when their number is not the product of the extents
     */
    public static Tensor ofDoubles(int[] shape, double... values) {
        ByteBuffer bytes = allocate(DType.FLOAT64, shape, values.length);
        bytes.asDoubleBuffer().put(values);
        return wrap(DType.FLOAT64, shape, bytes);
    }

    /**
     * Returns an INT64 tensor that holds a copy of these values.
     *
     * @throws IllegalArgumentException when their number is not the product of the extents
     */
    public static Tensor ofLongs(int[] shape, long... values) {
        ByteBuffer bytes = allocate(DType.INT64, shape, values.length);
        bytes.asLongBuffer().put(values);
        return wrap(DType.INT64, shape, bytes);
    }

    /**
     * Returns an INT8 tensor that holds a copy of these values.
     *
     * @throws IllegalArgumentException when their number is not the product of the extents
     */
    public static Tensor ofBytes(int[] shape, byte... values) {
        return wrap(DType.INT8, shape, ByteBuffer.wrap(values.clone()));
    }

    /**
     * Returns a new little-endian buffer of zeros that has room for a tensor of this type and shape.
     *
     * @throws ArithmeticException when the tensor would have more than {@link Integer#MAX_VALUE} bytes
     */
    public static ByteBuffer allocate(DType dtype, int... shape) {
        return ByteBuffer.allocate(Math.multiplyExact(elementCount(shape), dtype.itemSize()))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer allocate(DType dtype, int[] shape, int values) {
        if (elementCount(shape) != values) {
            throw new IllegalArgumentException(
                    "Expected " + elementCount(shape) + " values for " + describe(dtype, shape) + ", found " + values);
        }
        return allocate(dtype, shape);
    }

    /**
     * Returns the number of elements of this shape: the product of the extents, which is 1 for a scalar.
     *
     * @throws IllegalArgumentException when an extent is negative
     * @throws ArithmeticException when the product is larger than {@link Integer#MAX_VALUE}
     */
    public static int elementCount(int... shape) {
        int size = 1;
        for (int extent : shape) {
            if (extent < 0) {
                throw new IllegalArgumentException("Expected extents ≥ 0, found shape " + Arrays.toString(shape));
            }
            size = Math.multiplyExact(size, extent);
        }
        return size;
    }

    /** Returns the data type of the elements. */
    public DType dtype() {
        return dtype;
    }

    /** Returns a copy of the shape. */
    public int[] shape() {
        return shape.clone();
    }

    /** Returns the number of axes. */
    public int rank() {
        return shape.length;
    }

    /** Returns the number of elements. */
    public int size() {
        return size;
    }

    /** Returns the elements as a read-only little-endian buffer at position 0, which shares the tensor's memory. */
    public ByteBuffer bytes() {
        return data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns element {@code index} as a double. A {@code bool} is 0 or 1. */
    public double getDouble(int index) {
        return switch (dtype) {
            case FLOAT32 -> data.getFloat(index * 4);
            case FLOAT64 -> data.getDouble(index * 8);
            case FLOAT16 -> Float16.toFloat(data.getShort(index * 2));
            case UINT64 -> Float16.unsignedToDouble(data.getLong(index * 8));
            default -> getLong(index);
        };
    }

    /**
     * Returns element {@code index} as a long. A {@code uint64} is returned as its bits.
     *
     * @throws IllegalStateException when the tensor has a floating-point type
     */
    public long getLong(int index) {
        return switch (dtype) {
            case BOOL, INT8 -> data.get(index);
            case UINT8 -> Byte.toUnsignedLong(data.get(index));
            case INT16 -> data.getShort(index * 2);
            case UINT16 -> Short.toUnsignedLong(data.getShort(index * 2));
            case INT32 -> data.getInt(index * 4);
            case UINT32 -> Integer.toUnsignedLong(data.getInt(index * 4));
            case INT64, UINT64 -> data.getLong(index * 8);
            case FLOAT16, FLOAT32, FLOAT64 ->
                throw new IllegalStateException("Expected an integer tensor, found " + describe(dtype, shape));
        };
    }

    /** Converts the elements to floats and writes them into {@code target}, beginning at index {@code offset}. */
    public void copyTo(float[] target, int offset) {
        if (dtype == DType.FLOAT32) {
            data.asFloatBuffer().get(0, target, offset, size);
        } else {
            for (int i = 0; i < size; i++) {
                target[offset + i] = (float) getDouble(i);
            }
        }
    }

    /** Returns a new array with the elements as doubles, in row-major order. */
    public double[] toDoubles() {
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            values[i] = getDouble(i);
        }
        return values;
    }

    /**
     * Returns row {@code index} along the first axis. The row shares this tensor's memory.
     *
     * @throws IndexOutOfBoundsException when there is no such row
     */
    public Tensor row(int index) {
        if (shape.length == 0 || index < 0 || index >= shape[0]) {
            throw new IndexOutOfBoundsException("Expected a row of " + this + ", found index " + index);
        }
        int[] rowShape = Arrays.copyOfRange(shape, 1, shape.length);
        int rowSize = elementCount(rowShape);
        int rowBytes = rowSize * dtype.itemSize();
        ByteBuffer slice = data.slice(index * rowBytes, rowBytes).order(ByteOrder.LITTLE_ENDIAN);
        return new Tensor(dtype, rowShape, rowSize, slice);
    }

    /**
     * Returns a tensor with the same elements and memory but another shape of equal size.
     *
     * @throws IllegalArgumentException when the sizes differ
     */
    public Tensor reshape(int... newShape) {
        return wrap(dtype, newShape, bytes());
    }

    /**
     * Returns whether the other object is a tensor of the same type, shape and bits. Unlike {@code ==} on floats, NaN
     * therefore equals itself and 0.0 differs from −0.0.
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor that
                && dtype == that.dtype
                && Arrays.equals(shape, that.shape)
                && data.equals(that.data);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * dtype.hashCode() + Arrays.hashCode(shape)) + data.hashCode();
    }

    /** Returns type and shape, followed by up to 16 of the values. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(describe(dtype, shape)).append('{');
        for (int i = 0; i < Math.min(size, 16); i++) {
            text.append(i == 0 ? "" : ", ");
            if (dtype.isFloating()) {
                text.append(
                        dtype == DType.FLOAT64 ? Double.toString(getDouble(i)) : Float.toString((float) getDouble(i)));
            } else {
                text.append(dtype == DType.UINT64 ? Long.toUnsignedString(getLong(i)) : Long.toString(getLong(i)));
            }
        }
        return text.append(size > 16 ? ", …}" : "}").toString();
    }

    static String describe(DType dtype, int[] shape) {
        return dtype.numpyName() + Arrays.toString(shape);
    }
}
