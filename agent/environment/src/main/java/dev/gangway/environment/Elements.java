package dev.gangway.environment;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/** Reads, writes, compares and prints single elements of {@link Tensor}s. */
public final class Elements {
    private Elements() {}

    /**
     * Writes {@code value} as one element of this integer or boolean type and advances the buffer's position by that
     * element.
     */
    public static void putLong(ByteBuffer target, DType dtype, long value) {
        switch (dtype) {
            case BOOL, INT8, UINT8 -> target.put((byte) value);
            case INT16, UINT16 -> target.putShort((short) value);
            case INT32, UINT32 -> target.putInt((int) value);
            case INT64, UINT64 -> target.putLong(value);
            case FLOAT16, FLOAT32, FLOAT64 ->
                throw new IllegalArgumentException("Expected an integer type, found " + dtype.numpyName());
        }
    }

    /**
     * Rounds {@code value} to this floating-point type, writes it as one element and advances the buffer's position by
     * that element.
     */
    public static void putDouble(ByteBuffer target, DType dtype, double value) {
        switch (dtype) {
            case FLOAT16 -> target.putShort(Float16.fromDouble(value));
            case FLOAT32 -> target.putFloat((float) value);
            case FLOAT64 -> target.putDouble(value);
            default -> throw new IllegalArgumentException("Expected a floating type, found " + dtype.numpyName());
        }
    }

    /** Returns whether an integer type can hold every integer in [low, high]. Both bounds are signed. */
    static boolean holds(DType dtype, long low, long high) {
        return low >= minimum(dtype) && (dtype == DType.UINT64 || high <= maximum(dtype));
    }

    /** Returns the smallest value of an integer or boolean type. */
    static long minimum(DType dtype) {
        return dtype == DType.BOOL || dtype.isUnsigned() ? 0 : -1L << (8 * dtype.itemSize() - 1);
    }

    /**
     * Returns the largest value of an integer or boolean type. For {@code uint64} the result is that value's bits,
     * which read as −1.
     */
    static long maximum(DType dtype) {
        return dtype == DType.BOOL ? 1 : ~minimum(dtype) >>> (dtype.isUnsigned() ? 64 - 8 * dtype.itemSize() : 0);
    }

    /** Compares two elements of an integer type, given by their bits, as {@link Long#compare} does. */
    static int compare(DType dtype, long left, long right) {
        return dtype == DType.UINT64 ? Long.compareUnsigned(left, right) : Long.compare(left, right);
    }

    /**
     * Returns a random integer that is uniform in [low, high].
     *
     * @param low smallest value, a signed integer or the bits of an unsigned one
     * @param high largest value, read in the same way
     */
    static long uniformInclusive(RandomGenerator random, long low, long high) {
        long span = high - low; // unsigned
        if (span >= 0 && span < Long.MAX_VALUE) {
            return low + random.nextLong(span + 1);
        }
        long offset;
        do {
            offset = random.nextLong();
        } while (Long.compareUnsigned(offset, span) > 0);
        return low + offset;
    }

    /** Returns a shape as Python prints a tuple: {@code ()}, {@code (3,)}, {@code (3, 4)}. */
    static String tuple(int... shape) {
        StringBuilder text = new StringBuilder("(");
        for (int axis = 0; axis < shape.length; axis++) {
            text.append(axis == 0 ? "" : ", ").append(shape[axis]);
        }
        return text.append(shape.length == 1 ? ",)" : ")").toString();
    }

    /** Returns the elements as NumPy prints an array, on one line: {@code [[1 2] [3 4]]}. A scalar has no brackets. */
    static String array(Tensor tensor) {
        if (tensor.size() == 0) {
            return "[]"; // NumPy prints every empty array so, whatever its shape
        }
        StringBuilder text = new StringBuilder();
        appendArray(text, tensor);
        return text.toString();
    }

    /** Returns one element as NumPy prints it, except that Java decides when an exponent is used. */
    static String element(Tensor tensor, int index) {
        return switch (tensor.dtype()) {
            case FLOAT64 -> floating(Double.toString(tensor.getDouble(index)));
            case FLOAT16, FLOAT32 -> floating(Float.toString((float) tensor.getDouble(index)));
            case BOOL -> tensor.getLong(index) == 0 ? "False" : "True";
            case UINT64 -> Long.toUnsignedString(tensor.getLong(index));
            default -> Long.toString(tensor.getLong(index));
        };
    }

    private static String floating(String java) {
        return switch (java) {
            case "NaN" -> "nan";
            case "Infinity" -> "inf";
            case "-Infinity" -> "-inf";
            default -> java;
        };
    }

    private static void appendArray(StringBuilder text, Tensor tensor) {
        if (tensor.rank() == 0) {
            text.append(element(tensor, 0));
            return;
        }
        text.append('[');
        for (int row = 0; row < tensor.shape()[0]; row++) {
            text.append(row == 0 ? "" : " ");
            appendArray(text, tensor.row(row));
        }
        text.append(']');
    }
}
