package dev.gangway.learning.learner;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gangway.environment.Discrete;
import dev.gangway.learning.estimator.Averaging;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.optimizer.KlAdaptiveRate;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.optimizer.Sgd;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.Minibatches;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KlAdaptiveTest {
    private static final int ACTIONS = 3;
    private static final double RATE = 0.5;
    private final Policy policy = Samples.policy(Discrete.of(ACTIONS));
    private final TrajectoryBatch batch = Samples.batch(policy, 40);
    private final Weights weights = Samples.weights(batch);

    static Stream<Function<ScheduledOptimizer, Function<Policy, Learner>>> learners() {
        return Stream.of(
                optimizer -> policy -> new PolicyGradient(Samples.plain(policy), optimizer),
                optimizer -> policy -> new Ppo(
                        Samples.plain(policy),
                        optimizer,
                        new Ppo.Settings(0.2, 3, new Minibatches(4), false, Double.POSITIVE_INFINITY)));
    }

    @ParameterizedTest
    @MethodSource("learners")
    void theDivergenceOfTheWholeUpdateSetsTheNextRate(Function<ScheduledOptimizer, Function<Policy, Learner>> learner) {
        double[] start = policy.parameters().toDoubles();
        double[] before = probabilities();
        ScheduledOptimizer plain = Samples.sgd(RATE);
        learner.apply(plain).apply(policy).improve(batch, weights, 0, new Random(1));
        double[] expected = policy.parameters().toDoubles();
        double[] after = probabilities();
        double divergence = IntStream.range(0, before.length)
                        .mapToDouble(i -> before[i] * Math.log(before[i] / after[i]))
                        .sum()
                / weights.rows().length;

        // At targets within a factor of two of the divergence the rate stays; beyond, it goes the right way.
        double[] targets = {divergence * 0.49, divergence * 0.51, divergence * 1.99, divergence * 2.01};
        double[] rates = {RATE / 1.5, RATE, RATE, RATE * 1.5};
        for (int i = 0; i < targets.length; i++) {
            policy.parameters().assign(start);
            KlAdaptiveRate rate = new KlAdaptiveRate(RATE, new KlAdaptiveRate.Settings(targets[i], 1.5, 1e-3, 1));
            ScheduledOptimizer optimizer = new ScheduledOptimizer(new Sgd(), rate, Double.POSITIVE_INFINITY);
            PolicyStep step = new KlAdaptive(learner.apply(optimizer).apply(policy), policy, rate)
                    .improve(batch, weights, 0, new Random(1));
            assertArrayEquals(expected, policy.parameters().toDoubles());
            assertEquals(divergence, step.approximateKl(), 1e-12);
            assertEquals(RATE, step.learningRate());
            assertEquals(rates[i], rate.at(0), 1e-15);
        }
    }

    @Test
    void minibatchesAreNormalisedWithTheFloorToo() {
        double floor = 100;
        int[] rows = {3, 8, 20};
        double[] psi = weights.psi();
        double mean = (psi[3] + psi[8] + psi[20]) / 3;
        double[] normalized =
                new Objective(policy, false, floor, Averaging.PER_STEP, 0, Optional.empty()).normalized(weights, rows);
        assertEquals((psi[8] - mean) / floor, normalized[8], 1e-9);
    }

    /** Returns π(a|s) of the valid rows, made of the network's outputs here: shape [rows, ACTIONS]. */
    private double[] probabilities() {
        double[] logits = policy.outputs(batch.decisions(), weights.rows());
        double[] probabilities = new double[logits.length];
        for (int at = 0; at < logits.length; at += ACTIONS) {
            double sum = 0;
            for (int a = at; a < at + ACTIONS; a++) {
                sum += Math.exp(logits[a]);
            }
            for (int a = at; a < at + ACTIONS; a++) {
                probabilities[a] = Math.exp(logits[a]) / sum;
            }
        }
        return probabilities;
    }
}
