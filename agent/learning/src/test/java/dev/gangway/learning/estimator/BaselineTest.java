package dev.gangway.learning.estimator;

import static dev.gangway.testkit.exact.Columns.step;
import static dev.gangway.testkit.exact.Columns.terminal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.testkit.exact.Columns;
import dev.gangway.testkit.exact.Columns.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Baselines by hand, with γ = 1; ψ = value − baseline gives them away. */
class BaselineTest {
    /** Column 0: rewards 1, 2 (to go 3, 2), then 8. Column 1: rewards 16, 4, 1 (to go 21, 5, 1). */
    private static final TrajectoryBatch BATCH = Columns.batch(List.of(
            new Column(0, List.of(step(1, 1, 2), terminal(2, 2, 3), terminal(5, 8, 6))),
            new Column(0, List.of(step(7, 16, 8), step(8, 4, 9), terminal(9, 1, 0)))));

    @Test
    void aConstantIsTheSameEverywhere() {
        assertBaseline(new double[] {5, 5, 5}, new double[] {5, 5, 5}, true, new Baseline.Constant(5));
        assertBaseline(new double[] {5, 5, 5}, new double[] {5, 5, 5}, false, new Baseline.Constant(5));
    }

    @Test
    void leavingOneOutMeansTheOtherEpisodes() {
        assertBaseline(new double[] {14.5, 14.5, 12}, new double[] {5.5, 5.5, 5.5}, true, new LeaveOneOutMean());
        double first = (8 + 21 + 5 + 1) / 4.0;
        double second = (3 + 2 + 21 + 5 + 1) / 5.0;
        double third = (3 + 2 + 8) / 3.0;
        assertBaseline(
                new double[] {first, first, second}, new double[] {third, third, third}, false, new LeaveOneOutMean());
    }

    @Test
    void theTimeStepMeanIsThatOfTheOtherEpisodesAtTheSameStep() {
        assertBaseline(new double[] {14.5, 5, 12}, new double[] {5.5, 2, 0}, false, new TimeStepMean());
        assertBaseline(new double[] {14.5, 21, 12}, new double[] {5.5, 3, 0}, true, new TimeStepMean());
    }

    @Test
    void theLeastVarianceWeighsReturnsWithSquaredScores() {
        // The score of a step is its feature: g = 3, 5, 24; R = 3, 8, 21.
        ScoreSum scores = (decisions, rows, weights) -> new double[] {
            Arrays.stream(rows)
                    .mapToDouble(row -> weights[row] * decisions.features()[row])
                    .sum()
        };
        double first = (25 * 8 + 576 * 21) / 601.0;
        double second = (9 * 3 + 576 * 21) / 585.0;
        double third = (9 * 3 + 25 * 8) / 34.0;
        assertBaseline(
                new double[] {first, first, second},
                new double[] {third, third, third},
                true,
                new MinimumVariance(scores));
        // With rewards-to-go h = 1·3 + 2·2, 5·8, 7·21 + 8·5 + 9·1.
        double toGo = (5 * 40 + 24 * 196) / 601.0;
        double[] psi = new RewardToGo(1, Discounting.FROM_START, new MinimumVariance(scores))
                .weights(BATCH)
                .psi();
        assertEquals(3 - toGo, psi[0], 1e-13);
    }

    @Test
    void leastSquaresReproducesWhatIsLinearInItsFeatures() {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            double s = 0.5 * i - 1;
            columns.add(new Column(0, List.of(terminal(s, 2 - 3 * s + 0.25 * s * s, 0))));
        }
        double[] psi = new TotalReturn(1, Discounting.FROM_START, new LeastSquares(0))
                .weights(Columns.batch(columns))
                .psi();
        assertArrayEquals(new double[8], psi, 1e-10);
    }

    @Test
    void leastSquaresNeverSeesItsOwnHalf() {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            columns.add(new Column(0, List.of(terminal(0, i % 2 == 0 ? 4 : 10, 0))));
        }
        double[] psi = new TotalReturn(1, Discounting.FROM_START, new LeastSquares(0))
                .weights(Columns.batch(columns))
                .psi();
        assertArrayEquals(new double[] {-6, 6, -6, 6, -6, 6}, psi, 1e-13);
    }

    @Test
    void choleskySolvesAndLeavesDependentDirectionsAtZero() {
        double[][] matrix = {{4, 0, 0}, {2, 5, 0}, {4, 2, 4}}; // the third row repeats the first
        assertArrayEquals(new double[] {1, 2, 0}, LeastSquares.solve(matrix, new double[] {8, 12, 8}), 1e-14);
    }

    @Test
    void oneEpisodeAloneHasNoBaselineFromOthers() {
        TrajectoryBatch alone = Columns.batch(List.of(new Column(0, List.of(step(1, 1, 2), terminal(2, 2, 3)))));
        ScoreSum scores = (decisions, rows, weights) -> new double[] {1};
        for (Baseline baseline : List.of(
                new LeaveOneOutMean(), new TimeStepMean(), new MinimumVariance(scores), new LeastSquares(1e-5))) {
            double[] psi = new RewardToGo(1, Discounting.FROM_START, baseline)
                    .weights(alone)
                    .psi();
            assertArrayEquals(new double[] {3, 2}, psi, baseline.toString());
        }
    }

    @Test
    void aNegativeRidgeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new LeastSquares(-1));
    }

    private static void assertBaseline(double[] left, double[] right, boolean whole, Baseline baseline) {
        GradientEstimator plain = estimator(whole, new Baseline.None());
        double[] values = plain.weights(BATCH).psi();
        double[] psi = estimator(whole, baseline).weights(BATCH).psi();
        for (int t = 0; t < 3; t++) {
            assertEquals(left[t], values[2 * t] - psi[2 * t], 1e-13, "column 0, step " + t);
            assertEquals(right[t], values[2 * t + 1] - psi[2 * t + 1], 1e-13, "column 1, step " + t);
        }
    }

    private static GradientEstimator estimator(boolean whole, Baseline baseline) {
        return whole
                ? new TotalReturn(1, Discounting.FROM_START, baseline)
                : new RewardToGo(1, Discounting.FROM_START, baseline);
    }
}
