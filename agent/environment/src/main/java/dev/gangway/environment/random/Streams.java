package dev.gangway.environment.random;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The independent random streams of one experiment: every use of randomness has a name, and name and index fix its
 * numbers, whatever else draws.
 *
 * <p>A stream's generator is seeded with the first 128 bits, as a big-endian integer, of the SHA-256 of the UTF-8 text
 * {@code gangway/stream/SEED/NAME/INDEX}, numbers in decimal. An environment's seed is the first 31 bits of the SHA-256
 * of {@code gangway/env-seed/SEED/NAME/INDEX}.
 */
public final class Streams {
    private static final int ENTROPY_BYTES = 16;

    private final long seed;

    private Streams(long seed) {
        this.seed = seed;
    }

    /** Returns the streams of an experiment seed, any long. */
    public static Streams of(long seed) {
        return new Streams(seed);
    }

    /**
     * Returns a new generator at the start of a stream.
     *
     * @param name what the numbers are for, e.g. {@code "action"}
     * @param index which of several, e.g. the lane
     */
    public NumpyRandom stream(String name, int index) {
        byte[] digest = digest("stream", name, index);
        return new NumpyRandom(new BigInteger(1, Arrays.copyOf(digest, ENTROPY_BYTES)));
    }

    /**
     * Returns a seed in [0, 2^31) for an environment's reset; with n copies, copy i is then seeded by it plus i.
     *
     * @param name what is reset, e.g. {@code "evaluation"}
     * @param index which of several, e.g. the lane
     */
    public long envSeed(String name, int index) {
        return Integer.toUnsignedLong(
                        ByteBuffer.wrap(digest("env-seed", name, index)).getInt())
                >>> 1;
    }

    private byte[] digest(String use, String name, int index) {
        String text = "gangway/" + use + "/" + seed + "/" + name + "/" + index;
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-256, which every Java platform has to offer", e);
        }
    }
}
