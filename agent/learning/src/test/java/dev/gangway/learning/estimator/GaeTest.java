package dev.gangway.learning.estimator;

import static dev.gangway.testkit.exact.Columns.cut;
import static dev.gangway.testkit.exact.Columns.step;
import static dev.gangway.testkit.exact.Columns.terminal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.testkit.exact.Columns;
import dev.gangway.testkit.exact.Columns.Column;
import dev.gangway.testkit.exact.Columns.Step;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GaeTest {
    private static final double GAMMA = 0.5;

    /** V(s) = its feature. */
    private static final StateValue IDENTITY = (features, rows) -> {
        double[] values = new double[rows];
        for (int i = 0; i < rows; i++) {
            values[i] = features[i];
        }
        return values;
    };

    @Test
    void aTerminatedEpisodeIsNotBootstrapped() {
        assertPsi(List.of(terminal(10, 1, 100)), 1 - 10);
    }

    @Test
    void aTruncatedEpisodeIsBootstrappedFromItsFinalObservation() {
        assertPsi(List.of(cut(10, 1, 100)), 1 + 0.5 * 100 - 10);
    }

    @Test
    void anEpisodeThatTerminatedAndWasTruncatedIsNotBootstrapped() {
        assertPsi(List.of(new Step(10, 0, 1, 100, true, true)), 1 - 10);
    }

    @Test
    void theCutAtTheBatchsEndIsBootstrappedFromTheObservationAfterIt() {
        assertPsi(List.of(step(10, 1, 100)), 1 + 0.5 * 100 - 10);
    }

    @Test
    void advantagesDoNotLeakFromOneEpisodeIntoTheOneBeforeIt() {
        // λ = 0.25: A₁ = δ₁ = 2 + 50 − 20 = 32 in the second episode; A₀ = 1 − 10 in the first.
        assertPsi(List.of(terminal(10, 1, 7), step(20, 2, 100)), -9, 32);
        // Truncated: the final observation 7, not the next episode's first, 20.
        assertPsi(List.of(cut(10, 1, 7), step(20, 2, 100)), 1 + 3.5 - 10, 32);
    }

    @Test
    void withinAnEpisodeAdvantagesAddUpByGammaLambda() {
        // δ₁ = 2 − 20 = −18; δ₀ = 1 + 0.5·20 − 10 = 1; A₀ = 1 + 0.125·(−18).
        assertPsi(List.of(step(10, 1, 20), terminal(20, 2, 100)), 1 - 0.125 * 18, -18);
    }

    @ParameterizedTest
    @CsvSource({
        "0.9, 0.95, FROM_ACTION",
        "0.9, 0.95, FROM_START",
        "1, 1, FROM_ACTION",
        "0.9, 1, FROM_START",
        "0.9, 0, FROM_ACTION",
        "0, 0.5, FROM_ACTION",
        "0.99, 0.5, FROM_START"
    })
    void equalsTheSumOfTemporalDifferencesTakenFromTheDefinition(double gamma, double lambda, Discounting discounting) {
        List<Column> columns = Columns.random(4, 25, false, new Random(3));
        Weights weights = new Gae(gamma, lambda, discounting, IDENTITY).weights(Columns.batch(columns));
        int checked = 0;
        for (int n = 0; n < columns.size(); n++) {
            List<Step> steps = columns.get(n).steps();
            for (int t = 0; t < steps.size(); t++) {
                double advantage = 0;
                for (int u = t; u < steps.size(); u++) {
                    Step at = steps.get(u);
                    double next = at.terminated() ? 0 : at.nextFeature();
                    double delta = at.reward() + gamma * next - at.feature();
                    advantage += Math.pow(gamma * lambda, (double) u - t) * delta;
                    if (at.ends()) {
                        break;
                    }
                }
                int time = Columns.time(columns.get(n), t);
                double factor = discounting == Discounting.FROM_START ? Math.pow(gamma, time) : 1;
                assertEquals(factor * advantage, weights.psi()[t * 4 + n], 1e-12);
                assertEquals(advantage + steps.get(t).feature(), weights.valueTargets()[t * 4 + n], 1e-12);
                checked++;
            }
        }
        assertEquals(weights.rows().length, checked);
    }

    @Test
    void lambdaZeroIsTheOneStepTemporalDifference() {
        TrajectoryBatch batch =
                Columns.batch(List.of(new Column(0, List.of(step(1, 2, 3), step(3, 4, 5), terminal(5, 6, 7)))));
        double[] psi = new Gae(GAMMA, 0, Discounting.FROM_ACTION, IDENTITY)
                .weights(batch)
                .psi();
        assertArrayEquals(new double[] {2 + 1.5 - 1, 4 + 2.5 - 3, 6 - 5}, psi, 1e-15);
    }

    @Test
    void lambdaOneOnWholeEpisodesIsTheRewardToGoMinusTheValue() {
        List<Column> columns = Columns.random(3, 20, true, new Random(8)).stream()
                .map(column -> new Column(
                        0,
                        column.steps().stream()
                                .map(s ->
                                        new Step(s.feature(), s.action(), s.reward(), s.nextFeature(), s.ends(), false))
                                .toList()))
                .toList();
        TrajectoryBatch batch = Columns.batch(columns);
        for (Discounting discounting : Discounting.values()) {
            Weights gae = new Gae(0.9, 1, discounting, IDENTITY).weights(batch);
            Weights toGo = new RewardToGo(0.9, discounting, new Baseline.OfState(IDENTITY)).weights(batch);
            assertArrayEquals(toGo.psi(), gae.psi(), 1e-13);
            assertArrayEquals(toGo.valueTargets(), gae.valueTargets(), 1e-13);
        }
    }

    @Test
    void valuesThatObeyBellmansEquationHaveNoAdvantage() {
        // A chain of rewards 1 that is truncated; V = 1 / (1 − γ) everywhere.
        TrajectoryBatch batch =
                Columns.batch(List.of(new Column(0, List.of(step(2, 1, 2), cut(2, 1, 2), step(2, 1, 2)))));
        double[] psi = new Gae(GAMMA, 0.7, Discounting.FROM_ACTION, IDENTITY)
                .weights(batch)
                .psi();
        assertArrayEquals(new double[3], psi, 1e-15);
    }

    @Test
    void invalidRowsHaveNoWeight() {
        TrajectoryBatch batch = Columns.batch(List.of(
                new Column(0, List.of(step(1, 1, 2), terminal(2, 1, 3))), new Column(0, List.of(terminal(5, 9, 6)))));
        Weights weights = new Gae(GAMMA, 0.25, Discounting.FROM_ACTION, IDENTITY).weights(batch);
        assertArrayEquals(new int[] {0, 1, 2}, weights.rows());
        assertEquals(0, weights.psi()[3]);
        assertEquals(4, weights.psi()[1]);
        assertEquals(2, weights.trajectories());
    }

    @Test
    void parametersOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Gae(1.1, 0.5, Discounting.FROM_ACTION, IDENTITY));
        assertThrows(IllegalArgumentException.class, () -> new Gae(0.9, -0.1, Discounting.FROM_ACTION, IDENTITY));
    }

    private static void assertPsi(List<Step> steps, double... expected) {
        TrajectoryBatch batch = Columns.batch(List.of(new Column(0, steps)));
        Weights weights = new Gae(GAMMA, 0.25, Discounting.FROM_ACTION, IDENTITY).weights(batch);
        assertArrayEquals(expected, weights.psi(), 1e-15);
    }
}
