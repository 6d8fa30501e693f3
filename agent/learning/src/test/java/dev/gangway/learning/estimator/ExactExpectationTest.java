package dev.gangway.learning.estimator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.testkit.exact.Columns;
import dev.gangway.testkit.exact.Exactly;
import dev.gangway.testkit.exact.FiniteMdp;
import dev.gangway.testkit.exact.FiniteMdp.Limit;
import dev.gangway.testkit.exact.FiniteMdp.Trajectory;
import dev.gangway.testkit.exact.FiniteMdps;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Estimators' expectations, by writing out every batch, against the gradient of the objective. */
class ExactExpectationTest {
    private static final double TOLERANCE = 1e-10;
    private static final double GAMMA = 0.8;
    private static final double[] DISCOUNTS = {GAMMA, 1};
    private static final double[] LAMBDAS = {0, 0.5, 1};
    private static final Baseline NONE = new Baseline.None();

    /** A poor but action-independent prediction. */
    private static final StateValue ARBITRARY = (features, rows) -> {
        double[] values = new double[rows];
        for (int i = 0; i < rows; i++) {
            values[i] = 3 - 2 * Math.sin(features[i]);
        }
        return values;
    };

    static Stream<FiniteMdp> all() {
        return FiniteMdps.all();
    }

    static Stream<FiniteMdp> small() {
        return FiniteMdps.small();
    }

    @ParameterizedTest
    @MethodSource("all")
    void theTrajectoriesAreAllThereAre(FiniteMdp mdp) {
        double sum =
                mdp.episodes().stream().mapToDouble(Trajectory::probability).sum();
        assertEquals(1, sum, 1e-14);
    }

