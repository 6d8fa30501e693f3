package dev.gangway.learning.optimizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.inference.network.ParameterVector;
import dev.gangway.inference.network.Precision;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerTest {

    @Test
    void sgdMovesUphillByTheRateTimesTheGradient() {
        double[] theta = run(new Sgd(), new double[] {1, -2}, 0.5, List.of(new double[] {4, 2}, new double[] {0, 1}));
        assertArrayEquals(new double[] {3, -0.5}, theta, 1e-15);
    }

    @Test
    void adamsFirstStepIsTheRateInEveryComponentHoweverSmallTheGradient() {
        // m̂ = g and v̂ = g², so the step is α g / (|g| + ε).
        double[] theta = run(adam(1e-8), new double[] {0, 0, 0}, 0.1, List.of(new double[] {5, -1e-3, 0}));
        assertArrayEquals(new double[] {0.1 * 5 / (5 + 1e-8), -0.1 * 1e-3 / (1e-3 + 1e-8), 0}, theta, 1e-15);
    }

    @Test
    void adamsThirdStepIsAlgorithmOneOfThePaper() {
        // g = 1, −2, 3 with β₁ = 0.9, β₂ = 0.999:
        //   m = 0.1, −0.11, 0.201   v = 0.001, 0.004999, 0.013994001
        double[] m = {0.1, 0.9 * 0.1 - 0.2, 0.9 * -0.11 + 0.3};
        double[] v = {0.001, 0.000999 + 0.004, 0.999 * 0.004999 + 0.009};
        double expected = 0;
        for (int t = 1; t <= 3; t++) {
            double mHat = m[t - 1] / (1 - Math.pow(0.9, t));
            double vHat = v[t - 1] / (1 - Math.pow(0.999, t));
            expected += 0.01 * mHat / (Math.sqrt(vHat) + 0.5);
        }
        double[] theta =
                run(adam(0.5), new double[] {0}, 0.01, List.of(new double[] {1}, new double[] {-2}, new double[] {3}));
        assertEquals(expected, theta[0], 1e-16);
    }

    @Test
    void momentumCarriesAFractionOfEarlierGradients() {
        // μ = 1/2: v = 4, 4, −1; 0, 1, 0.5.
        double[] theta = run(
                new Momentum(0.5),
                new double[] {1, -2},
                0.25,
                List.of(new double[] {4, 0}, new double[] {2, 1}, new double[] {-3, 0}));
        assertArrayEquals(new double[] {1 + 0.25 * (4 + 4 - 1), -2 + 0.25 * 1.5}, theta, 1e-15);
    }

    @Test
    void withoutMomentumItIsPlainAscent() {
        List<double[]> gradients = List.of(new double[] {4, 2}, new double[] {0, 1});
        assertArrayEquals(
                run(new Sgd(), new double[] {1, -2}, 0.5, gradients),
                run(new Momentum(0), new double[] {1, -2}, 0.5, gradients));
    }

    @Test
    void rmsPropDividesByTheRootWithEpsilonWhereItsNameSays() {
        // ρ = 3/4, g = 4, −2: v = 4, 3 + 1 = 4, so √v = 2 twice.
        List<double[]> gradients = List.of(new double[] {4}, new double[] {-2});
        assertArrayEquals(
                new double[] {0.1 * 4 / (2 + 0.5) - 0.1 * 2 / (2 + 0.5)},
                run(rmsProp(0.5, RmsProp.Epsilon.OUTSIDE_ROOT), new double[1], 0.1, gradients),
                1e-15);
        assertArrayEquals(
                new double[] {0.1 * 4 / 3 - 0.1 * 2 / 3},
                run(rmsProp(5, RmsProp.Epsilon.INSIDE_ROOT), new double[1], 0.1, gradients),
                1e-15);
    }

    static Stream<Supplier<Optimizer>> withState() {
        return Stream.of(
                () -> new Adam(0.9, 0.999, 1e-8),
                () -> new Momentum(0.9),
                () -> new RmsProp(0.99, 1e-8, RmsProp.Epsilon.OUTSIDE_ROOT),
                () -> new RmsProp(0.99, 1e-5, RmsProp.Epsilon.INSIDE_ROOT));
    }

    @ParameterizedTest
    @MethodSource("withState")
    void continuesFromItsStateAsIfNothingHadHappened(Supplier<Optimizer> make) {
        for (Precision type : new Precision[] {Precision.FLOAT, Precision.DOUBLE}) {
            Optimizer whole = make.get();
            Optimizer first = make.get();
            Optimizer second = make.get();
            Random random = new Random(1);
            ParameterVector expected = ParameterVector.of(type, "theta", new double[5]);
            ParameterVector actual = ParameterVector.of(type, "theta", new double[5]);
            for (int i = 0; i < 8; i++) {
                if (i == 4) {
                    second.importState(first.exportState());
                }
                double[] gradient = random.doubles(5, -1, 1).toArray();
                whole.ascend(expected, gradient, 0.1);
                (i < 4 ? first : second).ascend(actual, gradient, 0.1);
            }
            assertArrayEquals(expected.toDoubles(), actual.toDoubles());
        }
    }

    @ParameterizedTest
    @MethodSource("withState")
    void theStateBeforeTheFirstStepIsEmptyAndCanBeImported(Supplier<Optimizer> make) {
        List<double[]> gradients = List.of(new double[] {2});
        Optimizer optimizer = make.get();
        assertTrue(optimizer.exportState().isEmpty());
        double[] once = run(optimizer, new double[1], 0.1, gradients);
        optimizer.importState(Map.of());
        assertArrayEquals(once, run(optimizer, new double[1], 0.1, gradients));
    }

    @Test
    void statesOfAnotherOptimiserAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Sgd().importState(Map.of("steps", new double[1])));
        assertThrows(IllegalArgumentException.class, () -> adam(1e-8).importState(Map.of("velocity", new double[2])));
        assertThrows(
                IllegalArgumentException.class, () -> new Momentum(0.9).importState(Map.of("steps", new double[1])));
        assertThrows(
                IllegalArgumentException.class,
                () -> rmsProp(1, RmsProp.Epsilon.INSIDE_ROOT).importState(Map.of("velocity", new double[1])));
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Momentum(1));
        assertThrows(IllegalArgumentException.class, () -> rmsProp(0, RmsProp.Epsilon.INSIDE_ROOT));
    }

    @Test
    void gradientsAreKeptUnchanged() {
        for (Optimizer optimizer : List.of(
                new Sgd(),
                adam(1e-8),
                new Momentum(0.5),
                rmsProp(1, RmsProp.Epsilon.OUTSIDE_ROOT),
                rmsProp(1, RmsProp.Epsilon.INSIDE_ROOT))) {
            double[] gradient = {3, -4};
            optimizer.ascend(doubles(0, 0), gradient, 0.1);
            assertArrayEquals(new double[] {3, -4}, gradient);
        }
    }

    @Test
    void clippingKeepsTheDirectionAndTellsTheNorm() {
        double[] gradient = {3, -4};
        assertEquals(5, GlobalNormClip.clip(doubles(0, 0), gradient, 5));
        assertArrayEquals(new double[] {3, -4}, gradient);
        assertEquals(5, GlobalNormClip.clip(doubles(0, 0), gradient, 0.5));
        assertArrayEquals(new double[] {0.3, -0.4}, gradient, 1e-15);
        assertEquals(0.5, GlobalNormClip.clip(doubles(0, 0), gradient, Double.POSITIVE_INFINITY), 1e-15);
    }

    @Test
    void aClippedGradientIsRoundedToTheTypeOfTheParameters() {
        double[] gradient = {3, -4};
        GlobalNormClip.clip(ParameterVector.of(Precision.FLOAT, "theta", 0, 0), gradient, 0.5);
        assertArrayEquals(new double[] {0.3f, -0.4f}, gradient);
    }

    @Test
    void theLinearScheduleGoesFromTheRateToItsFraction() {
        Schedule linear = new Schedule.Linear(0.8, 0.25);
        assertEquals(0.8, linear.at(0));
        assertEquals(0.5, linear.at(0.5), 1e-15);
        assertEquals(0.2, linear.at(1), 1e-15);
        assertEquals(0.8, new Schedule.Constant(0.8).at(0.5));
    }

    @Test
    void theAdaptiveRateMovesByItsFactorOutsideTwiceAndHalfTheTargetAndKeepsItsLimits() {
        KlAdaptiveRate rate = new KlAdaptiveRate(0.5, new KlAdaptiveRate.Settings(0.25, 2, 0.125, 1));
        double[] divergences = {0.5, 0.125, 0.51, 0.51, 9, 0.124, 0.2, 0, 0, 0.1};
        double[] rates = {0.5, 0.5, 0.25, 0.125, 0.125, 0.25, 0.25, 0.5, 1, 1};
        for (int i = 0; i < rates.length; i++) {
            rate.adapt(divergences[i]);
            assertEquals(rates[i], rate.at(0.3), "after " + i);
        }
    }

    @Test
    void theAdaptiveRateIsPartOfTheState() {
        KlAdaptiveRate.Settings settings = new KlAdaptiveRate.Settings(0.25, 2, 0.125, 1);
        KlAdaptiveRate rate = new KlAdaptiveRate(0.5, settings);
        ScheduledOptimizer first = new ScheduledOptimizer(adam(1e-8), rate, 1);
        first.ascend(doubles(1), new double[] {2}, 0);
        rate.adapt(1);
        ScheduledOptimizer second = new ScheduledOptimizer(adam(1e-8), new KlAdaptiveRate(0.5, settings), 1);
        second.importState(first.exportState());
        assertEquals(0.25, second.schedule().at(0));
        ParameterVector expected = doubles(1);
        ParameterVector actual = doubles(1);
        first.ascend(expected, new double[] {3}, 0);
        second.ascend(actual, new double[] {3}, 0);
        assertArrayEquals(expected.toDoubles(), actual.toDoubles());
        assertThrows(
                IllegalArgumentException.class,
                () -> second.importState(first.optimizer().exportState()));
    }

    private static Adam adam(double epsilon) {
        return new Adam(0.9, 0.999, epsilon);
    }

    private static RmsProp rmsProp(double epsilon, RmsProp.Epsilon placement) {
        return new RmsProp(0.75, epsilon, placement);
    }

    private static double[] run(Optimizer optimizer, double[] start, double rate, List<double[]> gradients) {
        ParameterVector theta = doubles(start);
        for (double[] gradient : gradients) {
            optimizer.ascend(theta, gradient, rate);
        }
        return theta.toDoubles();
    }

    private static ParameterVector doubles(double... values) {
        return ParameterVector.of(Precision.DOUBLE, "theta", values);
    }
}
