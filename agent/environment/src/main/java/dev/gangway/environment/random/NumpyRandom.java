package dev.gangway.environment.random;

import java.math.BigInteger;
import java.util.random.RandomGenerator;

/**
 * NumPy's default random generator, bit for bit: {@code numpy.random.default_rng(seed)}, which is PCG64 seeded by
 * SeedSequence.
 *
 * <p>PCG64 is a 128-bit linear congruential generator. Its output is the exclusive or of the two halves of its state,
 * rotated by the top six bits of the state (XSL-RR); see M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient
 * Statistically Good Algorithms for Random Number Generation" (2014), section 6.3.3.
 *
 * <p>{@link #nextLong()}, {@link #nextInt()} and {@link #nextDouble()} return the same numbers as NumPy's {@code
 * next_uint64}, {@code next_uint32} and {@code random()}. Bounded integers, normal and exponential variates are
 * computed by {@link RandomGenerator} and differ from NumPy's. Not thread-safe.
 */
public final class NumpyRandom implements RandomGenerator {
    private static final long MULTIPLIER_HIGH = 0x2360ed051fc65da4L;
    private static final long MULTIPLIER_LOW = 0x4385df649fccf645L;
    private static final double TWO_TO_MINUS_53 = 0x1p-53;

    private long stateHigh;
    private long stateLow;
    private long incrementHigh;
    private long incrementLow;
    private boolean hasSpare; // the upper half of a number whose lower half nextInt has returned
    private int spare;

    /**
     * Creates the generator that {@code default_rng(seed)} returns.
     *
     * @param seed ≥ 0
     * @throws IllegalArgumentException when the seed is negative
     */
    public NumpyRandom(long seed) {
        this(BigInteger.valueOf(seed));
    }

    /**
     * Creates the generator that {@code default_rng(seed)} returns, for a seed of any width.
     *
     * @param seed ≥ 0
     * @throws IllegalArgumentException when the seed is negative
     */
    public NumpyRandom(BigInteger seed) {
        if (seed.signum() < 0) {
            throw new IllegalArgumentException("Expected a seed ≥ 0, found " + seed);
        }
        long[] words = new SeedSequence(seed).generateLongs(4);
        incrementHigh = words[2] << 1 | words[3] >>> 63;
        incrementLow = words[3] << 1 | 1;
        advance(); // from the state 0
        stateLow += words[1];
        stateHigh += words[0] + carry(stateLow, words[1]);
        advance();
    }

    /** Creates a generator that continues from a saved state. */
    public NumpyRandom(State state) {
        restore(state);
    }

    /**
     * The whole state of a generator, as checkpoints keep it. The comments below name the parts as NumPy's {@code
     * bit_generator.state} does; 128-bit numbers are split in halves.
     *
     * @param stateHigh upper half of {@code state}
     * @param stateLow lower half of {@code state}
     * @param incrementHigh upper half of {@code inc}
     * @param incrementLow lower half of {@code inc}, odd
     * @param hasSpare {@code has_uint32}: whether {@code spare} is the next result of {@link #nextInt()}
     * @param spare {@code uinteger}
     */
    public record State(
            long stateHigh, long stateLow, long incrementHigh, long incrementLow, boolean hasSpare, int spare) {
        /**
         * Checks that the increment is odd.
         *
         * @throws IllegalArgumentException when it is even
         */
        public State {
            if ((incrementLow & 1) == 0) {
                throw new IllegalArgumentException("Expected an odd increment, found one that ends in hexadecimal "
                        + Long.toHexString(incrementLow));
            }
        }
    }

    /** Returns the present state, from which {@link #restore} continues. */
    public State state() {
        return new State(stateHigh, stateLow, incrementHigh, incrementLow, hasSpare, spare);
    }

    /** Continues from a saved state. */
    public void restore(State state) {
        stateHigh = state.stateHigh();
        stateLow = state.stateLow();
        incrementHigh = state.incrementHigh();
        incrementLow = state.incrementLow();
        hasSpare = state.hasSpare();
        spare = state.spare();
    }

    /** Returns 64 random bits. */
    @Override
    public long nextLong() {
        advance();
        return Long.rotateRight(stateHigh ^ stateLow, (int) (stateHigh >>> 58));
    }

    /**
     * Returns 32 random bits. Every second call draws 64 new bits and returns their lower half; the following call
     * returns their upper half.
     */
    @Override
    public int nextInt() {
        if (hasSpare) {
            hasSpare = false;
            return spare;
        }
        long bits = nextLong();
        hasSpare = true;
        spare = (int) (bits >>> 32);
        return (int) bits;
    }

    /** Returns a double that is uniform in [0, 1): a multiple of 2⁻⁵³. */
    @Override
    public double nextDouble() {
        return (nextLong() >>> 11) * TWO_TO_MINUS_53;
    }

    /**
     * Returns a double that is uniform in [low, high), as {@code Generator.uniform(low, high)} does.
     *
     * @throws IllegalArgumentException when high &lt; low or their difference is not finite
     */
    public double uniform(double low, double high) {
        double range = high - low;
        if (!(range >= 0 && range <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "Expected finite bounds with low ≤ high, found low " + low + " and high " + high);
        }
        return low + range * nextDouble();
    }

    /** Advances the state: state ← state · multiplier + increment, modulo 2^128. */
    private void advance() {
        // multiplyHigh is signed: a negative factor counts 2^64 too little, which takes the other factor off the
        // result.
        long high = Math.multiplyHigh(stateLow, MULTIPLIER_LOW)
                + (stateLow >> 63 & MULTIPLIER_LOW)
                + stateLow * MULTIPLIER_HIGH
                + stateHigh * MULTIPLIER_LOW;
        stateLow = stateLow * MULTIPLIER_LOW + incrementLow;
        stateHigh = high + incrementHigh + carry(stateLow, incrementLow);
    }

    /** Returns the carry of the 64-bit addition that gave {@code sum} with {@code addend} as one term. */
    private static long carry(long sum, long addend) {
        return Long.compareUnsigned(sum, addend) < 0 ? 1 : 0;
    }
}
