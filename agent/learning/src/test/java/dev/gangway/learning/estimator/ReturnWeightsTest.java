package dev.gangway.learning.estimator;

import static dev.gangway.testkit.exact.Columns.cut;
import static dev.gangway.testkit.exact.Columns.step;
import static dev.gangway.testkit.exact.Columns.terminal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.inference.network.RunningMoments;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.testkit.exact.Columns;
import dev.gangway.testkit.exact.Columns.Column;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Total return and reward-to-go, by hand, with γ = 1/2. */
class ReturnWeightsTest {
    private static final double GAMMA = 0.5;
    private static final Baseline NONE = new Baseline.None();
    private static final Baseline MEAN = new Baseline.BatchMean();
    private static final Discounting START = Discounting.FROM_START;
    private static final Discounting ACTION = Discounting.FROM_ACTION;

    /**
     * Column 0: an episode of rewards 1, 2, 4 (total 1 + 1 + 1 = 3, to go 3, 4, 4), then one of reward 8. Column 1: an
     * episode of rewards 16, −8 (total 12, to go 12, −8) cut by its time limit, then nothing.
     */
    private static final TrajectoryBatch BATCH = Columns.batch(List.of(
            new Column(0, List.of(step(1, 1, 2), step(2, 2, 3), terminal(3, 4, 4), terminal(5, 8, 6))),
            new Column(0, List.of(step(7, 16, 8), cut(8, -8, 9)))));

    @Test
    void everyStepHasItsEpisodesTotalReturn() {
        assertPsi(new TotalReturn(GAMMA, START, NONE), new double[] {3, 3, 3, 8}, new double[] {12, 12});
    }

    @Test
    void fromTheActionTheTotalReturnGrowsByOneOverGammaPerStep() {
        assertPsi(new TotalReturn(GAMMA, ACTION, NONE), new double[] {3, 6, 12, 8}, new double[] {12, 24});
    }

    @Test
    void theRewardToGoForgetsWhatCameBefore() {
        assertPsi(new RewardToGo(GAMMA, ACTION, NONE), new double[] {3, 4, 4, 8}, new double[] {12, -8});
        assertPsi(new RewardToGo(1, ACTION, NONE), new double[] {7, 6, 4, 8}, new double[] {8, -8});
    }

    @Test
    void fromTheStartTheRewardToGoIsDiscountedByTheStepsPlaceInItsEpisode() {
        assertPsi(new RewardToGo(GAMMA, START, NONE), new double[] {3, 2, 1, 8}, new double[] {12, -4});
    }

    @Test
    void theMeanOfTotalReturnsIsOverTrajectories() {
        double b = (3 + 8 + 12) / 3.0;
        assertPsi(new TotalReturn(GAMMA, START, MEAN), new double[] {3 - b, 3 - b, 3 - b, 8 - b}, new double[] {
            12 - b, 12 - b
        });
        assertPsi(
                new TotalReturn(GAMMA, ACTION, MEAN),
                new double[] {3 - b, 2 * (3 - b), 4 * (3 - b), 8 - b},
                new double[] {12 - b, 2 * (12 - b)});
    }

    @Test
    void theMeanOfRewardsToGoIsOverSteps() {
        double b = (3 + 4 + 4 + 8 + 12 - 8) / 6.0;
        assertPsi(new RewardToGo(GAMMA, ACTION, MEAN), new double[] {3 - b, 4 - b, 4 - b, 8 - b}, new double[] {
            12 - b, -8 - b
        });
        double c = (3 + 2 + 1 + 8 + 12 - 4) / 6.0;
        assertPsi(new RewardToGo(GAMMA, START, MEAN), new double[] {3 - c, 2 - c, 1 - c, 8 - c}, new double[] {
            12 - c, -4 - c
        });
    }

