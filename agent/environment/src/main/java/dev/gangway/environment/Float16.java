package dev.gangway.environment;

/**
 * Converts the two number formats for which Java 17 has no primitive type: half-precision floats and unsigned 64-bit
 * integers.
 */
final class Float16 {
    private static final int MIN_EXPONENT = -14; // the smallest exponent of a normal binary16 number
    private static final int MAX_EXPONENT = 15;
    private static final short INFINITY = 0x7c00;
    private static final short NAN = 0x7e00;

    private Float16() {}

    /** Returns the exact value of an IEEE 754 binary16 number that is given by its bits. */
    static float toFloat(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >>> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0x1f) {
            return Float.intBitsToFloat(sign | 0x7f800000 | fraction << 13);
        }
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f; // subnormal or zero
            return sign == 0 ? magnitude : -magnitude;
        }
        return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
    }

    /** Rounds to the nearest IEEE 754 binary16 number, ties to even, and returns its bits. Every NaN becomes 0x7e00. */
    static short fromDouble(double value) {
        if (Double.isNaN(value)) {
            return NAN;
        }
        int sign = Double.doubleToRawLongBits(value) < 0 ? 0x8000 : 0;
        int exponent = Math.max(Math.getExponent(value), MIN_EXPONENT);
        if (exponent > MAX_EXPONENT) {
            return (short) (sign | INFINITY);
        }
        // A whole number of units in the last place, 0 … 2048. By addition, the implicit leading bit and the carry into
        // the exponent field, up to infinity, both come out right.
        int units = (int) Math.rint(Math.scalb(Math.abs(value), 10 - exponent));
        return (short) (sign | (((exponent - MIN_EXPONENT) << 10) + units));
    }

    /** Rounds an unsigned 64-bit integer to the nearest double, ties to even. */
    static double unsignedToDouble(long bits) {
        // Halving keeps the lowest bit sticky, so that the one rounding is the right one.
        return bits >= 0 ? bits : 2.0 * ((bits >>> 1) | (bits & 1));
    }
}
