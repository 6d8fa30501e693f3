package dev.gangway.inference.network;

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

    @Test
    void theRelativeErrorInSinglePrecisionIsBelowItsBound() {
        Random random = new Random(1);
        double[] exponents = random.doubles(200_000, -37, 1.5).toArray();
        float[] values = new float[exponents.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (Math.pow(10, exponents[i]) * (random.nextBoolean() ? 1 : -1));
        }
        float[] found = values.clone();
        HyperbolicTangent.apply(found, found.length);
        for (int i = 0; i < values.length; i++) {
            double expected = Math.tanh(values[i]);
            assertEquals(expected, found[i], 4e-7 * Math.abs(expected), "tanh " + values[i]);
        }
    }

    @Test
    void theEndsOfTheLineAreWhatTheyShouldBeInSinglePrecision() {
        float[] values = {0, -0.0f, 1e38f, -1e38f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, 7};
        HyperbolicTangent.apply(values, 7);
        assertArrayEquals(new float[] {0, -0.0f, 1, -1, 1, -1, Float.NaN, 7}, values, 4e-7f);
    }
}
