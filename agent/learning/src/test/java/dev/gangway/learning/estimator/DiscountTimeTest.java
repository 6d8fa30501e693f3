package dev.gangway.learning.estimator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.testkit.exact.Columns;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Discounting from the episode's start weighs a step with γ^t more than discounting from the action does, where t is the
 * step's time in its episode, wherever in the batch the episode lies and wherever in the episode the batch begins.
 */
class DiscountTimeTest {
    private static final double GAMMA = 0.8;
    private static final StateValue VALUE = (features, rows) -> {
        double[] values = new double[rows];
        Arrays.setAll(values, i -> Math.sin(features[i]));
        return values;
    };
    private static final ActionValue ACTION_VALUE = (features, rows) -> {
        double[] values = new double[2 * rows];
        Arrays.setAll(values, i -> Math.cos(features[i / 2] + i % 2));
        return values;
    };
    private static final ActionProbabilities EVEN = (features, rows) -> {
        double[] halves = new double[2 * rows];
        Arrays.fill(halves, 0.5);
        return halves;
    };

    /** An estimator of each kind, and whether it needs whole episodes. */
    record Case(String name, boolean whole, Function<Discounting, GradientEstimator> estimator) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("total return", true, from -> new TotalReturn(GAMMA, from, new Baseline.None())),
                new Case("reward to go", true, from -> new RewardToGo(GAMMA, from, new Baseline.None())),
                new Case("reward to go less V", true, from -> new RewardToGo(GAMMA, from, new Baseline.OfState(VALUE))),
                new Case("GAE", false, from -> new Gae(GAMMA, 0.7, from, VALUE)),
                new Case("n steps", false, from -> new NStep(GAMMA, 2, from, VALUE)),
                new Case("Q", false, from -> new ActionValueGradient(GAMMA, from, ACTION_VALUE, EVEN, false)),
                new Case(
                        "Q less its mean",
                        false,
                        from -> new ActionValueGradient(GAMMA, from, ACTION_VALUE, EVEN, true)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gammaCountsFromTheEpisodesOwnStart(Case given) {
        List<Columns.Column> columns = Columns.random(4, 12, given.whole(), new Random(3));
        TrajectoryBatch batch = Columns.batch(columns);
        double[] fromAction =
                given.estimator().apply(Discounting.FROM_ACTION).weights(batch).psi();
        double[] fromStart =
                given.estimator().apply(Discounting.FROM_START).weights(batch).psi();
        boolean later = given.whole();
        for (int row = 0; row < batch.rows(); row++) {
            int time = batch.timeInEpisode()[row];
            later |= time > row / batch.copies();
            assertEquals(Math.pow(GAMMA, time) * fromAction[row], fromStart[row], 1e-12, "row " + row);
        }
        assertTrue(later, "an episode began before the batch");
    }
}
