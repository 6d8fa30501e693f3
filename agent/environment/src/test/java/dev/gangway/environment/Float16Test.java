package dev.gangway.environment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class Float16Test {
    /** IEEE 754-2019, section 3.4, with p = 11 and emax = 15, in decimal arithmetic. */
    private static double formula(int bits) {
        int sign = (bits & 0x8000) == 0 ? 1 : -1;
        int biased = (bits >> 10) & 31;
        int trailing = bits & 1023;
        if (biased == 31) {
            return trailing == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        int significand = biased == 0 ? trailing : 1024 + trailing;
        int exponent = Math.max(biased, 1) - 15 - 10;
        BigDecimal power = new BigDecimal(BigInteger.ONE.shiftLeft(Math.abs(exponent)));
        BigDecimal magnitude = exponent >= 0
                ? power.multiply(BigDecimal.valueOf(significand))
                : BigDecimal.valueOf(significand).divide(power);
        return sign * magnitude.doubleValue();
    }

    @Test
    void everyPatternWidensToItsValue() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float widened = Float16.toFloat((short) bits);
            assertEquals(formula(bits), widened, Integer.toHexString(bits)); // compares bits: signs of zero too
        }
    }

    @Test
    void everyNumberNarrowsBackToItsPattern() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            double value = formula(bits);
            short expected = Double.isNaN(value) ? (short) 0x7e00 : (short) bits;
            assertEquals(expected, Float16.fromDouble(value), Integer.toHexString(bits));
        }
    }

    @Test
    void numbersBetweenTwoPatternsRoundToTheNearerAndTiesToTheEvenOne() {
        for (int bits = 0; bits < 0x7c00; bits++) {
            double below = formula(bits);
            double above = bits == 0x7bff ? 65536 : formula(bits + 1); // beyond the largest, as if there were one more
            double middle = (below + above) / 2; // exact
            int even = bits % 2 == 0 ? bits : bits + 1;
            assertEquals((short) even, Float16.fromDouble(middle), "tie above " + below);
            assertEquals((short) bits, Float16.fromDouble(Math.nextDown(middle)), "just below the tie above " + below);
            assertEquals((short) (bits + 1), Float16.fromDouble(Math.nextUp(middle)), "just above it " + below);
            assertEquals((short) (even | 0x8000), Float16.fromDouble(-middle), "tie below −" + below);
        }
        assertEquals((short) 0x7c00, Float16.fromDouble(1e300));
        assertEquals((short) 0x8000, Float16.fromDouble(-Double.MIN_VALUE));
    }

    @Test
    void unsignedIntegersRoundToTheNearestDouble() {
        for (long bits : new long[] {
            0, 1, Long.MAX_VALUE, Long.MIN_VALUE, -1, -1024, -1025, -1026, Long.MIN_VALUE + 1024, Long.MIN_VALUE + 1025
        }) {
            double expected = new BigInteger(Long.toUnsignedString(bits)).doubleValue();
            assertEquals(expected, Float16.unsignedToDouble(bits), Long.toUnsignedString(bits));
        }
    }
}
