package dev.gangway.learning.estimator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.Precision;
import dev.gangway.learning.network.DenseNetworks;
import dev.gangway.learning.network.FiniteDifferences;
import dev.gangway.learning.optimizer.Adam;
import dev.gangway.learning.optimizer.Optimizer;
import dev.gangway.learning.optimizer.Schedule;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.optimizer.Sgd;
import dev.gangway.learning.rollout.Minibatches;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ValueFunctionTest {
    private static final float[] FEATURES = {1, 2, -1, 0.5f, 0, 3, 2, -2, 9, 9};
    private static final double[] TARGETS = {1, -2, 0.5, 3, 100};
    private static final int[] ROWS = {3, 0, 2, 1};
    /** What was before means nothing without a clip. */
    private static final ValueNetwork.Targets TO_FIT = targets(TARGETS, new double[5]);

    @ParameterizedTest
    @EnumSource(Activation.class)
    void theLossGradientIsThatOfFiniteDifferences(Activation activation) {
        Layer network = DenseNetworks.mlp(2, new int[] {6, 5}, 1, activation, 1, new Random(1), Precision.DOUBLE);
        ValueFunction value = value(network, 0);
        int size = value.parameters().size();
        value.parameters().assign(new Random(2).doubles(size, -1, 1).toArray()); // biases at 0 would be kinks of ReLU
        FiniteDifferences.assertGradient(
                value.parameters(),
                () -> meanSquaredError(value),
                value.network().lossGradient(TO_FIT, ROWS).gradient());
        assertEquals(
                meanSquaredError(value),
                value.network().lossGradient(TO_FIT, ROWS).loss(),
                1e-14);
    }

    @Test
    void anActionsValueIsFittedAtTheActionThatWasTaken() {
        Layer network = DenseNetworks.mlp(2, new int[] {4}, 3, Activation.TANH, 1, new Random(1), Precision.DOUBLE);
        ValueFunction value = value(network, 0);
        ValueNetwork.Targets taken =
                new ValueNetwork.Targets(FEATURES, new int[] {2, 0, 2, 1, 0}, TARGETS, new double[5]);
        DoubleSupplier loss = () -> {
            double[] q = value.predict(FEATURES, 5);
            return Arrays.stream(ROWS)
                    .mapToDouble(row -> Math.pow(q[3 * row + taken.outputs()[row]] - TARGETS[row], 2))
                    .average()
                    .orElseThrow();
        };
        ValueNetwork.LossGradient found = value.network().lossGradient(taken, ROWS);
        assertEquals(loss.getAsDouble(), found.loss(), 1e-14);
        FiniteDifferences.assertGradient(value.parameters(), loss, found.gradient());
    }

    @Test
    void theClippedLossIsTheLargerOfTwoSquaredErrors() {
        double clip = 0.5;
        ValueFunction value = new ValueFunction(
                new ValueNetwork(DenseNetworks.linear(2, 1, true, Precision.DOUBLE), clip),
                at(0, new Sgd(), Double.POSITIVE_INFINITY),
                1,
                new Minibatches(1));
        value.parameters().assign(new double[] {0.5, -1, 0.25});
        double[] now = value.predict(FEATURES, 5);
        // Moved by: more than the clip away from the target, more towards it, less, more and past it.
        double[] moved = {-2, 3, 0.1, -0.6};
        double[] targets = {now[0] + 1, now[1] + 4, now[2] - 3, now[3] + 0.2};
        double[] before =
                IntStream.range(0, 4).mapToDouble(i -> now[i] - moved[i]).toArray();
        DoubleSupplier loss = () -> {
            double[] predicted = value.predict(FEATURES, 5);
            return IntStream.range(0, 4)
                    .mapToDouble(i -> {
                        double held = before[i] + Math.max(-clip, Math.min(clip, predicted[i] - before[i]));
                        return Math.max(Math.pow(predicted[i] - targets[i], 2), Math.pow(held - targets[i], 2));
                    })
                    .average()
                    .orElseThrow();
        };
        ValueNetwork.LossGradient found = value.network().lossGradient(targets(targets, before), ROWS);
        assertEquals(loss.getAsDouble(), found.loss(), 1e-14);
        FiniteDifferences.assertGradient(value.parameters(), loss, found.gradient());
        assertNotEquals(
                value(DenseNetworks.linear(2, 1, true, Precision.DOUBLE), 0)
                        .network()
                        .lossGradient(targets(targets, before), ROWS)
                        .loss(),
                found.loss());
    }

    @Test
    void oneStepOfGradientDescentOnALinearValueIsTheTextbooks() {
        ValueFunction value = linear(0.1, Double.POSITIVE_INFINITY, 1, 1);
        value.parameters().assign(new double[] {0.5, -1, 0.25});
        double[] theta = value.parameters().toDoubles();
        for (int row : ROWS) {
            double x0 = FEATURES[2 * row];
            double x1 = FEATURES[2 * row + 1];
            double error = 0.5 * x0 - x1 + 0.25 - TARGETS[row];
            theta[0] -= 0.1 * 2 * error * x0 / 4;
            theta[1] -= 0.1 * 2 * error * x1 / 4;
            theta[2] -= 0.1 * 2 * error / 4;
        }
        double before = meanSquaredError(value);
        assertEquals(before, value.fit(TO_FIT, ROWS, 0, new Random(1)), 1e-14);
        assertArrayEquals(theta, value.parameters().toDoubles(), 1e-14);
    }

    @Test
    void aClippedStepHasTheClipsLength() {
        ValueFunction value = linear(2, 0.25, 1, 1);
        value.fit(TO_FIT, ROWS, 0, new Random(1));
        double length = Math.sqrt(
                Arrays.stream(value.parameters().toDoubles()).map(x -> x * x).sum());
        assertEquals(0.5, length, 1e-14);
    }

    @Test
    void aPassOverMinibatchesUsesEveryRowOnceInAShuffledOrder() {
        ValueFunction together = linear(0.1, Double.POSITIVE_INFINITY, 1, 4);
        together.fit(TO_FIT, ROWS, 0, new Random(5));
        List<double[]> reachable = new ArrayList<>();
        for (int[] order : permutations(ROWS)) {
            ValueFunction apart = linear(0.1, Double.POSITIVE_INFINITY, 1, 1);
            for (int row : order) {
                apart.fit(TO_FIT, new int[] {row}, 0, new Random(1));
            }
            reachable.add(apart.parameters().toDoubles());
        }
        double[] reached = together.parameters().toDoubles();
        assertTrue(reachable.stream().anyMatch(theta -> distance(theta, reached) < 1e-12));
    }

    @Test
    void oneMinibatchDrawsNoRandomNumber() {
        RandomGenerator unused = () -> {
            throw new AssertionError("Expected no draw");
        };
        linear(0.1, Double.POSITIVE_INFINITY, 3, 1).fit(TO_FIT, ROWS, 0, unused);
    }

    @Test
    void fittingReachesTheTargets() {
        Layer network = DenseNetworks.mlp(2, new int[] {16}, 1, Activation.TANH, 1, new Random(1), Precision.FLOAT);
        ValueFunction value = new ValueFunction(
                new ValueNetwork(network, Double.POSITIVE_INFINITY),
                at(0.02, new Adam(0.9, 0.999, 1e-8), Double.POSITIVE_INFINITY),
                600,
                new Minibatches(1));
        value.fit(TO_FIT, ROWS, 0, new Random(1));
        assertEquals(0, meanSquaredError(value), 1e-3);
    }

    @Test
    void predictionsAreTheFirstRowsInOrder() {
        ValueFunction value = linear(0.1, 1, 1, 1);
        value.parameters().assign(new double[] {1, 10, 100});
        assertArrayEquals(new double[] {121, 104}, value.predict(FEATURES, 2), 1e-14);
        assertArrayEquals(new double[0], value.predict(new float[0], 0));
    }

    private static ValueNetwork.Targets targets(double[] targets, double[] before) {
        return new ValueNetwork.Targets(FEATURES, new int[5], targets, before);
    }

    private static ValueFunction linear(double rate, double maxNorm, int epochs, int minibatches) {
        return new ValueFunction(
                new ValueNetwork(DenseNetworks.linear(2, 1, true, Precision.DOUBLE), Double.POSITIVE_INFINITY),
                at(rate, new Sgd(), maxNorm),
                epochs,
                new Minibatches(minibatches));
    }

    private static ValueFunction value(Layer network, double rate) {
        return new ValueFunction(
                new ValueNetwork(network, Double.POSITIVE_INFINITY),
                at(rate, new Sgd(), Double.POSITIVE_INFINITY),
                1,
                new Minibatches(1));
    }

    private static ScheduledOptimizer at(double rate, Optimizer optimizer, double maxNorm) {
        return new ScheduledOptimizer(optimizer, new Schedule.Constant(rate), maxNorm);
    }

    private static double meanSquaredError(ValueFunction value) {
        double[] predicted = value.predict(FEATURES, 5);
        return Arrays.stream(ROWS)
                .mapToDouble(row -> (predicted[row] - TARGETS[row]) * (predicted[row] - TARGETS[row]))
                .average()
                .orElseThrow();
    }

    private static List<int[]> permutations(int[] rows) {
        if (rows.length == 0) {
            return List.of(new int[0]);
        }
        List<int[]> all = new ArrayList<>();
        for (int first : rows) {
            for (int[] rest :
                    permutations(Arrays.stream(rows).filter(row -> row != first).toArray())) {
                all.add(IntStream.concat(IntStream.of(first), Arrays.stream(rest))
                        .toArray());
            }
        }
        return all;
    }

    private static double distance(double[] a, double[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> Math.abs(a[i] - b[i]))
                .max()
                .orElseThrow();
    }
}
