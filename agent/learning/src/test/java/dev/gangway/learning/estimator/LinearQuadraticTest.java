package dev.gangway.learning.estimator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.Box;
import dev.gangway.inference.network.Precision;
import dev.gangway.learning.estimator.LinearQuadratic.Play;
import dev.gangway.learning.learner.Objective;
import dev.gangway.learning.network.FiniteDifferences;
import dev.gangway.learning.policy.Policies;
import dev.gangway.learning.policy.Policy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Estimators on a continuous task whose gradient is known, {@link LinearQuadratic}. Nothing is sampled: what an estimator makes
 * of a trajectory is a polynomial of at most the fourth degree in each of the Gaussian numbers that make it, so that three
 * nodes of Gauss–Hermite quadrature for each number give its expectation exactly, here over all 3⁸ trajectories of four steps.
 * What baselines take from the other trajectory is the same for all of one's own, so that pairs are as exact, here over all
 * pairs of the 3³ trajectories of two steps without noise between them.
 *
 * <p>What is left is the rounding of states and actions to float. A bias of a millionth of the gradient's largest component
 * fails; {@link #theTestSeesAValueThatIsWrongByAHundredThousandth} holds the test to that.
 */
class LinearQuadraticTest {
    private static final double TOLERANCE = 1e-6;
    private static final double GAMMA = LinearQuadratic.GAMMA;
    private static final Discounting START = Discounting.FROM_START;
    private static final LinearQuadratic FOUR = new LinearQuadratic(4, 0.2);
    private static final LinearQuadratic TWO = new LinearQuadratic(2, 0);
    private static final Policy POLICY = policy();
    private static final List<Play> PAIRS = pairs();

    static Stream<GradientEstimator> alone() {
        StateValue value = FOUR.value(1);
        Baseline none = new Baseline.None();
        return Stream.of(
                new TotalReturn(GAMMA, START, none),
                new TotalReturn(GAMMA, START, new Baseline.Constant(-3)),
                new RewardToGo(GAMMA, START, none),
                new RewardToGo(GAMMA, START, new Baseline.OfState(value)),
                new RewardToGo(GAMMA, START, new Baseline.OfState(FOUR.value(0.5))),
                new Gae(GAMMA, 0, START, value),
                new Gae(GAMMA, 0.5, START, value),
                new Gae(GAMMA, 1, START, FOUR.value(0.5)),
                new NStep(GAMMA, 2, START, value),
                new NStep(GAMMA, 4, START, FOUR.value(0.5)));
    }

    static Stream<GradientEstimator> inPairs() {
        ScoreSum scores = ScoreSum.of(POLICY);
        return Stream.of(
                new TotalReturn(GAMMA, START, new LeaveOneOutMean()),
                new RewardToGo(GAMMA, START, new TimeStepMean()),
                new RewardToGo(GAMMA, START, new MinimumVariance(scores)),
                // With rewards to go it divides by sums of opposite nodes, which are 0 but for rounding.
                new TotalReturn(GAMMA, START, new MinimumVariancePerParameter(scores)),
                new RewardToGo(GAMMA, START, new LeastSquares(1e-3)));
    }

    @Test
    void theGradientByRecursionIsThatOfTheReturnByRecursion() {
        for (LinearQuadratic regulator : List.of(FOUR, TWO)) {
            Policy policy = policy();
            FiniteDifferences.assertGradient(
                    policy.parameters(),
                    () -> regulator.expectedReturn(policy.parameters().toDoubles()),
                    regulator.gradient());
            assertEquals(regulator.expectedReturn(LinearQuadratic.THETA), regulator.expectedValueAtTheStart(), 1e-12);
        }
    }

    @Test
    void theNodesMakeTheExpectedReturn() {
        for (LinearQuadratic regulator : List.of(FOUR, TWO)) {
            Play play = regulator.play(regulator.nodes());
            Weights weights = new TotalReturn(GAMMA, START, new Baseline.None()).weights(play.batch());
            double sum = 0;
            for (int n = 0; n < play.batch().copies(); n++) {
                sum += play.probabilities()[n] * weights.psi()[n];
            }
            assertEquals(regulator.expectedReturn(LinearQuadratic.THETA), sum, 1e-6);
        }
    }

    @ParameterizedTest
    @MethodSource("alone")
    void theExpectationIsTheExactGradient(GradientEstimator estimator) {
        assertArrayEquals(FOUR.gradient(), expectation(estimator), tolerance(FOUR), estimator::toString);
    }

    @ParameterizedTest
    @MethodSource("inPairs")
    void theExpectationWithABaselineFromTheOtherTrajectoryIsTheExactGradient(GradientEstimator estimator) {
        assertArrayEquals(TWO.gradient(), expectationOfPairs(estimator), tolerance(TWO), estimator::toString);
    }

    @Test
    void theMeanOfTheBatchsTotalReturnsHalvesTheExpectationOfPairs() {
        double[] half = Arrays.stream(TWO.gradient()).map(x -> x / 2).toArray();
        assertArrayEquals(
                half, expectationOfPairs(new TotalReturn(GAMMA, START, new Baseline.BatchMean())), tolerance(TWO));
    }

    @Test
    void theTestSeesAValueThatIsWrongByAHundredThousandth() {
        assertBiased(new Gae(GAMMA, 0, START, FOUR.value(1 + 1e-5)));
    }

    @Test
    void theTestSeesThatTheStartIsForgotten() {
        assertBiased(new RewardToGo(GAMMA, Discounting.FROM_ACTION, new Baseline.OfState(FOUR.value(1))));
    }

    private static void assertBiased(GradientEstimator estimator) {
        double[] found = expectation(estimator);
        double[] truth = FOUR.gradient();
        double largest = 0;
        for (int k = 0; k < truth.length; k++) {
            largest = Math.max(largest, Math.abs(found[k] - truth[k]));
        }
        assertTrue(largest > 2 * tolerance(FOUR), estimator + ": off by " + largest);
    }

    private static double tolerance(LinearQuadratic regulator) {
        return TOLERANCE
                * Arrays.stream(regulator.gradient()).map(Math::abs).max().orElseThrow();
    }

    /** Returns E[ĝ] of one trajectory: all of them are the columns of one batch, where none knows of another. */
    private static double[] expectation(GradientEstimator estimator) {
        Play play = FOUR.play(FOUR.nodes());
        Weights weights = estimator.weights(play.batch());
        double[] psi = weights.psi().clone();
        for (int row : weights.rows()) {
            psi[row] *= play.probabilities()[row % play.batch().copies()];
        }
        return POLICY.scoreGradient(play.batch().decisions(), weights.rows(), psi, 1, 0)
                .gradient();
    }

    /** Returns E[ĝ] over batches of two trajectories. */
    private static double[] expectationOfPairs(GradientEstimator estimator) {
        Objective objective = new Objective(POLICY, false, Averaging.PER_TRAJECTORY, 0, Optional.empty());
        double[] mean = new double[LinearQuadratic.THETA.length];
        for (Play play : PAIRS) {
            double[] gradient = objective
                    .gradient(play.batch(), objective.prepared(estimator.weights(play.batch())))
                    .gradient();
            for (int k = 0; k < mean.length; k++) {
                mean[k] += play.probabilities()[0] * play.probabilities()[1] * gradient[k];
            }
        }
        return mean;
    }

    private static List<Play> pairs() {
        double[][] nodes = TWO.nodes();
        return Arrays.stream(nodes)
                .flatMap(first -> Arrays.stream(nodes).map(second -> TWO.play(first, second)))
                .toList();
    }

    private static Policy policy() {
        Policy policy = Policies.linearGaussian(2, Box.of(-1, 1, 1), 0, Precision.DOUBLE);
        policy.parameters().assign(LinearQuadratic.THETA);
        return policy;
    }
}
