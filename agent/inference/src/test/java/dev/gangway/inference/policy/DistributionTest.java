package dev.gangway.inference.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DistributionTest {
    /** Where a row lies in longer arrays, so that an ignored offset shows. */
    private static final int OFFSET = 3;

    /** A distribution, its outputs, and its probabilities written out by hand. */
    record Case(Distribution distribution, double[] outputs, double[] probabilities) {
        double[] row() {
            double[] row = new double[OFFSET + outputs.length + 2];
            Arrays.fill(row, 1234.5);
            System.arraycopy(outputs, 0, row, OFFSET, outputs.length);
            return row;
        }

        double logProb(double[] row, int action) {
            return distribution.logProb(row, OFFSET, new float[] {9, action}, 1);
        }
    }

    static List<Case> cases() {
        double e = Math.E;
        return List.of(
                new Case(new Categorical(2), new double[] {0, 0}, new double[] {0.5, 0.5}),
                new Case(new Categorical(3), new double[] {0, 1, 2}, softmax(1, e, e * e)),
                new Case(
                        new Categorical(3),
                        new double[] {-1, 0.5, -0.25},
                        softmax(1 / e, Math.sqrt(e), Math.exp(-0.25))),
                new Case(new BernoulliLogit(), new double[] {0}, new double[] {0.5, 0.5}),
                new Case(new BernoulliLogit(), new double[] {1}, new double[] {1 / (1 + e), e / (1 + e)}),
                new Case(new BernoulliLogit(), new double[] {-2}, new double[] {1 / (1 + 1 / (e * e)), 1 / (1 + e * e)
                }));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logProbabilitiesAreThoseOfTheDefinition(Case given) {
        for (int a = 0; a < given.probabilities().length; a++) {
            assertEquals(Math.log(given.probabilities()[a]), given.logProb(given.row(), a), 1e-14);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void entropyIsMinusTheMeanLogProbability(Case given) {
        double expected = IntStream.range(0, given.probabilities().length)
                .mapToDouble(a -> -given.probabilities()[a] * Math.log(given.probabilities()[a]))
                .sum();
        assertEquals(expected, given.distribution().entropy(given.row(), OFFSET), 1e-14);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theScoreHasItsClosedFormAndMeanZero(Case given) {
        double[] p = given.probabilities();
        double[] mean = new double[given.row().length];
        for (int a = 0; a < p.length; a++) {
            double[] gradient = new double[given.row().length];
            given.distribution().addLogProbGradient(given.row(), OFFSET, new float[] {9, a}, 1, 1, gradient);
            for (int k = 0; k < given.outputs().length; k++) {
                double indicator = given.distribution() instanceof BernoulliLogit ? a : (k == a ? 1 : 0);
                double probability = given.distribution() instanceof BernoulliLogit ? p[1] : p[k];
                assertEquals(indicator - probability, gradient[OFFSET + k], 1e-14);
                mean[OFFSET + k] += p[a] * gradient[OFFSET + k];
            }
        }
        assertArrayEquals(new double[mean.length], mean, 1e-15);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAreThoseOfFiniteDifferencesTimesTheWeightAndAreAdded(Case given) {
        for (int a = 0; a < given.probabilities().length; a++) {
            int action = a;
            double[] gradient = filled(given.row().length, 0.25);
            given.distribution().addLogProbGradient(given.row(), OFFSET, new float[] {9, a}, 1, -3, gradient);
            assertDifferences(given, row -> -3 * given.logProb(row, action), gradient);
        }
        double[] gradient = filled(given.row().length, 0.25);
        given.distribution().addEntropyGradient(given.row(), OFFSET, 2, gradient);
        assertDifferences(given, row -> 2 * given.distribution().entropy(row, OFFSET), gradient);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void klIsTheMeanLogRatioAndZeroToItself(Case given) {
        double[] other = given.row();
        for (int k = 0; k < given.outputs().length; k++) {
            other[OFFSET + k] += 0.7 * (k + 1) * (k % 2 == 0 ? 1 : -1);
        }
        double expected = IntStream.range(0, given.probabilities().length)
                .mapToDouble(
                        a -> given.probabilities()[a] * (Math.log(given.probabilities()[a]) - given.logProb(other, a)))
                .sum();
        assertTrue(expected > 0.01);
        assertEquals(expected, given.distribution().kl(given.row(), other, OFFSET), 1e-14);
        assertEquals(0, given.distribution().kl(given.row(), given.row(), OFFSET), 1e-15);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void samplesOccurAsOftenAsTheirProbability(Case given) {
        int draws = 100_000;
        Random random = new Random(5);
        float[] outputs = new float[given.row().length];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = (float) given.row()[i];
        }
        int[] counts = new int[given.probabilities().length];
        float[] action = new float[2];
        for (int i = 0; i < draws; i++) {
            given.distribution().sample(outputs, OFFSET, random, action, 1);
            counts[(int) action[1]]++;
        }
        double chiSquare = 0;
        for (int a = 0; a < counts.length; a++) {
            double expected = draws * given.probabilities()[a];
            chiSquare += (counts[a] - expected) * (counts[a] - expected) / expected;
        }
        // 99.9th percentiles of the chi-square distribution with 1 and 2 degrees of freedom.
        assertTrue(chiSquare < (counts.length == 2 ? 10.83 : 13.82), "chi-square " + chiSquare);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theModeIsTheFirstOfTheMostLikelyActions(Case given) {
        float[] outputs = new float[given.row().length];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = (float) given.row()[i];
        }
        float[] action = new float[2];
        given.distribution().mode(outputs, OFFSET, action, 1);
        int best = 0;
        for (int a = 1; a < given.probabilities().length; a++) {
            best = given.probabilities()[a] > given.probabilities()[best] ? a : best;
        }
        assertEquals(best, action[1]);
    }

    @Test
    void extremeOutputsOverflowNowhere() {
        Distribution categorical = new Categorical(2);
        double[] logits = {1000, -1000};
        assertEquals(0, categorical.logProb(logits, 0, new float[] {0}, 0), Double.MIN_VALUE);
        assertEquals(-2000, categorical.logProb(logits, 0, new float[] {1}, 0));
        assertEquals(0, categorical.entropy(logits, 0), Double.MIN_VALUE);
        assertEquals(2000, categorical.kl(logits, new double[] {-1000, 1000}, 0), 1e-9);
        Distribution bernoulli = new BernoulliLogit();
        for (double z : new double[] {-1000, 1000}) {
            assertEquals(0, bernoulli.logProb(new double[] {z}, 0, new float[] {z > 0 ? 1 : 0}, 0), Double.MIN_VALUE);
            assertEquals(-1000, bernoulli.logProb(new double[] {z}, 0, new float[] {z > 0 ? 0 : 1}, 0));
            assertEquals(0, bernoulli.entropy(new double[] {z}, 0), Double.MIN_VALUE);
            assertEquals(1000, bernoulli.kl(new double[] {z}, new double[] {-z}, 0), 1e-9);
        }
        double[] gradient = new double[2];
        categorical.addEntropyGradient(logits, 0, 1, gradient);
        assertArrayEquals(new double[2], gradient, Double.MIN_VALUE);
    }

    @Test
    void anImpossibleActionIsNeverDrawn() {
        float[] action = new float[1];
        for (double uniform : new double[] {0, 0.5, Math.nextDown(1.0)}) {
            new Categorical(3).sample(new float[] {0, -200, -200}, 0, constant(uniform), action, 0);
            assertEquals(0, action[0], "uniform " + uniform);
        }
    }

    /** The ends of what {@code nextDouble} may give: 0 draws the first possible action, the largest the last. */
    @Test
    void theEndsOfTheUniformNumbersDrawTheFirstAndTheLastPossibleAction() {
        float[] action = new float[2];
        for (int allowed = 1; allowed < 8; allowed++) {
            float[] outputs = new float[3];
            for (int k = 0; k < 3; k++) {
                outputs[k] = (allowed >> k & 1) == 1 ? 0.25f * k : Float.NEGATIVE_INFINITY;
            }
            new Categorical(3).sample(outputs, 0, constant(0), action, 0);
            assertEquals(Integer.numberOfTrailingZeros(allowed), action[0]);
            new Categorical(3).sample(outputs, 0, constant(Math.nextDown(1.0)), action, 0);
            assertEquals(31 - Integer.numberOfLeadingZeros(allowed), action[0]);
        }
        for (double uniform : new double[] {0, Math.nextDown(1.0)}) {
            new BernoulliLogit().sample(new float[] {Float.NEGATIVE_INFINITY}, 0, constant(uniform), action, 0);
            assertEquals(0, action[0]);
            new BernoulliLogit().sample(new float[] {Float.POSITIVE_INFINITY}, 0, constant(uniform), action, 0);
            assertEquals(1, action[0]);
            new BernoulliLogit().sample(new float[] {0}, 0, constant(uniform), action, 0);
            assertEquals(uniform == 0 ? 1 : 0, action[0]);
            for (Distribution normal :
                    List.of(new DiagonalGaussian(2), new SquashedGaussian(new DiagonalGaussian(2)))) {
                normal.sample(new float[4], 0, constant(uniform), action, 0);
                assertTrue(Math.abs(action[0]) > 5 && Math.abs(action[0]) < 10, normal + " drew " + action[0]);
                assertEquals(action[0], action[1]);
            }
        }
    }

    @Test
    void outputsThatAreNotFiniteAreRefused() {
        float[] action = new float[1];
        for (Distribution distribution : List.of(new Categorical(2), new BernoulliLogit())) {
            for (int bad = 0; bad < distribution.outputSize(); bad++) {
                float[] outputs = {0, 0};
                outputs[bad] = Float.NaN;
                assertThrows(DivergedException.class, () -> distribution.sample(outputs, 0, new Random(1), action, 0));
                assertThrows(DivergedException.class, () -> distribution.mode(outputs, 0, action, 0));
            }
        }
    }

    @Test
    void actionsOfAnotherFormAreRefused() {
        for (float action : new float[] {-1, 2, 0.5f, Float.NaN}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new Categorical(2).logProb(new double[2], 0, new float[] {action}, 0));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new BernoulliLogit().logProb(new double[1], 0, new float[] {action}, 0));
        }
    }

    private interface RowFunction {
        double at(double[] row);
    }

    private static void assertDifferences(Case given, RowFunction function, double[] gradient) {
        for (int i = 0; i < gradient.length; i++) {
            double[] up = given.row();
            double[] down = given.row();
            up[i] += 1e-5;
            down[i] -= 1e-5;
            double difference = (function.at(up) - function.at(down)) / 2e-5;
            assertEquals(0.25 + difference, gradient[i], 1e-9, "component " + i);
        }
    }

    private static RandomGenerator constant(double uniform) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("Expected nextDouble only");
            }

            @Override
            public double nextDouble() {
                return uniform;
            }
        };
    }

    private static double[] softmax(double... unnormalised) {
        double sum = Arrays.stream(unnormalised).sum();
        return Arrays.stream(unnormalised).map(value -> value / sum).toArray();
    }

    private static double[] filled(int length, double value) {
        double[] array = new double[length];
        Arrays.fill(array, value);
        return array;
    }
}
