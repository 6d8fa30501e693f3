package dev.gangway.learning.estimator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.testkit.exact.Columns;
import dev.gangway.testkit.exact.Exactly;
import dev.gangway.testkit.exact.FiniteMdp;
import dev.gangway.testkit.exact.FiniteMdp.Trajectory;
import dev.gangway.testkit.exact.FiniteMdps;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Estimators' covariances, by writing out every batch, against closed forms. */
class ExactVarianceTest {
    private static final double TOLERANCE = 1e-10;
    private static final double GAMMA = 0.8;
    private static final Baseline NONE = new Baseline.None();

    static Stream<FiniteMdp> all() {
        return FiniteMdps.all();
    }

    static Stream<FiniteMdp> small() {
        return FiniteMdps.small();
    }

    /** With p = P(arm 0): Var = p(1 − p) ((b − b*)² + (1 − p)σ₀² + pσ₁²) in arm 0's parameter, b* = (1 − p)μ₀ + pμ₁. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.3, 0.5, 0.95})
    void aBanditsVarianceIsAParabolaAboutTheBestBaseline(double p) {
        double best = (1 - p) * 3 + p * 2.75;
        for (double b : new double[] {0, 1, best, p * 3 + (1 - p) * 2.75, 10}) {
            double expected = p * (1 - p) * ((b - best) * (b - best) + (1 - p) * 1 + p * 75.0 / 16);
            double[][] covariance = Exactly.moments(FiniteMdps.bandit(p), total(new Baseline.Constant(b)), 1)
                    .covariance();
            assertEquals(expected, covariance[0][0], TOLERANCE);
            assertEquals(expected, covariance[1][1], TOLERANCE);
            assertEquals(-expected, covariance[0][1], TOLERANCE);
        }
    }

    @Test
    void onASureBanditTheBestBaselineLeavesNoVarianceAtAll() {
        FiniteMdp bandit = FiniteMdps.sureBandit(0.9, 1, 0);
        assertEquals(0, variance(bandit, total(new Baseline.Constant(0.1 * 1 + 0.9 * 0))), TOLERANCE);
    }

    @Test
    void theTrueValueCanBeAWorseBaselineThanNone() {
        FiniteMdp bandit = FiniteMdps.sureBandit(0.9, 1, 0);
        Baseline value = new Baseline.OfState(bandit.exactValue(1));
        assertEquals(2 * 0.09 * 0.1 * 0.1, variance(bandit, total(NONE)), TOLERANCE);
        assertEquals(2 * 0.09 * 0.8 * 0.8, variance(bandit, total(value)), TOLERANCE);
    }

    @Test
    void theRewardToGoCanBeWorseThanTheTotalReturn() {
        FiniteMdp loan = FiniteMdps.loan();
        assertEquals(0, variance(loan, new TotalReturn(1, Discounting.FROM_START, NONE)), TOLERANCE);
        double[][] fisher = loan.fisher();
        double expected = 0;
        for (int i = loan.cell(1, 0) * loan.actions(); i < loan.parameters(); i++) {
            expected += 9 * fisher[i][i];
        }
        assertEquals(expected, variance(loan, new RewardToGo(1, Discounting.FROM_START, NONE)), TOLERANCE);
        assertTrue(expected > 1);
    }

    @Test
    void mostlyTheRewardToGoAndTheTrueValueHelp() {
        FiniteMdp mdp = FiniteMdps.loop(3);
        double total = variance(mdp, total(NONE));
        double toGo = variance(mdp, new RewardToGo(GAMMA, Discounting.FROM_START, NONE));
        double advantage = variance(
                mdp, new RewardToGo(GAMMA, Discounting.FROM_START, new Baseline.OfState(mdp.exactValue(GAMMA))));
        double td = variance(mdp, new Gae(GAMMA, 0, Discounting.FROM_START, mdp.exactValue(GAMMA)));
        assertTrue(td < advantage && advantage < toGo && toGo < total, td + " " + advantage + " " + toGo + " " + total);
    }

    /** ĝ − b Σ ∇log π has the covariance C − b D + b² F with Fisher's F, so its second difference in b is 2F. */
    @ParameterizedTest
    @MethodSource("all")
    void aConstantsCovarianceCurvesByFishersInformation(FiniteMdp mdp) {
        double[][] fisher = mdp.fisher();
        for (boolean whole : new boolean[] {true, false}) {
            double[][] left = covariance(mdp, whole, -1);
            double[][] middle = covariance(mdp, whole, 0.5);
            double[][] right = covariance(mdp, whole, 2);
            for (int i = 0; i < fisher.length; i++) {
                for (int j = 0; j < fisher.length; j++) {
                    double curvature = (left[i][j] - 2 * middle[i][j] + right[i][j]) / (1.5 * 1.5);
                    assertEquals(2 * fisher[i][j], curvature, TOLERANCE);
                }
            }
        }
    }

