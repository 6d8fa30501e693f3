package dev.gangway.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HyperbolicTangentTest {

    @Test
    void theRelativeErrorIsBelowItsBoundFromTheSmallestToTheLargestNumbers() {
        Random random = new Random(1);
        double[] values = random.doubles(200_000, -13, 1.5)
                .map(exponent -> Math.pow(10, exponent) * (random.nextBoolean() ? 1 : -1))
                .toArray();
        double[] found = values.clone();
        HyperbolicTangent.apply(found, found.length);
        for (int i = 0; i < values.length; i++) {
            double expected = Math.tanh(values[i]);
            assertEquals(expected, found[i], 2e-15 * Math.abs(expected), "tanh " + values[i]);
        }
    }

    @Test
    void theEndsOfTheLineAreWhatTheyShouldBe() {
        double[] values = {0, -0.0, 1e300, -1e300, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, 7};
        HyperbolicTangent.apply(values, 7);
        assertArrayEquals(new double[] {0, -0.0, 1, -1, 1, -1, Double.NaN, 7}, values, 2e-15);
    }
}
