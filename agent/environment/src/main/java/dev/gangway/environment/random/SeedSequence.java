package dev.gangway.environment.random;

import java.math.BigInteger;

/**
 * Spreads a seed over the state of a generator as {@code numpy.random.SeedSequence(entropy)} does.
 *
 * <p>The entropy is cut into 32-bit words and hashed into a pool of four words, in which every input bit affects every
 * word. The pool is then hashed into as many words as the caller asks for. Constants and order are those of NumPy's
 * {@code bit_generator.pyx}, which follows M. E. O'Neill, "Developing a seed_seq Alternative" (2015), <a
 * href="https://www.pcg-random.org/posts/developing-a-seed_seq-alternative.html">pcg-random.org</a>.
 */
final class SeedSequence {
    private static final int POOL_WORDS = 4;
    private static final int HASH_START_IN = 0x43b0d7e5;
    private static final int HASH_FACTOR_IN = 0x931e8875;
    private static final int HASH_START_OUT = 0x8b51f9dd;
    private static final int HASH_FACTOR_OUT = 0x58f38ded;
    private static final int MIX_FACTOR_LEFT = 0xca01f9dd;
    private static final int MIX_FACTOR_RIGHT = 0x4973f715;

    private final int[] pool = new int[POOL_WORDS];
    private int hashConstant = HASH_START_IN;

    /** Fills the pool from an integer ≥ 0 of any width. */
    SeedSequence(BigInteger entropy) {
        int[] words = words(entropy);
        for (int i = 0; i < POOL_WORDS; i++) {
            pool[i] = hash(i < words.length ? words[i] : 0);
        }
        for (int source = 0; source < POOL_WORDS; source++) {
            for (int target = 0; target < POOL_WORDS; target++) {
                if (source != target) {
                    pool[target] = mix(pool[target], hash(pool[source]));
                }
            }
        }
        for (int source = POOL_WORDS; source < words.length; source++) {
            for (int target = 0; target < POOL_WORDS; target++) {
                pool[target] = mix(pool[target], hash(words[source]));
            }
        }
    }

    /** Returns the same words as {@code generate_state(count, numpy.uint64)}. */
    long[] generateLongs(int count) {
        long[] state = new long[count];
        int constant = HASH_START_OUT;
        for (int i = 0; i < 2 * count; i++) {
            int word = pool[i % POOL_WORDS] ^ constant;
            constant *= HASH_FACTOR_OUT;
            word *= constant;
            word ^= word >>> 16;
            state[i / 2] |= Integer.toUnsignedLong(word) << (32 * (i % 2));
        }
        return state;
    }

    private int hash(int word) {
        int value = word ^ hashConstant;
        hashConstant *= HASH_FACTOR_IN;
        value *= hashConstant;
        return value ^ value >>> 16;
    }

    private static int mix(int left, int right) {
        int value = MIX_FACTOR_LEFT * left - MIX_FACTOR_RIGHT * right;
        return value ^ value >>> 16;
    }

    /** Cuts an integer into 32-bit words, the least significant first. Zero is one word. */
    private static int[] words(BigInteger entropy) {
        int[] words = new int[Math.max(1, (entropy.bitLength() + 31) / 32)];
        for (int i = 0; i < words.length; i++) {
            words[i] = entropy.shiftRight(32 * i).intValue();
        }
        return words;
    }
}
