package dev.gangway.inference.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.Box;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and gradients against the definition are in {@link ReferenceValuesTest}. */
class SquashedGaussianTest {
    private static final Distribution ONE = new SquashedGaussian(new DiagonalGaussian(1));

    @ParameterizedTest
    @ValueSource(doubles = {-2, -0.5, 0.25})
    void theDensityOfTheSquashedNumberIntegratesToOne(double logStd) {
        double[] outputs = {0.4, logStd};
        int cells = 200_000;
        double mass = 0;
        for (int i = 0; i < cells; i++) {
            double y = -1 + (2 * i + 1.0) / cells;
            float u = (float) (0.5 * Math.log((1 + y) / (1 - y)));
            mass += 2.0 / cells * Math.exp(ONE.logProb(outputs, 0, new float[] {u}, 0));
        }
        assertEquals(1, mass, 1e-5);
    }

    @Test
    void farOutTheLogProbabilityKeepsItsDigits() {
        // log(1 − tanh² u) → 2 log 2 − 2u, although tanh u is 1 in double precision from u = 19.1 on.
        double gaussian = new DiagonalGaussian(1).logProb(new double[] {40, 0}, 0, new float[] {40}, 0);
        double found = ONE.logProb(new double[] {40, 0}, 0, new float[] {40}, 0);
        assertEquals(gaussian - (2 * Math.log(2) - 80), found, 1e-12);
        assertEquals(found, ONE.logProb(new double[] {-40, 0}, 0, new float[] {-40}, 0), 1e-12);
    }

    @ParameterizedTest
    @ValueSource(doubles = {30, 100})
    void theEntropyOfAWideGaussianHasItsAsymptote(double std) {
        // E[log(1 − tanh² u)] = 2 log 2 − 2 E|u| − 2 E[log(1 + e^−2|u|)], the last term π²/6 φ(0)/σ + O(σ^−3).
        double density = 1 / Math.sqrt(2 * Math.PI);
        double jacobian = 2 * Math.log(2) - 4 * std * density - Math.PI * Math.PI / 6 * density / std;
        double expected = Math.log(std) + 0.5 + 0.5 * Math.log(2 * Math.PI) + jacobian;
        assertEquals(expected, ONE.entropy(new double[] {0, Math.log(std)}, 0), 0.3 / Math.pow(std, 3));
    }

    @Test
    void squashingBoundsTheEntropyByThatOfTheUniformDistribution() {
        double largest = Double.NEGATIVE_INFINITY;
        for (double std = 0.05; std < 5; std += 0.05) {
            double entropy = ONE.entropy(new double[] {0, Math.log(std)}, 0);
            assertTrue(entropy < Math.log(2), "entropy " + entropy + " at σ = " + std);
            largest = Math.max(largest, entropy);
        }
        assertEquals(Math.log(2), largest, 0.02);
    }

    @Test
    void samplesAreTheGaussiansAndTheGreedyActionIsTheSquashedMean() {
        float[] outputs = {0.3f, -4, -0.5f, 1};
        Distribution two = new SquashedGaussian(new DiagonalGaussian(2));
        float[] expected = new float[2];
        float[] found = new float[2];
        new DiagonalGaussian(2).sample(outputs, 0, new SplittableRandom(1), expected, 0);
        two.sample(outputs, 0, new SplittableRandom(1), found, 0);
        assertArrayEquals(expected, found);
        two.mode(outputs, 0, found, 0);
        Tensor sent = new ActionEncoder(Box.of(-1, 1, 2), two).encode(found, 1).asTensor();
        assertEquals((float) Math.tanh(0.3f), sent.getDouble(0), 1e-7);
        assertEquals((float) Math.tanh(-4), sent.getDouble(1), 1e-7);
    }

    @Test
    void belowItsFloorLogSigmaIsTheFloorAndHasNoGradient() {
        Distribution floored = new SquashedGaussian(new DiagonalGaussian(1, -0.5));
        double[] low = {0.3, -3};
        assertEquals(ONE.entropy(new double[] {0.3, -0.5}, 0), floored.entropy(low, 0));
        double[] gradient = new double[2];
        floored.addEntropyGradient(low, 0, 1, gradient);
        assertEquals(0, gradient[1]);
        double[] atFloor = new double[2];
        ONE.addEntropyGradient(new double[] {0.3, -0.5}, 0, 1, atFloor);
        assertEquals(atFloor[0], gradient[0]);
    }

    @Test
    void theSentActionIsScaledToTheBoundsAndNeverOutsideOfThem() {
        Box box = Box.of(
                Tensor.ofFloats(new int[] {3}, -2, 0.1f, -Float.MAX_VALUE),
                Tensor.ofFloats(new int[] {3}, 2, 0.3f, Float.MAX_VALUE));
        ActionEncoder encoder = new ActionEncoder(box, Distributions.of(box, true));
        float u = 0.7f;
        Tensor sent = encoder.encode(new float[] {u, -u, 0}, 1).asTensor();
        assertEquals(2 * Math.tanh(u), sent.getDouble(0), 1e-6);
        assertEquals(0.2 - 0.1 * Math.tanh(u), sent.getDouble(1), 1e-7);
        assertEquals(0, sent.getDouble(2));
        for (float far : new float[] {-1e30f, -30, -9, 9, 30, 1e30f}) {
            Tensor edge = encoder.encode(new float[] {far, far, far}, 1).asTensor();
            assertTrue(box.contains(edge.row(0)), edge.toString());
            assertEquals(far > 0 ? 2 : -2, edge.getDouble(0), 1e-6);
        }
    }

    @Test
    void boundsThatAreNotFiniteAreRefusedWithWhatToDo() {
        Space half = Box.of(0, Float.POSITIVE_INFINITY, 2);
        String message = assertThrows(IllegalArgumentException.class, () -> Distributions.of(half, true))
                .getMessage();
        assertTrue(message.contains(half.toString()) && message.contains("SQUASH_NONE"), message);
    }
}
