package dev.gangway.learning.estimator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.learning.policy.Policy;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Q-form's expectation and its critic's targets, by writing out every trajectory. */
class ActionValueGradientTest {
    private static final double TOLERANCE = 1e-10;
    private static final double GAMMA = 0.8;
    private static final FiniteMdp.Table ERROR = (cell, a) -> Math.sin(3 * cell + 5 * a + 1);

    static Stream<FiniteMdp> all() {
        return FiniteMdps.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void theTrueActionValueIsUnbiased(FiniteMdp mdp) {
        for (Discounting discounting : Discounting.values()) {
            for (double discount : new double[] {GAMMA, 1}) {
                for (boolean advantage : new boolean[] {false, true}) {
                    ActionValueGradient form = new ActionValueGradient(
                            discount, discounting, mdp.exactActionValue(discount), mdp.probabilities(), advantage);
                    assertArrayEquals(
                            mdp.truth(discounting, discount),
                            Exactly.moments(mdp, form, 1).mean(),
                            TOLERANCE);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void aWrongActionValueShiftsTheExpectationByItsErrorUnderThePolicy(FiniteMdp mdp) {
        for (Discounting discounting : Discounting.values()) {
            double[] expected = mdp.truth(discounting, GAMMA);
            double[] bias = mdp.actionValueBias(mdp.horizon(), discounting, GAMMA, ERROR);
            for (int i = 0; i < expected.length; i++) {
                expected[i] += bias[i];
            }
            assertTrue(Arrays.stream(bias).map(Math::abs).max().orElseThrow() > 0.01);
            for (boolean advantage : new boolean[] {false, true}) {
                ActionValueGradient form =
                        new ActionValueGradient(GAMMA, discounting, wrong(mdp), mdp.probabilities(), advantage);
                assertArrayEquals(expected, Exactly.moments(mdp, form, 1).mean(), TOLERANCE);
            }
        }
    }

    /** E[y | s, a] is Q(s, a) itself only where y takes the expectation under π, and bootstraps where time cuts. */
    @ParameterizedTest
    @EnumSource(Limit.class)
    void theTargetsOfTheTrueActionValueAreItselfInTheMean(Limit limit) {
        FiniteMdp mdp = FiniteMdps.loop(3);
        int steps = limit == Limit.TERMINATES ? 3 : 2;
        double[] found = meanTargets(mdp, mdp.exactActionValue(GAMMA), mdp.trajectories(steps, limit));
        int cells = steps * mdp.states();
        float[] features = new float[cells];
        for (int cell = 0; cell < cells; cell++) {
            features[cell] = cell;
        }
        assertArrayEquals(
                mdp.exactActionValue(GAMMA).predict(features, cells),
                Arrays.copyOf(found, cells * mdp.actions()),
                TOLERANCE);
    }

    @Test
    void theLibrarysPolicyTellsTheProbabilitiesThatItActsWith() {
        FiniteMdp mdp = FiniteMdps.loop(2);
        int cells = 2 * mdp.states();
        float[] numbers = new float[cells];
        for (int cell = 0; cell < cells; cell++) {
            numbers[cell] = cell;
        }
        Policy policy = mdp.policy();
        assertArrayEquals(
                mdp.probabilities().of(numbers, cells),
                ActionProbabilities.of(policy, mdp.actions()).of(numbers, cells),
                1e-14);
    }

    /** With p = P(arm 0): p(1 − p) (b − b*)² as for returns, less their noise; b is 0 or V, b* = (1 − p)μ₀ + pμ₁. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.95})
    void onABanditTheNoiseOfTheRewardsIsGone(double p) {
        FiniteMdp bandit = FiniteMdps.bandit(p);
        double best = (1 - p) * 3 + p * 2.75;
        double value = p * 3 + (1 - p) * 2.75;
        for (boolean advantage : new boolean[] {false, true}) {
            ActionValueGradient form = new ActionValueGradient(
                    1, Discounting.FROM_START, bandit.exactActionValue(1), bandit.probabilities(), advantage);
            double distance = (advantage ? value : 0) - best;
            assertEquals(
                    2 * p * (1 - p) * distance * distance,
                    Exactly.moments(bandit, form, 1).variance(),
                    TOLERANCE);
        }
    }

    private static ActionValue wrong(FiniteMdp mdp) {
        ActionValue exact = mdp.exactActionValue(GAMMA);
        return (features, rows) -> {
            double[] q = exact.predict(features, rows);
            for (int i = 0; i < q.length; i++) {
                q[i] += ERROR.at((int) features[i / mdp.actions()], i % mdp.actions());
            }
            return q;
        };
    }

    /** Returns E[y | cell, action]. */
    private static double[] meanTargets(FiniteMdp mdp, ActionValue q, List<Trajectory> trajectories) {
        double[] sums = new double[mdp.horizon() * mdp.states() * mdp.actions()];
        double[] masses = new double[sums.length];
        ActionValueGradient form =
                new ActionValueGradient(GAMMA, Discounting.FROM_ACTION, q, mdp.probabilities(), false);
        for (Trajectory trajectory : trajectories) {
            TrajectoryBatch batch = Columns.batch(List.of(new Columns.Column(0, trajectory.steps())));
            double[] targets = form.weights(batch).valueTargets();
            for (int row = 0; row < targets.length; row++) {
                int at = ((int) batch.features()[row]) * mdp.actions() + (int) batch.actions()[row];
                sums[at] += trajectory.probability() * targets[row];
                masses[at] += trajectory.probability();
            }
        }
        return IntStream.range(0, sums.length)
                .mapToDouble(i -> masses[i] == 0 ? 0 : sums[i] / masses[i])
                .toArray();
    }
}
