package dev.gangway.inference.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardNormalTest {

    /** Values of {@code statistics.NormalDist().inv_cdf(0.5 + q)} in Python 3.11. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.09999999999999998, 0.2533471031357998",
        "0.4, 1.2815515655446008",
        "0.42500000000000004, 1.439531470938456",
        "0.43000000000000005, 1.4757910281791708",
        "0.49, 2.3263478740408408",
        "0.4999999999990905, 7.047700256664409",
        "0.4999999999999999, 8.209536151601386"
    })
    void quantilesAreThoseOfPython(double q, double expected) {
        assertEquals(expected, StandardNormal.quantileFromMedian(q), 1e-14 * expected);
        assertEquals(-expected, StandardNormal.quantileFromMedian(-q), 1e-14 * expected);
    }

    @Test
    void theExtremesOfTheGeneratorAreFiniteAndSymmetric() {
        double least = StandardNormal.draw(uniform(0));
        assertEquals(-8.292361075813595, least, 1e-13);
        assertEquals(-least, StandardNormal.draw(uniform(Math.nextDown(1.0))));
    }

    @Test
    void drawsHaveTheMomentsAndTailsOfTheStandardNormal() {
        int draws = 400_000;
        SplittableRandom random = new SplittableRandom(3);
        double[] moments = new double[4];
        int beyondTwo = 0;
        for (int i = 0; i < draws; i++) {
            double x = StandardNormal.draw(random);
            double power = 1;
            for (int m = 0; m < 4; m++) {
                power *= x;
                moments[m] += power / draws;
            }
            beyondTwo += Math.abs(x) > 2 ? 1 : 0;
        }
        // Four standard errors: the variances of x, x², x³ and x⁴ are 1, 2, 15 and 96.
        double error = 4 / Math.sqrt(draws);
        assertEquals(0, moments[0], error);
        assertEquals(1, moments[1], error * Math.sqrt(2));
        assertEquals(0, moments[2], error * Math.sqrt(15));
        assertEquals(3, moments[3], error * Math.sqrt(96));
        double p = 0.04550026389635839;
        assertTrue(Math.abs(beyondTwo / (double) draws - p) < error * Math.sqrt(p * (1 - p)));
    }

    private static RandomGenerator uniform(double value) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("Expected nextDouble only");
            }

            @Override
            public double nextDouble() {
                return value;
            }
        };
    }
}
