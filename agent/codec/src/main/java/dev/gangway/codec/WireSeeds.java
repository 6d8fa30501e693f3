package dev.gangway.codec;

import dev.gangway.v1.OptionalSeed;
import java.math.BigInteger;
import java.util.Optional;

/** Seeds to and from the wire, where those of 64 bits have a field of their own. */
public final class WireSeeds {
    private static final int MOST_DIGITS = 4000;

    private WireSeeds() {}

    /** Returns the message of a seed ≥ 0, or of none. */
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
     * Returns the seed of a message, or none.
     *
     * @param place for the error, e.g. {@code the seed of copy 3}
     * @throws ProtocolException when a wide one is no decimal integer ≥ 0
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

    /** Returns what a uint64 stands for. */
    public static BigInteger unsigned(long bits) {
        return new BigInteger(Long.toUnsignedString(bits));
    }
}
