package dev.gangway.inference.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every distribution against {@code distributions.txt}: sums and integrals over its definition in many digits, made by
 * {@code src/test/python/distributions.py}.
 */
class ReferenceValuesTest {
    private static final int OFFSET = 2;
    private static final int ACTION_OFFSET = 1;
    private static final double TOLERANCE = 1e-9;

    /** A line of the file. */
    record Reference(
            String name,
            double[] outputs,
            double[] other,
            double[] action,
            double[] scalars,
            double[] score,
            double[] entropyGradient) {
        static Reference of(String line) {
            String[] groups = line.split(" \\| ", -1);
            return new Reference(
                    groups[0],
                    numbers(groups[1]),
                    numbers(groups[2]),
                    numbers(groups[3]),
                    numbers(groups[4]),
                    numbers(groups[5]),
                    numbers(groups[6]));
        }

        private static double[] numbers(String group) {
            return Arrays.stream(group.split(" ", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        }

        Distribution distribution() {
            return switch (name) {
                case "categorical" -> new Categorical(outputs.length);
                case "bernoulli" -> new BernoulliLogit();
                case "gaussian" -> new DiagonalGaussian(1);
                case "squashed" -> new SquashedGaussian(new DiagonalGaussian(1));
                default -> throw new IllegalArgumentException(name);
            };
        }
    }

    static List<Reference> references() throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                ReferenceValuesTest.class.getResourceAsStream("distributions.txt"), StandardCharsets.UTF_8))) {
            return lines.lines().map(Reference::of).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("references")
    void logProbabilityEntropyDivergenceAndGradientsAreThoseOfTheDefinition(Reference given) {
        check(given.distribution(), List.of(given));
    }

    @Test
    void aProductIsTheSumOfItsPartsEachInItsOwnPlace() throws IOException {
        List<Reference> parts = references();
        check(new Independent(parts.stream().map(Reference::distribution).toList()), parts);
        Distribution first = product(parts.subList(0, 5));
        Distribution rest = product(parts.subList(5, parts.size()));
        check(new Independent(List.of(first, rest)), parts);
    }

    @Test
    void aProductKnowsWhichOfItsOutputsAreLogarithmsOfStandardDeviations() throws IOException {
        List<Reference> parts = references();
        int at = 0;
        int[] found = product(parts).logStdOutputs().toArray();
        int next = 0;
        for (Reference part : parts) {
            if (part.name().equals("gaussian") || part.name().equals("squashed")) {
                assertEquals(at + 1, found[next++]);
            }
            at += part.outputs().length;
        }
        assertEquals(next, found.length);
    }

    private static Independent product(List<Reference> parts) {
        return new Independent(parts.stream().map(Reference::distribution).toList());
    }

    private static void check(Distribution distribution, List<Reference> parts) {
        double[] outputs =
                concatenated(OFFSET, parts.stream().map(Reference::outputs).toList());
        double[] other =
                concatenated(OFFSET, parts.stream().map(Reference::other).toList());
        double[] wide = concatenated(
                ACTION_OFFSET, parts.stream().map(Reference::action).toList());
        float[] action = new float[wide.length];
        IntStream.range(0, wide.length).forEach(i -> action[i] = (float) wide[i]);
        assertEquals(outputs.length, OFFSET + distribution.outputSize());
        assertEquals(action.length, ACTION_OFFSET + distribution.actionSize());

        near(sum(parts, 0), distribution.logProb(outputs, OFFSET, action, ACTION_OFFSET));
        near(sum(parts, 1), distribution.entropy(outputs, OFFSET));
        near(sum(parts, 2), distribution.kl(outputs, other, OFFSET));
        double[] score = new double[outputs.length];
        distribution.addLogProbGradient(outputs, OFFSET, action, ACTION_OFFSET, 1, score);
        near(concatenated(OFFSET, parts.stream().map(Reference::score).toList()), score);
        double[] slope = new double[outputs.length];
        distribution.addEntropyGradient(outputs, OFFSET, 1, slope);
        near(concatenated(OFFSET, parts.stream().map(Reference::entropyGradient).toList()), slope);
    }

    private static double sum(List<Reference> parts, int scalar) {
        return parts.stream().mapToDouble(part -> part.scalars()[scalar]).sum();
    }

    private static double[] concatenated(int before, List<double[]> groups) {
        double[] all = new double
                [before + groups.stream().mapToInt(group -> group.length).sum()];
        int at = before;
        for (double[] group : groups) {
            System.arraycopy(group, 0, all, at, group.length);
            at += group.length;
        }
        return all;
    }

    private static void near(double[] expected, double[] found) {
        assertEquals(expected.length, found.length);
        for (int i = 0; i < expected.length; i++) {
            near(expected[i], found[i]);
        }
    }

    private static void near(double expected, double found) {
        double error = Math.abs(expected - found);
        assertTrue(error <= TOLERANCE * Math.max(1, Math.abs(expected)), () -> expected + " against " + found);
    }
}
