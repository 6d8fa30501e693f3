package dev.gangway.inference.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiagonalGaussianTest {
    private static final Distribution TWO = new DiagonalGaussian(2);
    /** Where a row lies in longer arrays, so that an ignored offset shows: means 0.5 and −2, log σ −1 and 0.75. */
    private static final int OFFSET = 3;

    private static final double[] ROW = {9, 9, 9, 0.5, -2, -1, 0.75, 9};
    private static final double[] OTHER = {9, 9, 9, 0.2, -1, -0.5, 0.25, 9};
    private static final float[] ACTION = {9, 0.25f, 3.5f};

    /** Values of {@code math.log(statistics.NormalDist(mean, math.exp(log_std)).pdf(a))} in Python 3.11. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, -0.9189385332046727",
        "0.5, -1, 0.25, -0.1498465362962555",
        "-2, 0.75, 3.5, -5.0437822054496735",
        "1, -3, 1.125, -1.0707259823666657"
    })
    void logProbabilityIsThatOfPythonsNormalDistribution(double mean, double logStd, float action, double expected) {
        double found = new DiagonalGaussian(1).logProb(new double[] {mean, logStd}, 0, new float[] {action}, 0);
        assertEquals(expected, found, 1e-13);
    }

    @Test
    void componentsAreIndependent() {
        assertEquals(-0.1498465362962555 - 5.0437822054496735, TWO.logProb(ROW, OFFSET, ACTION, 1), 1e-13);
    }

    @Test
    void theScoreHasItsClosedForm() {
        double[] gradient = new double[ROW.length];
        TWO.addLogProbGradient(ROW, OFFSET, ACTION, 1, 1, gradient);
        double var0 = Math.exp(-2);
        double var1 = Math.exp(1.5);
        double[] expected = {
            0, 0, 0, -0.25 / var0, 5.5 / var1, 0.25 * 0.25 / var0 - 1, 5.5 * 5.5 / var1 - 1, 0,
        };
        assertArrayEquals(expected, gradient, 1e-13);
    }

    @Test
    void gradientsAreThoseOfFiniteDifferencesTimesTheWeightAndAreAdded() {
        double[] score = new double[ROW.length];
        TWO.addLogProbGradient(ROW, OFFSET, ACTION, 1, -3, score);
        assertDifferences(row -> -3 * TWO.logProb(row, OFFSET, ACTION, 1), score);
        TWO.addLogProbGradient(ROW, OFFSET, ACTION, 1, 3, score);
        assertArrayEquals(new double[ROW.length], score, 1e-13);

        double[] entropy = new double[ROW.length];
        TWO.addEntropyGradient(ROW, OFFSET, 2, entropy);
        assertDifferences(row -> 2 * TWO.entropy(row, OFFSET), entropy);
        TWO.addEntropyGradient(ROW, OFFSET, -2, entropy);
        assertArrayEquals(new double[ROW.length], entropy);
    }

    /** Of the row's log σ, −1 is below the floor and 0.75 above. */
    @Test
    void belowItsFloorLogSigmaIsTheFloorAndHasNoGradient() {
        Distribution floored = new DiagonalGaussian(2, 0.5);
        double[] raised = ROW.clone();
        raised[5] = 0.5;
        assertEquals(TWO.logProb(raised, OFFSET, ACTION, 1), floored.logProb(ROW, OFFSET, ACTION, 1));
        assertEquals(TWO.entropy(raised, OFFSET), floored.entropy(ROW, OFFSET));
        double[] other = OTHER.clone();
        other[5] = 0.5;
        other[6] = 0.5;
        assertEquals(TWO.kl(other, raised, OFFSET), floored.kl(OTHER, ROW, OFFSET));
        double[] score = new double[ROW.length];
        floored.addLogProbGradient(ROW, OFFSET, ACTION, 1, -3, score);
        assertDifferences(row -> -3 * floored.logProb(row, OFFSET, ACTION, 1), score);
        assertEquals(0, score[5]);
        double[] entropy = new double[ROW.length];
        floored.addEntropyGradient(ROW, OFFSET, 2, entropy);
        assertDifferences(row -> 2 * floored.entropy(row, OFFSET), entropy);
        float[] outputs = new float[ROW.length];
        float[] high = new float[ROW.length];
        for (int i = 0; i < ROW.length; i++) {
            outputs[i] = (float) ROW[i];
            high[i] = (float) raised[i];
        }
        float[] drawn = new float[3];
        float[] expected = new float[3];
        floored.sample(outputs, OFFSET, new SplittableRandom(1), drawn, 1);
        TWO.sample(high, OFFSET, new SplittableRandom(1), expected, 1);
        assertArrayEquals(expected, drawn);
    }

    @Test
    void theDensityIntegratesToOneAndTheScoreToZero() {
        double[] outputs = {-2, 0.75};
        Distribution one = new DiagonalGaussian(1);
        assertEquals(1, integral(a -> density(-2, 0.75, a)), 1e-12);
        for (int k = 0; k < 2; k++) {
            int output = k;
            assertEquals(
                    0,
                    integral(a -> {
                        double[] gradient = new double[2];
                        one.addLogProbGradient(outputs, 0, new float[] {(float) a}, 0, 1, gradient);
                        return density(-2, 0.75, a) * gradient[output];
                    }),
                    1e-6); // actions are floats
        }
    }

    @Test
    void entropyIsTheIntegralOfItsDefinition() {
        double expected = 0;
        for (int i = 0; i < 2; i++) {
            double mean = ROW[OFFSET + i];
            double logStd = ROW[OFFSET + 2 + i];
            expected -= integral(a -> xLogX(density(mean, logStd, a)));
        }
        assertEquals(expected, TWO.entropy(ROW, OFFSET), 1e-12);
    }

    @Test
    void klIsTheIntegralOfItsDefinitionAndZeroToItself() {
        double expected = 0;
        for (int i = 0; i < 2; i++) {
            int at = OFFSET + i;
            expected += integral(a -> {
                double old = density(ROW[at], ROW[at + 2], a);
                return old < 1e-300 ? 0 : old * Math.log(old / density(OTHER[at], OTHER[at + 2], a));
            });
        }
        assertEquals(expected, TWO.kl(ROW, OTHER, OFFSET), 1e-12);
        assertEquals(0, TWO.kl(ROW, ROW, OFFSET));
    }

    @Test
    void klBetweenNeighboursKeepsItsDigits() {
        // KL(N(μ, σ²) ‖ N(μ, (σ e^h)²)) = h² − 2h³/3 + …
        double h = 1e-6;
        double kl = new DiagonalGaussian(1).kl(new double[] {0.3, -1}, new double[] {0.3, -1 + h}, 0);
        assertEquals(h * h, kl, 1e-4 * h * h);
    }

    @Test
    void samplesHaveTheirMeansAndStandardDeviations() {
        int draws = 100_000;
        SplittableRandom random = new SplittableRandom(4);
        float[] action = new float[3];
        double[] sums = new double[5];
        for (int i = 0; i < draws; i++) {
            TWO.sample(floats(ROW), OFFSET, random, action, 1);
            double a = (action[1] - 0.5) / Math.exp(-1);
            double b = (action[2] + 2) / Math.exp(0.75);
            double[] terms = {a, b, a * a, b * b, a * b};
            for (int k = 0; k < 5; k++) {
                sums[k] += terms[k] / draws;
            }
        }
        double error = 4 / Math.sqrt(draws);
        assertArrayEquals(new double[] {0, 0}, new double[] {sums[0], sums[1]}, error);
        assertArrayEquals(new double[] {1, 1}, new double[] {sums[2], sums[3]}, error * Math.sqrt(2));
        assertEquals(0, sums[4], error);
    }

    @Test
    void theModeIsTheMean() {
        float[] action = new float[3];
        TWO.mode(floats(ROW), OFFSET, action, 1);
        assertArrayEquals(new float[] {0, 0.5f, -2}, action);
    }

    @Test
    void outputsAndActionsThatAreNotFiniteAreRefused() {
        float[] action = new float[2];
        SplittableRandom random = new SplittableRandom(1);
        for (float[] outputs : new float[][] {{Float.NaN, 0, 0, 0}, {0, 0, 0, Float.NaN}, {0, 0, 200, 0}}) {
            assertThrows(DivergedException.class, () -> TWO.sample(outputs, 0, random, action, 0));
        }
        assertThrows(DivergedException.class, () -> TWO.mode(new float[] {0, Float.NaN, 0, 0}, 0, action, 0));
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> TWO.logProb(new double[4], 0, new float[] {0, bad}, 0));
        }
        assertThrows(IllegalArgumentException.class, () -> new DiagonalGaussian(0));
    }

    private static double density(double mean, double logStd, double a) {
        double variance = Math.exp(logStd) * Math.exp(logStd);
        return Math.exp(-(a - mean) * (a - mean) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
    }

    private static double xLogX(double x) {
        return x == 0 ? 0 : x * Math.log(x);
    }

    /** The trapezoidal rule over what matters of every density here; its error is below 1e−13. */
    private static double integral(DoubleUnaryOperator function) {
        double step = 0.005;
        double sum = 0;
        for (int i = -6000; i <= 6000; i++) {
            sum += function.applyAsDouble(i * step) * step;
        }
        return sum;
    }

    private static void assertDifferences(ToDoubleFunction<double[]> function, double[] gradient) {
        for (int i = 0; i < ROW.length; i++) {
            double[] up = ROW.clone();
            double[] down = ROW.clone();
            up[i] += 1e-5;
            down[i] -= 1e-5;
            double difference = (function.applyAsDouble(up) - function.applyAsDouble(down)) / 2e-5;
            assertEquals(difference, gradient[i], 1e-7, "component " + i);
        }
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