    /** The vertex of the total variance over constants is E[g·h] / E[‖g‖²], what {@link MinimumVariance} estimates. */
    @ParameterizedTest
    @MethodSource("all")
    void noConstantHasLessVarianceThanTheFormulasOne(FiniteMdp mdp) {
        for (boolean whole : new boolean[] {true, false}) {
            double[] variances = new double[3];
            for (int b = 0; b < 3; b++) {
                variances[b] = variance(mdp, estimator(whole, new Baseline.Constant(b)));
            }
            double curvature = variances[0] - 2 * variances[1] + variances[2];
            double vertex = 1 - (variances[2] - variances[0]) / (2 * curvature);
            double products = 0;
            double squares = 0;
            for (Trajectory trajectory : mdp.episodes()) {
                TrajectoryBatch batch = Columns.batch(List.of(new Columns.Column(0, trajectory.steps())));
                double[] ones = new double[batch.rows()];
                Arrays.fill(ones, 1);
                Weights weights = estimator(whole, NONE).weights(batch);
                double[] g = mdp.scores().sum(batch.decisions(), weights.rows(), ones);
                double[] h = mdp.scores().sum(batch.decisions(), weights.rows(), weights.psi());
                for (int i = 0; i < g.length; i++) {
                    products += trajectory.probability() * g[i] * h[i];
                    squares += trajectory.probability() * g[i] * g[i];
                }
            }
            assertEquals(products / squares, vertex, 1e-9);
        }
    }

    /**
     * Component by component: the vertex of its own parabola is E[g_k h_k] / E[g_k²], what the baseline per parameter
     * estimates.
     */
    @ParameterizedTest
    @MethodSource("all")
    void noConstantHasLessVarianceInAComponentThanItsOwn(FiniteMdp mdp) {
        for (boolean whole : new boolean[] {true, false}) {
            double[][][] covariances = new double[3][][];
            for (int b = 0; b < 3; b++) {
                covariances[b] = covariance(mdp, whole, b);
            }
            double[] products = new double[mdp.parameters()];
            double[] squares = new double[mdp.parameters()];
            for (Trajectory trajectory : mdp.episodes()) {
                TrajectoryBatch batch = Columns.batch(List.of(new Columns.Column(0, trajectory.steps())));
                double[] ones = new double[batch.rows()];
                Arrays.fill(ones, 1);
                Weights weights = estimator(whole, NONE).weights(batch);
                double[] g = mdp.scores().sum(batch.decisions(), weights.rows(), ones);
                double[] h = mdp.scores().sum(batch.decisions(), weights.rows(), weights.psi());
                for (int k = 0; k < g.length; k++) {
                    products[k] += trajectory.probability() * g[k] * h[k];
                    squares[k] += trajectory.probability() * g[k] * g[k];
                }
            }
            for (int k = 0; k < products.length; k++) {
                double left = covariances[0][k][k];
                double middle = covariances[1][k][k];
                double right = covariances[2][k][k];
                double curvature = left - 2 * middle + right;
                assertEquals(2 * squares[k], curvature, TOLERANCE);
                if (squares[k] > 0) {
                    assertEquals(products[k] / squares[k], 1 - (right - left) / (2 * curvature), 1e-7);
                }
            }
        }
    }

    @Test
    void aConstantPerParameterTakesMoreOutThanOneForAll() {
        FiniteMdp mdp = FiniteMdps.chain(3);
        double[] variances = new double[2];
        Baseline[] baselines = {new MinimumVariance(mdp.scores()), new MinimumVariancePerParameter(mdp.scores())};
        for (int i = 0; i < 2; i++) {
            variances[i] =
                    Exactly.moments(mdp, estimator(true, baselines[i]), 4).variance();
        }
        assertTrue(variances[1] < variances[0], variances[1] + " " + variances[0]);
    }

    @ParameterizedTest
    @MethodSource("small")
    void theCovarianceOfIndependentTrajectoriesFallsAsOneOverTheirNumber(FiniteMdp mdp) {
        StateValue value = mdp.exactValue(GAMMA);
        for (GradientEstimator estimator : List.of(
                estimator(true, NONE),
                estimator(false, new Baseline.Constant(2)),
                estimator(false, new Baseline.OfState(value)),
                new Gae(GAMMA, 0.5, Discounting.FROM_ACTION, value),
                new NStep(GAMMA, 2, Discounting.FROM_START, value))) {
            assertScaled(
                    0.5,
                    Exactly.moments(mdp, estimator, 1).covariance(),
                    Exactly.moments(mdp, estimator, 2).covariance());
        }
    }

    @ParameterizedTest
    @MethodSource("small")
    void leavingOneOutUndoesTheShrinkingOfTheBatchMeanAndItsCovariance(FiniteMdp mdp) {
        assertScaled(
                4,
                Exactly.moments(mdp, estimator(true, new Baseline.BatchMean()), 2)
                        .covariance(),
                Exactly.moments(mdp, estimator(true, new LeaveOneOutMean()), 2).covariance());
    }

    private static void assertScaled(double factor, double[][] from, double[][] to) {
        for (int i = 0; i < from.length; i++) {
            double[] scaled = Arrays.stream(from[i]).map(x -> factor * x).toArray();
            assertArrayEquals(scaled, to[i], TOLERANCE);
        }
    }

    private static double[][] covariance(FiniteMdp mdp, boolean whole, double b) {
        return Exactly.moments(mdp, estimator(whole, new Baseline.Constant(b)), 1)
                .covariance();
    }

    private static GradientEstimator total(Baseline baseline) {
        return estimator(true, baseline);
    }

    private static GradientEstimator estimator(boolean whole, Baseline baseline) {
        return whole
                ? new TotalReturn(GAMMA, Discounting.FROM_START, baseline)
                : new RewardToGo(GAMMA, Discounting.FROM_START, baseline);
    }

    private static double variance(FiniteMdp mdp, GradientEstimator estimator) {
        return Exactly.moments(mdp, estimator, 1).variance();
    }
}
