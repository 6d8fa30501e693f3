package dev.gangway.environment.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.testing.PythonScript;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("process")
class NumpyRandomTest {
    @Test
    void everyNumberOfTheGoldenSeedsIsNumpys() throws IOException {
        List<String> golden = goldenLines();
        assertEquals(40, golden.size());
        golden.forEach(NumpyRandomTest::assertSameNumbers);
    }

    @Test
    void everyNumberOfAThousandSeedsIsThatOfTheNumpyInstalled() throws IOException {
        List<String> live = new String(PythonScript.run("numpy_random.py", "1000"), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertEquals(1000, live.size());
        live.forEach(NumpyRandomTest::assertSameNumbers);
        assertEquals(goldenLines(), live.subList(0, 40), "the golden file and NumPy differ");
    }

    /** Compares with one line of {@code numpy_random.py}, which says what its fields are. */
    private static void assertSameNumbers(String line) {
        String[] fields = line.split(" ", -1);
        BigInteger seed = new BigInteger(fields[0]);
        String of = "of seed " + seed;
        NumpyRandom random = new NumpyRandom(seed);
        assertEquals(fields[1], hex(random.state().stateHigh(), random.state().stateLow()), "state " + of);
        assertEquals(
                fields[2], hex(random.state().incrementHigh(), random.state().incrementLow()), "increment " + of);
        assertEquals(fields[3], Long.toHexString(random.nextLong()), "first long " + of);
        assertEquals(fields[4], Long.toHexString(random.nextLong()), "second long " + of);
        assertEquals(fields[5], Integer.toHexString(random.nextInt()), "first int " + of);
        assertEquals(fields[6], Integer.toHexString(random.nextInt()), "second int " + of);
        assertEquals(Double.parseDouble(fields[7]), random.nextDouble(), "double " + of);
        assertEquals(Double.parseDouble(fields[8]), random.uniform(-0.05, 0.05), "uniform " + of);
        assertEquals(fields[9], Integer.toHexString(random.nextInt()), "third int " + of);
        NumpyRandom.State end = random.state();
        assertEquals(fields[10], hex(end.stateHigh(), end.stateLow()), "last state " + of);
        assertEquals(fields[11], end.hasSpare() ? "1" : "0", "has_uint32 " + of);
        assertEquals(fields[12], Integer.toHexString(end.spare()), "uinteger " + of);
    }

    private static String hex(long high, long low) {
        return new BigInteger(Long.toUnsignedString(high))
                .shiftLeft(64)
                .or(new BigInteger(Long.toUnsignedString(low)))
                .toString(16);
    }

    private static List<String> goldenLines() throws IOException {
        try (InputStream golden = NumpyRandomTest.class.getResourceAsStream("numpy-random.txt")) {
            return new String(golden.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    @Test
    void aLongSeedIsTheBigIntegerOfItsValue() {
        for (long seed : new long[] {0, 1, 1L << 32, Long.MAX_VALUE}) {
            assertEquals(new NumpyRandom(BigInteger.valueOf(seed)).state(), new NumpyRandom(seed).state());
        }
    }

    @Test
    void aNegativeSeedIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new NumpyRandom(-1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new NumpyRandom(BigInteger.ONE.shiftLeft(80).negate()));
    }

    @Test
    void aRestoredStateGoesOnWithTheSameNumbers() {
        NumpyRandom random = new NumpyRandom(7);
        random.nextInt(); // leaves a spare half
        NumpyRandom.State state = random.state();
        long[] expected = LongStream.generate(() -> random.nextInt() + random.nextLong())
                .limit(20)
                .toArray();
        NumpyRandom copy = new NumpyRandom(state);
        assertArrayEquals(
                expected,
                LongStream.generate(() -> copy.nextInt() + copy.nextLong())
                        .limit(20)
                        .toArray());
        random.restore(state);
        assertEquals(state, random.state());
        assertEquals((int) (new NumpyRandom(7).nextLong() >>> 32), random.nextInt(), "the spare half");
    }

    @Test
    void aStateWithAnEvenIncrementIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new NumpyRandom.State(1, 2, 3, 4, false, 0));
    }

    @Test
    void uniformNumbersStayInTheirInterval() {
        NumpyRandom random = new NumpyRandom(3);
        assertTrue(random.doubles(10_000).allMatch(value -> value >= 0 && value < 1));
        for (int i = 0; i < 10_000; i++) {
            double value = random.uniform(-2, 5);
            assertTrue(value >= -2 && value < 5);
        }
        assertEquals(1.5, random.uniform(1.5, 1.5));
    }

    @Test
    void uniformRefusesBoundsThatNumpyRefuses() {
        NumpyRandom random = new NumpyRandom(3);
        NumpyRandom.State before = random.state();
        assertThrows(IllegalArgumentException.class, () -> random.uniform(1, 0));
        assertThrows(IllegalArgumentException.class, () -> random.uniform(0, Double.POSITIVE_INFINITY));
        assertThrows(IllegalArgumentException.class, () -> random.uniform(-Double.MAX_VALUE, Double.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> random.uniform(Double.NaN, 1));
        assertEquals(before, random.state(), "nothing was drawn");
    }
}
