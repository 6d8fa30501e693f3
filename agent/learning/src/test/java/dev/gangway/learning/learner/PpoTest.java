package dev.gangway.learning.learner;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.inference.network.ParameterVector;
import dev.gangway.learning.estimator.Averaging;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.network.FiniteDifferences;
import dev.gangway.learning.optimizer.Optimizer;
import dev.gangway.learning.optimizer.Schedule;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.Minibatches;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PpoTest {
    private static final double CLIP = 0.2;
    private static final double NEVER = Double.POSITIVE_INFINITY;
    private static final RandomGenerator UNUSED = () -> {
        throw new AssertionError("Expected no draw");
    };

    static List<Policy> policies() {
        return Samples.policies();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void theFirstStepIsThatOfTheEstimatorBitForBit(Policy policy) {
        TrajectoryBatch batch = Samples.batch(policy, 40);
        Weights weights = Samples.weights(batch);
        double[] start = policy.parameters().toDoubles();
        for (Averaging averaging : Averaging.values()) {
            Objective objective = new Objective(policy, true, averaging, 0.01, Optional.empty());
            policy.parameters().assign(start);
            PolicyStep once = new PolicyGradient(objective, Samples.sgd(0.1)).improve(batch, weights, 0, UNUSED);
            double[] expected = policy.parameters().toDoubles();
            policy.parameters().assign(start);
            PolicyStep step = ppo(objective, 0.1, 1, 1).improve(batch, weights, 0, UNUSED);
            assertArrayEquals(expected, policy.parameters().toDoubles(), 0);
            assertEquals(once.gradientNorm(), step.gradientNorm());
            assertEquals(once.entropy(), step.entropy());
            assertEquals(0, step.clipFraction());
            assertEquals(0, step.approximateKl());
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void theWeightsMakeTheGradientOfTheClippedSurrogate(Policy policy) {
        TrajectoryBatch batch = Samples.batch(policy, 60);
        Weights psi = Samples.weights(batch);
        Objective objective = Samples.plain(policy);
        double[] old = objective.logProb(batch, psi.rows());
        Samples.move(policy, 0.1, 7);
        ClippedRatios ratios = new ClippedRatios(CLIP, psi.psi(), old);
        double[] gradient = objective.gradient(batch, psi, psi.rows(), ratios).gradient();
        assertTrue(ratios.clipFraction() > 0.2 && ratios.clipFraction() < 0.8, "clipped: " + ratios.clipFraction());
        FiniteDifferences.assertGradient(
                policy.parameters(),
                () -> {
                    double[] now = objective.logProb(batch, psi.rows());
                    return Arrays.stream(psi.rows())
                            .mapToDouble(row -> {
                                double ratio = Math.exp(now[row] - old[row]);
                                double held = Math.max(1 - CLIP, Math.min(1 + CLIP, ratio));
                                return Math.min(ratio * psi.psi()[row], held * psi.psi()[row]);
                            })
                            .average()
                            .orElseThrow();
                },
                gradient);
    }

    @Test
    void aRowIsLeftOutWhereItsRatioHasLeftTheRangeInTheDirectionOfItsWeight() {
        double[] ratio = {1.3, 1.3, 0.7, 0.7, 1.1, 0.95}; // whose mean is not 1
        double[] psi = {2, -2, 2, -2, 3, -3};
        double[] expected = {0, -2.6, 1.4, 0, 3.3, -2.85};
        ClippedRatios ratios = new ClippedRatios(CLIP, psi, new double[6]);
        for (int row = 0; row < 6; row++) {
            assertEquals(expected[row], ratios.of(row, Math.log(ratio[row])), 1e-15);
        }
        assertEquals(4.0 / 6, ratios.clipFraction(), 1e-15);
        double divergence =
                Arrays.stream(ratio).map(r -> r - 1 - Math.log(r)).average().orElseThrow();
        assertEquals(divergence, ratios.approximateKl(), 1e-15);
    }

    @Test
    void theRatioIsToThePolicyThatCollectedTheBatchHoweverManyPasses() {
        Policy policy = Samples.policies().get(0);
        TrajectoryBatch batch = Samples.batch(policy, 2);
        Weights weights = new Weights(new int[] {0}, 1, new double[] {1, 0}, new double[2]);
        double before = policy.logProb(batch.decisions(), new int[] {0})[0];
        ppo(Samples.plain(policy), 0.01, 500, 1).improve(batch, weights, 0, UNUSED);
        double after = policy.logProb(batch.decisions(), new int[] {0})[0];
        assertEquals(1 + CLIP, Math.exp(after - before), 0.05);
    }

    @Test
    void minibatchesAreNormalisedOneByOneWhenAskedFor() {
        Policy policy = Samples.policies().get(0);
        TrajectoryBatch batch = Samples.batch(policy, 33);
        Weights weights = Samples.weights(batch);
        double[] start = policy.parameters().toDoubles();
        Ppo.Settings settings = new Ppo.Settings(CLIP, 1, new Minibatches(4), true, NEVER);
        new Ppo(Samples.plain(policy), Samples.sgd(0.5), settings).improve(batch, weights, 0, new Random(5));
        double[] reached = policy.parameters().toDoubles();

        policy.parameters().assign(start);
        Objective objective = Samples.plain(policy);
        double[] old = objective.logProb(batch, weights.rows());
        ScheduledOptimizer optimizer = Samples.sgd(0.5);
        for (int[] rows : new Minibatches(4).of(weights.rows().clone(), new Random(5))) {
            assertEquals(8, rows.length);
            double mean = IntStream.of(rows)
                    .mapToDouble(row -> weights.psi()[row])
                    .average()
                    .orElseThrow();
            double deviation = Math.sqrt(IntStream.of(rows)
                    .mapToDouble(row -> Math.pow(weights.psi()[row] - mean, 2))
                    .average()
                    .orElseThrow());
            double[] normalized = Arrays.stream(weights.psi())
                    .map(x -> (x - mean) / deviation)
                    .toArray();
            var estimate =
                    policy.scoreGradient(batch.decisions(), rows, new ClippedRatios(CLIP, normalized, old), 1.0 / 8, 0);
            optimizer.ascend(policy.parameters(), estimate.gradient(), 0);
        }
        assertArrayEquals(policy.parameters().toDoubles(), reached, 1e-7);
    }

    @Test
    void theBatchIsDoneWithOnceTheTargetDivergenceIsExceeded() {
        Policy policy = Samples.policies().get(0);
        TrajectoryBatch batch = Samples.batch(policy, 41);
        Weights weights = Samples.weights(batch);
        double[] start = policy.parameters().toDoubles();
        ppo(Samples.plain(policy), 2, 1, 1).improve(batch, weights, 0, UNUSED);
        double[] once = policy.parameters().toDoubles();

        policy.parameters().assign(start);
        Ppo.Settings settings = new Ppo.Settings(CLIP, 10, new Minibatches(1), false, 1e-4);
        PolicyStep step = new Ppo(Samples.plain(policy), Samples.sgd(2), settings).improve(batch, weights, 0, UNUSED);
        assertArrayEquals(once, policy.parameters().toDoubles(), 0);
        assertTrue(step.approximateKl() > 1e-4);
    }

    @Test
    void everyPassMakesOneStepForEachMinibatch() {
        Policy policy = Samples.policies().get(1);
        TrajectoryBatch batch = Samples.batch(policy, 41);
        Weights weights = Samples.weights(batch);
        List<Double> steps = new ArrayList<>();
        Optimizer counting = new Optimizer() {
            @Override
            public void ascend(ParameterVector parameters, double[] gradient, double learningRate) {
                steps.add(learningRate);
            }

            @Override
            public Map<String, double[]> exportState() {
                return Map.of();
            }

            @Override
            public void importState(Map<String, double[]> state) {}
        };
        ScheduledOptimizer optimizer = new ScheduledOptimizer(counting, new Schedule.Linear(1, 0), NEVER);
        Ppo.Settings settings = new Ppo.Settings(CLIP, 3, new Minibatches(4), false, NEVER);
        new Ppo(Samples.plain(policy), optimizer, settings).improve(batch, weights, 0.75, new Random(1));
        assertEquals(Collections.nCopies(12, 0.25), steps);
    }

    private static Ppo ppo(Objective objective, double learningRate, int epochs, int minibatches) {
        return new Ppo(
                objective,
                Samples.sgd(learningRate),
                new Ppo.Settings(CLIP, epochs, new Minibatches(minibatches), false, NEVER));
    }
}