    @ParameterizedTest
    @MethodSource("all")
    void theLibrarysScoreGradientIsTheClosedForm(FiniteMdp mdp) {
        TrajectoryBatch batch = Columns.batch(mdp.episodes().stream()
                .map(trajectory -> new Columns.Column(0, trajectory.steps()))
                .toList());
        Weights weights = new RewardToGo(GAMMA, Discounting.FROM_START, NONE).weights(batch);
        assertArrayEquals(
                mdp.scores().sum(batch.decisions(), weights.rows(), weights.psi()),
                ScoreSum.of(mdp.policy()).sum(batch.decisions(), weights.rows(), weights.psi()),
                TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("all")
    void baselinesThatKnowNoActionLeaveTheExpectationAsItIs(FiniteMdp mdp) {
        for (Discounting discounting : Discounting.values()) {
            for (double discount : DISCOUNTS) {
                double[] truth = mdp.truth(discounting, discount);
                for (Baseline baseline : List.of(NONE, new Baseline.Constant(-2.5), new Baseline.OfState(ARBITRARY))) {
                    assertMean(truth, mdp, new TotalReturn(discount, discounting, baseline), 1);
                    assertMean(truth, mdp, new RewardToGo(discount, discounting, baseline), 1);
                }
            }
        }
    }

    @Test
    void theTwoConventionsOfDiscountingEstimateDifferentThings() {
        FiniteMdp mdp = FiniteMdps.loop(3);
        double[] fromStart = mdp.gradient(GAMMA);
        double[] fromAction = mdp.gradientFromAction(GAMMA);
        double largest = IntStream.range(0, fromStart.length)
                .mapToDouble(i -> Math.abs(fromStart[i] - fromAction[i]))
                .max()
                .orElseThrow();
        assertTrue(largest > 0.01, "they differ by " + largest);
        assertArrayEquals(mdp.gradient(1), mdp.gradientFromAction(1), TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("small")
    void baselinesFromOtherTrajectoriesLeaveTheExpectationAsItIs(FiniteMdp mdp) {
        List<Baseline> baselines = List.of(
                new LeaveOneOutMean(),
                new TimeStepMean(),
                new MinimumVariance(mdp.scores()),
                new MinimumVariancePerParameter(mdp.scores()),
                new LeastSquares(1e-3));
        for (Discounting discounting : Discounting.values()) {
            double[] truth = mdp.truth(discounting, GAMMA);
            for (Baseline baseline : baselines) {
                for (int n = 1; n <= (mdp.episodes().size() < 10 ? 3 : 2); n++) {
                    assertMean(truth, mdp, new TotalReturn(GAMMA, discounting, baseline), n);
                    assertMean(truth, mdp, new RewardToGo(GAMMA, discounting, baseline), n);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("small")
    void theBatchMeanOfTotalReturnsShrinksTheExpectationByOneMinusOneOverN(FiniteMdp mdp) {
        for (Discounting discounting : Discounting.values()) {
            double[] truth = mdp.truth(discounting, GAMMA);
            for (int n = 1; n <= (mdp.episodes().size() < 10 ? 3 : 2); n++) {
                double kept = 1 - 1.0 / n;
                double[] shrunk = Arrays.stream(truth).map(x -> kept * x).toArray();
                assertMean(shrunk, mdp, new TotalReturn(GAMMA, discounting, new Baseline.BatchMean()), n);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theBatchMeanOfRewardsToGoHasTheBiasThatItsCommentSays(int n) {
        FiniteMdp mdp = FiniteMdps.steady(2);
        double[] expected = mdp.gradient(GAMMA);
        RewardToGo plain = new RewardToGo(GAMMA, Discounting.FROM_START, NONE);
        for (Trajectory trajectory : mdp.episodes()) {
            TrajectoryBatch batch = Columns.batch(List.of(new Columns.Column(0, trajectory.steps())));
            Weights weights = plain.weights(batch);
            double[] ones = new double[batch.rows()];
            Arrays.fill(ones, 1);
            double values = Arrays.stream(weights.psi()).sum();
            double[] score = mdp.scores().sum(batch.decisions(), weights.rows(), ones);
            for (int i = 0; i < score.length; i++) {
                expected[i] -= trajectory.probability() * score[i] * values / (n * 2);
            }
        }
        assertMean(expected, mdp, new RewardToGo(GAMMA, Discounting.FROM_START, new Baseline.BatchMean()), n);
    }

    @ParameterizedTest
    @MethodSource("all")
    void advantagesOfTheTrueValueAreUnbiased(FiniteMdp mdp) {
        for (Discounting discounting : Discounting.values()) {
            for (double discount : DISCOUNTS) {
                double[] truth = mdp.truth(discounting, discount);
                StateValue value = mdp.exactValue(discount);
                advantages(discount, discounting, value).forEach(each -> assertMean(truth, mdp, each, 1));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void advantagesThatReachTheEndAreUnbiasedForAnyValue(FiniteMdp mdp) {
        for (Discounting discounting : Discounting.values()) {
            double[] truth = mdp.truth(discounting, GAMMA);
            assertMean(truth, mdp, new Gae(GAMMA, 1, discounting, ARBITRARY), 1);
            assertMean(truth, mdp, new NStep(GAMMA, mdp.horizon(), discounting, ARBITRARY), 1);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void aWrongValueShiftsAdvantagesByItsErrorNStepsLater(FiniteMdp mdp) {
        double[] error = new double[mdp.horizon() * mdp.states()];
        StateValue exact = mdp.exactValue(GAMMA);
        for (int cell = 0; cell < error.length; cell++) {
            float[] feature = {cell};
            error[cell] = ARBITRARY.predict(feature, 1)[0] - exact.predict(feature, 1)[0];
        }
        double[] truth = mdp.gradient(GAMMA);
        double lambda = 0.7;
        double[] mixture = truth.clone();
        for (int n = 1; n <= mdp.horizon(); n++) {
            double[] bias = mdp.nStepBias(n, mdp.horizon(), Discounting.FROM_START, GAMMA, error);
            double[] expected = new double[truth.length];
            for (int i = 0; i < truth.length; i++) {
                expected[i] = truth[i] + bias[i];
                mixture[i] += (1 - lambda) * Math.pow(lambda, n - 1) * bias[i];
            }
            assertMean(expected, mdp, new NStep(GAMMA, n, Discounting.FROM_START, ARBITRARY), 1);
        }
        assertMean(mixture, mdp, new Gae(GAMMA, lambda, Discounting.FROM_START, ARBITRARY), 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRUNCATES", "CUTS_THE_BATCH"})
    void whereTheTimeLimitOrTheBatchCutsAdvantagesEstimateTheWholeEpisodesGradient(Limit limit) {
        int steps = 2;
        FiniteMdp mdp = FiniteMdps.loop(4);
        double[] truth = mdp.gradient(GAMMA);
        // Later steps are not in the batch, so that their parameters have no part in the estimate.
        Arrays.fill(truth, steps * mdp.states() * mdp.actions(), truth.length, 0);
        List<Trajectory> trajectories = mdp.trajectories(steps, limit);
        advantages(GAMMA, Discounting.FROM_START, mdp.exactValue(GAMMA)).forEach(estimator -> {
            double[] mean = Exactly.moments(mdp, estimator, trajectories, 1).mean();
            assertArrayEquals(truth, mean, TOLERANCE, estimator.toString());
        });
    }

    @Test
    void whereTheTimeLimitTruncatesReturnsEstimateTheGradientWithinIt() {
        FiniteMdp mdp = FiniteMdps.loop(4);
        double[] truth = mdp.gradientWithin(2, GAMMA);
        List<Trajectory> trajectories = mdp.trajectories(2, Limit.TRUNCATES);
        for (GradientEstimator estimator : List.of(
                new TotalReturn(GAMMA, Discounting.FROM_START, NONE),
                new RewardToGo(GAMMA, Discounting.FROM_START, NONE))) {
            assertArrayEquals(
                    truth, Exactly.moments(mdp, estimator, trajectories, 1).mean(), TOLERANCE);
        }
    }

    private static Stream<GradientEstimator> advantages(double discount, Discounting discounting, StateValue value) {
        return Stream.concat(
                Arrays.stream(LAMBDAS).mapToObj(lambda -> new Gae(discount, lambda, discounting, value)),
                IntStream.of(1, 2, 3, 10).mapToObj(n -> new NStep(discount, n, discounting, value)));
    }

    private static void assertMean(double[] expected, FiniteMdp mdp, GradientEstimator estimator, int n) {
        assertArrayEquals(
                expected,
                Exactly.moments(mdp, estimator, n).mean(),
                TOLERANCE,
                () -> mdp + ", " + n + " trajectories, " + estimator);
    }
}
