package dev.gangway.codec;

import dev.gangway.v1.OptionalSeed;
import java.math.BigInteger;
import java.util.Optional;

/** Encodes and decodes seeds. Seeds of at most 64 bits and wider ones have separate fields in a message. */
public final class WireSeeds {
    private static final int MOST_DIGITS = 4000;

    private WireSeeds() {}

    /** Returns the message of an optional seed, which must be ≥ 0. */
    public static OptionalSeed encode(Optional<BigInteger> seed) {
        OptionalSeed.Builder wire = OptionalSeed.newBuilder();
        seed.ifPresent(value -> {
            if (value.bitLength() <= Long.SIZE) {
                wire.setValue(value.longValue());
            } else {
                wire.setWideValue(value.toString());
            }
        });
        return wire.build();
    }

    /**
     * Returns the seed of a message; empty when it has none.
     *
     * @param place names the seed in the error, for example {@code the seed of copy 3}
     * @throws ProtocolException when a wide seed is not a decimal integer ≥ 0
     */
    public static Optional<BigInteger> decode(OptionalSeed wire, String place) {
        if (wire.hasWideValue()) {
            String digits = wire.getWideValue();
            if (digits.isEmpty()
                    || digits.length() > MOST_DIGITS
                    || !digits.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
                throw ProtocolException.at(
                        place,
                        "1 … " + MOST_DIGITS + " decimal digits",
                        "'" + digits.substring(0, Math.min(50, digits.length())) + "'");
            }
            return Optional.of(new BigInteger(digits));
        }
        return wire.hasValue() ? Optional.of(unsigned(wire.getValue())) : Optional.empty();
    }

    /** Returns the value of a uint64 that is given by its bits. */
    public static BigInteger unsigned(long bits) {
        return new BigInteger(Long.toUnsignedString(bits));
    }
}
