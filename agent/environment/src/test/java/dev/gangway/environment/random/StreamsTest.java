package dev.gangway.environment.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StreamsTest {
    /** From {@code sha256sum}: {@code printf gangway/stream/0/action/0 | sha256sum | cut -c 1-32}, and so on. */
    @Test
    void aStreamIsSeededByTheHashOfSeedNameAndIndex() {
        assertSeededBy("679cf1bf74e07c71ff329e6329fcc90e", Streams.of(0).stream("action", 0));
        assertSeededBy("3ed2547ab02b574e1eb00902a0c22328", Streams.of(-1).stream("initialisation", 12));
        assertSeededBy("6f7fd593a720735cf652e3ecf453f7b0", Streams.of(Long.MAX_VALUE).stream("Würfel/1", 3));
    }

    private static void assertSeededBy(String hash, NumpyRandom stream) {
        assertEquals(new NumpyRandom(new BigInteger(hash, 16)).state(), stream.state());
    }

    /** From {@code printf gangway/env-seed/0/environment/0 | sha256sum}, the first 8 digits halved. */
    @Test
    void anEnvironmentSeedIsTheFirst31BitsOfTheHash() {
        assertEquals(0xacaff5e3L >>> 1, Streams.of(0).envSeed("environment", 0));
        assertEquals(0x7ce79c4dL >>> 1, Streams.of(42).envSeed("evaluation", 1));
    }

    @Test
    void environmentSeedsLieBelowTwoToThe31() {
        for (int index = 0; index < 1000; index++) {
            long seed = Streams.of(5).envSeed("environment", index);
            assertTrue(seed >= 0 && seed < 1L << 31);
        }
    }

    @Test
    void everySeedNameAndIndexHasNumbersOfItsOwn() {
        Set<Long> first = new HashSet<>();
        int streams = 0;
        for (long seed = -2; seed < 3; seed++) {
            for (String name : new String[] {"action", "environment", "action/1", "1", ""}) {
                for (int index : new int[] {0, 1, 11, 111}) {
                    first.add(Streams.of(seed).stream(name, index).nextLong());
                    streams++;
                }
            }
        }
        assertEquals(streams, first.size());
    }

    @Test
    void whatOneStreamDrawsDoesNotMoveAnother() {
        Streams streams = Streams.of(9);
        NumpyRandom action = streams.stream("action", 0);
        NumpyRandom other = streams.stream("shuffle", 0);
        other.longs(100).forEach(value -> {});
        assertEquals(Streams.of(9).stream("action", 0).nextLong(), action.nextLong());
        assertEquals(
                Streams.of(9).stream("action", 0).state(),
                streams.stream("action", 0).state());
    }
}