    @Test
    void aStateValueIsSubtractedInTheUnitsOfTheReturn() {
        Baseline value = new Baseline.OfState((features, rows) -> {
            double[] values = new double[rows];
            for (int i = 0; i < rows; i++) {
                values[i] = 10 * features[i];
            }
            return values;
        });
        assertPsi(new RewardToGo(GAMMA, ACTION, value), new double[] {3 - 10, 4 - 20, 4 - 30, 8 - 50}, new double[] {
            12 - 70, -8 - 80
        });
        assertPsi(new RewardToGo(GAMMA, START, value), new double[] {3 - 10, 2 - 10, 1 - 7.5, 8 - 50}, new double[] {
            12 - 70, -4 - 40
        });
        assertPsi(new TotalReturn(GAMMA, START, value), new double[] {3 - 10, 3 - 10, 3 - 7.5, 8 - 50}, new double[] {
            12 - 70, 12 - 40
        });
    }

    @Test
    void valueTargetsAreRewardsToGoHoweverTheWeightsAreDiscounted() {
        double[] expected = {3, 12, 4, -8, 4, 0, 8, 0};
        for (Discounting discounting : Discounting.values()) {
            for (Baseline baseline : List.of(NONE, MEAN)) {
                assertArrayEquals(
                        expected,
                        new TotalReturn(GAMMA, discounting, baseline)
                                .weights(BATCH)
                                .valueTargets());
                assertArrayEquals(
                        expected,
                        new RewardToGo(GAMMA, discounting, baseline)
                                .weights(BATCH)
                                .valueTargets());
            }
        }
    }

    @Test
    void averagesDivideByStepsByTrajectoriesOrByNothing() {
        Weights weights = new RewardToGo(GAMMA, ACTION, NONE).weights(BATCH);
        assertEquals(1 / 6.0, weights.scale(Averaging.PER_STEP));
        assertEquals(1 / 3.0, weights.scale(Averaging.PER_TRAJECTORY));
        assertEquals(1, weights.scale(Averaging.SUM));
    }

    @Test
    void normalisedWeightsHaveMeanZeroAndDeviationOneOverTheValidRows() {
        Weights weights = new RewardToGo(GAMMA, ACTION, NONE).weights(BATCH).normalized(0, 0);
        double[] psi = weights.psi();
        assertEquals(0, Arrays.stream(psi).sum(), 1e-14);
        assertEquals(6, Arrays.stream(psi).map(x -> x * x).sum(), 1e-13);
        assertEquals(0, psi[5]);
        assertEquals(0, psi[7]);
        // mean 23/6, mean square (9 + 16 + 16 + 64 + 144 + 64) / 6
        double std = Math.sqrt(313 / 6.0 - 23 * 23 / 36.0);
        assertEquals((8 - 23 / 6.0) / std, psi[6], 1e-14);
    }

    @Test
    void theDivisorOfNormalisedWeightsIsAtLeastTheFloor() {
        // std is √(313/6 − (23/6)²) = 6.12…
        Weights weights = new RewardToGo(GAMMA, ACTION, NONE).weights(BATCH);
        assertArrayEquals(
                weights.normalized(0, 0.5).psi(), weights.normalized(6, 0.5).psi());
        assertEquals((8 - 23 / 6.0) / 10.5, weights.normalized(10, 0.5).psi()[6], 1e-14);
    }

    @Test
    void equalWeightsAreNormalisedToZero() {
        TrajectoryBatch batch = Columns.batch(List.of(new Column(0, List.of(terminal(1, 5, 2)))));
        assertArrayEquals(
                new double[] {0},
                new RewardToGo(1, ACTION, NONE)
                        .weights(batch)
                        .normalized(0, 1e-8)
                        .psi());
    }

    /** A mean that is off by rounding would make −0.19 of them; equal but for rounding themselves, ±1. */
    @ParameterizedTest
    @ValueSource(doubles = {1e6, -1e6, 0.1, 1e12})
    void weightsThatAreEqualButForRoundingAreNormalisedToZeroWhateverTheirSize(double size) {
        for (double rounding : new double[] {0, 1e-15}) {
            double[] psi = new double[1000];
            Arrays.setAll(psi, i -> size * (1 + (i % 2) * rounding));
            Weights weights = new Weights(IntStream.range(0, 1000).toArray(), 1, psi, psi);
            assertArrayEquals(new double[1000], weights.normalized(0, 1e-8).psi());
            assertEquals(0, weights.deviation(), Math.abs(size) * rounding);
        }
    }

