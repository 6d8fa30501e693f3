package dev.gangway.environment.random;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Derives the independent random streams of one experiment from its seed. Every use of randomness has a name; name and
 * index determine its numbers, no matter what else draws random numbers.
 *
 * <p>The generator of a stream is seeded with the first 128 bits, read as a big-endian integer, of the SHA-256 of the
 * UTF-8 text {@code gangway/stream/SEED/NAME/INDEX}, where numbers are decimal. The seed of an environment is the first
 * 31 bits of the SHA-256 of {@code gangway/env-seed/SEED/NAME/INDEX}.
 */
public final class Streams {
    private static final int ENTROPY_BYTES = 16;

    private final long seed;

    private Streams(long seed) {
        this.seed = seed;
    }

    /**
     * Returns the streams of an experiment.
     *
     * @param seed the experiment's seed, any long
     */
    public static Streams of(long seed) {
        return new Streams(seed);
    }

    /**
     * Returns a new generator at the start of a stream.
     *
     * @param name what the numbers are for, for example {@code "action"}
     * @param index which of several streams of that name, for example the lane
     */
    public NumpyRandom stream(String name, int index) {
        byte[] digest = digest("stream", name, index);
        return new NumpyRandom(new BigInteger(1, Arrays.copyOf(digest, ENTROPY_BYTES)));
    }

    /**
     * Returns a seed for the reset of an environment. If the environment has several copies, copy i is seeded with the
     * returned number plus i.
     *
     * @param name what the environment is for, for example {@code "evaluation"}
     * @param index which of several environments, for example the lane
     * @return an integer in [0, 2^31)
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
