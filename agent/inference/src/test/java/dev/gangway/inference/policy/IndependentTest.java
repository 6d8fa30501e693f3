package dev.gangway.inference.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Expected values come from the table of all joint actions and their probabilities, written out by hand. */
class IndependentTest {
    private static final int OFFSET = 2;

    /** A distribution, its outputs, and for each part the probabilities of its values. */
    record Case(Distribution distribution, double[] outputs, double[][] marginals) {
        double[] row() {
            double[] row = new double[OFFSET + outputs.length + 1];
            java.util.Arrays.fill(row, 1234.5);
            System.arraycopy(outputs, 0, row, OFFSET, outputs.length);
            return row;
        }

        /** Every joint action, behind one number that belongs to nobody. */
        List<float[]> actions() {
            List<float[]> actions = new ArrayList<>(List.of(new float[] {9}));
            for (double[] marginal : marginals) {
                List<float[]> longer = new ArrayList<>();
                for (float[] action : actions) {
                    for (int value = 0; value < marginal.length; value++) {
                        float[] extended = java.util.Arrays.copyOf(action, action.length + 1);
                        extended[action.length] = value;
                        longer.add(extended);
                    }
                }
                actions = longer;
            }
            return actions;
        }

        double probability(float[] action) {
            return IntStream.range(0, marginals.length)
                    .mapToDouble(i -> marginals[i][(int) action[i + 1]])
                    .reduce(1, (a, b) -> a * b);
        }

        double logProb(double[] row, float[] action) {
            return distribution.logProb(row, OFFSET, action, 1);
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case(
                        Independent.categorical(2, 3, 1),
                        new double[] {0, Math.log(3), Math.log(2), Math.log(5), 0, 7},
                        new double[][] {{0.25, 0.75}, {0.25, 0.625, 0.125}, {1}}),
                new Case(Independent.bernoulli(3), new double[] {0, Math.log(3), -Math.log(4)}, new double[][] {
                    {0.5, 0.5}, {0.25, 0.75}, {0.8, 0.2}
                }),
                new Case(
                        new Independent(List.of(new BernoulliLogit(), new Categorical(2))),
                        new double[] {Math.log(3), Math.log(4), 0},
                        new double[][] {{0.25, 0.75}, {0.8, 0.2}}));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theProbabilityIsTheProductOfTheParts(Case given) {
        assertEquals(given.marginals().length, given.distribution().actionSize());
        assertEquals(given.outputs().length, given.distribution().outputSize());
        for (float[] action : given.actions()) {
            assertEquals(Math.log(given.probability(action)), given.logProb(given.row(), action), 1e-14);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void entropyAndKlAreSumsOverTheJointActions(Case given) {
        double[] other = given.row();
        for (int k = 0; k < given.outputs().length; k++) {
            other[OFFSET + k] += 0.7 * (k % 2 == 0 ? 1 : -1);
        }
        double entropy = 0;
        double kl = 0;
        for (float[] action : given.actions()) {
            double p = given.probability(action);
            entropy -= p * Math.log(p);
            kl += p * (Math.log(p) - given.logProb(other, action));
        }
        assertEquals(entropy, given.distribution().entropy(given.row(), OFFSET), 1e-14);
        assertEquals(kl, given.distribution().kl(given.row(), other, OFFSET), 1e-14);
        assertTrue(kl > 0.01);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAreThoseOfFiniteDifferencesAndTheScoreHasMeanZero(Case given) {
        double[] mean = new double[given.row().length];
        for (float[] action : given.actions()) {
            double[] gradient = new double[mean.length];
            given.distribution().addLogProbGradient(given.row(), OFFSET, action, 1, 2, gradient);
            assertDifferences(given, row -> 2 * given.logProb(row, action), gradient);
            for (int k = 0; k < mean.length; k++) {
                mean[k] += given.probability(action) * gradient[k];
            }
        }
        assertArrayEquals(new double[mean.length], mean, 1e-14);
        double[] gradient = new double[mean.length];
        given.distribution().addEntropyGradient(given.row(), OFFSET, 2, gradient);
        assertDifferences(given, row -> 2 * given.distribution().entropy(row, OFFSET), gradient);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void jointActionsOccurAsOftenAsTheirProbability(Case given) {
        int draws = 100_000;
        SplittableRandom random = new SplittableRandom(5);
        float[] outputs = floats(given.row());
        float[] action = new float[given.marginals().length + 1];
        action[0] = 9;
        List<float[]> actions = given.actions();
        int[] counts = new int[actions.size()];
        for (int i = 0; i < draws; i++) {
            given.distribution().sample(outputs, OFFSET, random, action, 1);
            for (int a = 0; a < counts.length; a++) {
                counts[a] += java.util.Arrays.equals(actions.get(a), action) ? 1 : 0;
            }
        }
        double chiSquare = 0;
        for (int a = 0; a < counts.length; a++) {
            double expected = draws * given.probability(actions.get(a));
            chiSquare += (counts[a] - expected) * (counts[a] - expected) / expected;
        }
        // The 99.9th percentile of the chi-square distribution with 7 degrees of freedom; the cases have 3, 5 and 7.
        assertTrue(chiSquare < 24.32, "chi-square " + chiSquare);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theModeIsTheMostLikelyJointAction(Case given) {
        float[] action = new float[given.marginals().length + 1];
        given.distribution().mode(floats(given.row()), OFFSET, action, 1);
        double best =
                given.actions().stream().mapToDouble(given::probability).max().orElseThrow();
        assertEquals(best, given.probability(action));
    }

    @Test
    void nothingIsNotADistribution() {
        assertThrows(IllegalArgumentException.class, () -> new Independent(List.of()));
    }

    private static void assertDifferences(Case given, ToDoubleFunction<double[]> function, double[] gradient) {
        for (int i = 0; i < gradient.length; i++) {
            double[] up = given.row();
            double[] down = given.row();
            up[i] += 1e-5;
            down[i] -= 1e-5;
            double difference = (function.applyAsDouble(up) - function.applyAsDouble(down)) / 2e-5;
            assertEquals(difference, gradient[i], 1e-9, "component " + i);
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
