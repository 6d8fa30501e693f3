package dev.gangway.learning.estimator;

import static dev.gangway.testkit.exact.Columns.cut;
import static dev.gangway.testkit.exact.Columns.step;
import static dev.gangway.testkit.exact.Columns.terminal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gangway.testkit.exact.Columns;
import dev.gangway.testkit.exact.Columns.Column;
import dev.gangway.testkit.exact.Columns.Step;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NStepTest {
    /** V(s) = its feature. */
    private static final StateValue IDENTITY = (features, rows) -> {
        double[] values = new double[rows];
        for (int i = 0; i < rows; i++) {
            values[i] = features[i];
        }
        return values;
    };

    @Test
    void twoStepsByHand() {
        // γ = 1/2: 1 + 2/2 + 30/4 − 10; 2 + 3/2 − 20, terminated; 3 − 30.
        assertPsi(List.of(step(10, 1, 20), step(20, 2, 30), terminal(30, 3, 99)), -0.5, -16.5, -27);
    }

    @Test
    void atTheTimeLimitTheFinalObservationIsBootstrapped() {
        assertPsi(List.of(step(10, 1, 20), cut(20, 2, 40), terminal(7, 3, 99)), 2, 2, -4);
    }

    @Test
    void atTheBatchsEndTheObservationAfterItIsBootstrapped() {
        assertPsi(List.of(step(10, 1, 20), step(20, 2, 40)), 2, 2);
    }

    @Test
    void anEpisodeThatTerminatedAndWasTruncatedIsNotBootstrapped() {
        assertPsi(List.of(new Step(10, 0, 1, 100, true, true)), 1 - 10);
    }

    @ParameterizedTest
    @CsvSource({
        "0.9, 1, FROM_ACTION",
        "0.9, 2, FROM_START",
        "0.9, 3, FROM_ACTION",
        "1, 5, FROM_ACTION",
        "0, 4, FROM_ACTION",
        "0.99, 100, FROM_START"
    })
    void equalsTheSumTakenFromTheDefinition(double gamma, int n, Discounting discounting) {
        List<Column> columns = Columns.random(4, 25, false, new Random(5));
        Weights weights = new NStep(gamma, n, discounting, IDENTITY).weights(Columns.batch(columns));
        int checked = 0;
        for (int c = 0; c < columns.size(); c++) {
            List<Step> steps = columns.get(c).steps();
            for (int t = 0; t < steps.size(); t++) {
                double target = 0;
                int u = t;
                while (true) {
                    Step at = steps.get(u);
                    target += Math.pow(gamma, (double) u - t) * at.reward();
                    if (at.ends() || u - t + 1 == n || u + 1 == steps.size()) {
                        target += at.terminated() ? 0 : Math.pow(gamma, u - t + 1.0) * at.nextFeature();
                        break;
                    }
                    u++;
                }
                double advantage = target - steps.get(t).feature();
                int time = Columns.time(columns.get(c), t);
                double factor = discounting == Discounting.FROM_START ? Math.pow(gamma, time) : 1;
                assertEquals(factor * advantage, weights.psi()[t * 4 + c], 1e-12);
                assertEquals(target, weights.valueTargets()[t * 4 + c], 1e-12);
                checked++;
            }
        }
        assertEquals(weights.rows().length, checked);
    }

    @Test
    void oneStepAndAllStepsAreGaesEnds() {
        var batch = Columns.batch(Columns.random(3, 20, false, new Random(6)));
        for (Discounting discounting : Discounting.values()) {
            assertArrayEquals(
                    new Gae(0.9, 0, discounting, IDENTITY).weights(batch).psi(),
                    new NStep(0.9, 1, discounting, IDENTITY).weights(batch).psi(),
                    1e-13);
            assertArrayEquals(
                    new Gae(0.9, 1, discounting, IDENTITY).weights(batch).psi(),
                    new NStep(0.9, 20, discounting, IDENTITY).weights(batch).psi(),
                    1e-13);
        }
    }

    @Test
    void lessThanOneStepIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new NStep(0.9, 0, Discounting.FROM_ACTION, IDENTITY));
    }

    private static void assertPsi(List<Step> steps, double... expected) {
        Weights weights = new NStep(0.5, 2, Discounting.FROM_ACTION, IDENTITY)
                .weights(Columns.batch(List.of(new Column(0, steps))));
        assertArrayEquals(expected, weights.psi(), 1e-14);
    }
}