    @Test
    void aMeanFarFromZeroCostsTheDeviationNoDigits() {
        double[] psi = new double[1000];
        Arrays.setAll(psi, i -> 1e9 + (i % 2 == 0 ? 0.25 : -0.25));
        Weights weights = new Weights(IntStream.range(0, 1000).toArray(), 1, psi, psi);
        assertEquals(0.25, weights.deviation(), 1e-12);
        assertEquals(1, weights.normalized(0, 0).psi()[0], 1e-12);
        assertEquals(-1, weights.normalized(0, 0).psi()[1], 1e-12);
    }

    @Test
    void theFitOfEqualTargetsExplainsNothingThatCouldBeSaid() {
        double[] targets = new double[1000];
        Arrays.fill(targets, 1e6 + 0.1);
        double[] predicted = new double[1000];
        Arrays.setAll(predicted, i -> 1e6 + i);
        Weights weights = new Weights(IntStream.range(0, 1000).toArray(), 1, targets, targets);
        assertEquals(Double.NaN, ValueFit.of(predicted, weights).explainedVariance());
    }

    @Test
    void theRunningMomentsOfAConstantHaveNoDeviation() {
        for (double constant : new double[] {0.1, 1e9 + 0.1}) {
            RunningMoments moments = new RunningMoments(1);
            moments.add(1000, (row, column) -> constant);
            moments.add(77, (row, column) -> constant);
            assertEquals(constant, moments.mean()[0]);
            assertEquals(0, moments.variance()[0], 1e-30 * constant * constant);
        }
    }

    @Test
    void anEpisodeThatTheBatchCutsIsRefusedWithItsPlace() {
        TrajectoryBatch batch = Columns.batch(List.of(
                new Column(0, List.of(step(1, 1, 2), terminal(2, 2, 3))),
                new Column(0, List.of(terminal(1, 1, 2), step(4, 1, 5)))));
        for (GradientEstimator estimator : wholeEpisodeEstimators()) {
            String message = assertThrows(IllegalArgumentException.class, () -> estimator.weights(batch))
                    .getMessage();
            assertTrue(message.contains("last step 1 of copy 1") && message.contains("rollout.episodes"), message);
        }
    }

    @Test
    void anEpisodeThatBeganBeforeTheBatchIsRefusedWithItsPlace() {
        TrajectoryBatch batch = Columns.batch(List.of(new Column(3, List.of(step(1, 1, 2), terminal(2, 2, 3)))));
        for (GradientEstimator estimator : wholeEpisodeEstimators()) {
            String message = assertThrows(IllegalArgumentException.class, () -> estimator.weights(batch))
                    .getMessage();
            assertTrue(message.contains("began before the batch at step 0 of copy 0"), message);
        }
    }

    @Test
    void discountsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new RewardToGo(1.01, ACTION, NONE));
        assertThrows(IllegalArgumentException.class, () -> new TotalReturn(-0.1, START, NONE));
        assertThrows(IllegalArgumentException.class, () -> new TotalReturn(0, ACTION, NONE));
    }

    private static List<GradientEstimator> wholeEpisodeEstimators() {
        return List.of(new TotalReturn(GAMMA, START, NONE), new RewardToGo(GAMMA, ACTION, MEAN));
    }

    private static void assertPsi(GradientEstimator estimator, double[] column0, double[] column1) {
        double[] expected = new double[8];
        for (int t = 0; t < column0.length; t++) {
            expected[2 * t] = column0[t];
        }
        for (int t = 0; t < column1.length; t++) {
            expected[2 * t + 1] = column1[t];
        }
        assertArrayEquals(expected, estimator.weights(BATCH).psi(), 1e-14, estimator.toString());
    }
}
