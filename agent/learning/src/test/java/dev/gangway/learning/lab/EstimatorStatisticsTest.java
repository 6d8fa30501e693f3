package dev.gangway.learning.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Four batches in the plane, worked out by hand. */
class EstimatorStatisticsTest {
    private static final double[][] GRADIENTS = {{1, 0}, {3, 0}, {2, 1}, {2, -1}};

    private static EstimatorStatistics.Figures figures(double[][] unbiased) {
        EstimatorStatistics statistics = new EstimatorStatistics(new Reference(new double[] {3, 3}, 18));
        for (int b = 0; b < GRADIENTS.length; b++) {
            statistics.add(GRADIENTS[b], unbiased[b], 10 * (b + 1));
        }
        return statistics.figures();
    }

    @Test
    void theFiguresAreThoseOfTheirFormulas() {
        // ⟨g − u, r⟩ / 18 is −1/6, −1/6, 0, 0: its mean −1/12, its variance (4 / 144) / 3.
        EstimatorStatistics.Figures figures = figures(new double[][] {{1, 1}, {3, 1}, {2, 1}, {2, -1}});
        assertEquals(Math.sqrt(0.5), figures.cosine(), 1e-12);
        double[] cosines = {Math.sqrt(0.5), Math.sqrt(0.5), 3 / Math.sqrt(10), 1 / Math.sqrt(10)};
        assertEquals((cosines[0] + cosines[1] + cosines[2] + cosines[3]) / 4, figures.batchCosine(), 1e-12);
        assertEquals(-1.0 / 12, figures.bias(), 1e-12);
        assertEquals(1.959964 * Math.sqrt(4 / 144.0 / 3) / 2, figures.biasInterval(), 1e-6);
        assertEquals(4.0 / 3, figures.variance(), 1e-12);
        assertEquals(4.0 / 3 * 25, figures.variancePerStep(), 1e-12);
        assertEquals((4 - 1.0 / 3) / (4.0 / 3), figures.signalToNoise(), 1e-12);
    }

    @Test
    void aLargeMeanCostsTheVarianceNoDigits() {
        Moments moments = new Moments(1);
        for (int i = 0; i < 1000; i++) {
            moments.add(1e9 + (i % 2 == 0 ? 0.25 : -0.25));
        }
        assertEquals(0.0625 * 1000 / 999, moments.totalVariance(), 1e-9);
    }

    @Test
    void theUnbiasedEstimatorHasNoBiasAndNoInterval() {
        EstimatorStatistics.Figures figures = figures(GRADIENTS);
        assertEquals(0, figures.bias());
        assertEquals(0, figures.biasInterval());
    }

    @Test
    void aReferenceIsTheMeanAndItsNormLessItsNoise() {
        Reference.Builder builder = new Reference.Builder(2);
        for (double[] gradient : GRADIENTS) {
            builder.add(gradient);
        }
        assertEquals(2, builder.build().mean()[0], 1e-12);
        assertEquals(0, builder.build().mean()[1], 1e-12);
        assertEquals(4 - 1.0 / 3, builder.build().squaredNorm(), 1e-12);
    }
}
