package dev.gangway.learning.learner;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.Box;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.Space;
import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.Gains;
import dev.gangway.inference.network.Network;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.Precision;
import dev.gangway.inference.policy.GaussianOptions;
import dev.gangway.learning.estimator.Averaging;
import dev.gangway.learning.estimator.SharedValue;
import dev.gangway.learning.estimator.ValueNetwork;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.network.FiniteDifferences;
import dev.gangway.learning.optimizer.Adam;
import dev.gangway.learning.optimizer.Schedule;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.policy.ActorCritic;
import dev.gangway.learning.policy.Policies;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A policy and a value function on one trunk, moved by one optimiser along the gradient of one loss. */
class SharedValueTest {
    private static final double VALUE_COEFFICIENT = 0.7;
    private static final double ENTROPY_COEFFICIENT = 0.3;
    private static final int ROWS = 9;
    private static final GaussianOptions OF_STATE = new GaussianOptions(-0.5, true, false);

    static Stream<Arguments> joint() {
        return Stream.of(Discrete.of(3), Box.of(-1, 1, 2))
                .flatMap(actions -> Stream.of(Averaging.values()).map(averaging -> Arguments.of(actions, averaging)));
    }

    private static ActorCritic networks(Space actions, GaussianOptions gaussian) {
        ActorCritic networks = Policies.withValue(
                outputs -> mlp(List.of(Samples.FEATURES, 5, 4, outputs), 1),
                2,
                actions,
                gaussian,
                new Random(1),
                Precision.DOUBLE);
        Samples.move(networks.policy(), 0.3, 2);
        return networks;
    }

    private static NetworkPlan mlp(List<Integer> sizes, double outputGain) {
        return new NetworkPlan.Dense(sizes, Activation.TANH, false, new Gains(1, outputGain));
    }

    private static SharedValue value(ActorCritic networks, double coefficient) {
        return new SharedValue(new ValueNetwork(networks.value().orElseThrow(), Double.POSITIVE_INFINITY), coefficient);
    }

    private static Objective objective(
            ActorCritic networks, Averaging averaging, double entropy, double valueCoefficient) {
        return new Objective(
                networks.policy(), false, averaging, entropy, Optional.of(value(networks, valueCoefficient)));
    }

    /** Random weights and value targets. */
    private static Weights weights(TrajectoryBatch batch) {
        Weights random = Samples.weights(batch);
        double[] targets = new Random(6).doubles(batch.rows(), -3, 3).toArray();
        return new Weights(random.rows(), random.trajectories(), random.psi(), targets);
    }

    private static double[] gradient(Objective objective, TrajectoryBatch batch, Weights weights) {
        return objective.gradient(batch, weights).gradient();
    }

    /** Σ ψ log π − c_v Σ (V − y)², averaged, + c_H times the mean of H, term by term. */
    private static double minusLoss(ActorCritic networks, TrajectoryBatch batch, Weights weights, Averaging averaging) {
        Policy policy = networks.policy();
        double[] outputs = policy.outputs(batch.decisions(), weights.rows());
        double[] values = value(networks, 1).predict(batch.features(), batch.rows());
        double sum = 0;
        double entropies = 0;
        for (int b = 0; b < weights.rows().length; b++) {
            int row = weights.rows()[b];
            int at = b * policy.distribution().outputSize();
            int action = row * policy.distribution().actionSize();
            double error = values[row] - weights.valueTargets()[row];
            sum += weights.psi()[row] * policy.distribution().logProb(outputs, at, batch.actions(), action);
            sum -= VALUE_COEFFICIENT * error * error;
            entropies += policy.distribution().entropy(outputs, at);
        }
        double divisor = switch (averaging) {
            case PER_STEP -> weights.rows().length;
            case PER_TRAJECTORY -> weights.trajectories();
            case SUM -> 1;
        };
        return sum / divisor + ENTROPY_COEFFICIENT * entropies / weights.rows().length;
    }

    @ParameterizedTest
    @MethodSource("joint")
    void theGradientIsThatOfTheJointLoss(Space actions, Averaging averaging) {
        ActorCritic networks = networks(actions, GaussianOptions.defaults());
        TrajectoryBatch batch = Samples.batch(networks.policy(), ROWS);
        Weights weights = weights(batch);
        FiniteDifferences.assertGradient(
                networks.policy().parameters(),
                () -> minusLoss(networks, batch, weights, averaging),
                gradient(objective(networks, averaging, ENTROPY_COEFFICIENT, VALUE_COEFFICIENT), batch, weights));
    }

    @ParameterizedTest
    @MethodSource("joint")
    void itIsTheSumOfThePolicysAndTheValuesGradients(Space actions, Averaging averaging) {
        ActorCritic networks = networks(actions, OF_STATE);
        TrajectoryBatch batch = Samples.batch(networks.policy(), ROWS);
        Weights weights = weights(batch);
        Weights silent =
                new Weights(weights.rows(), weights.trajectories(), new double[batch.rows()], weights.valueTargets());
        double[] both =
                gradient(objective(networks, averaging, ENTROPY_COEFFICIENT, VALUE_COEFFICIENT), batch, weights);
        double[] ofPolicy = gradient(
                new Objective(networks.policy(), false, averaging, ENTROPY_COEFFICIENT, Optional.empty()),
                batch,
                weights);
        double[] ofValue = gradient(objective(networks, averaging, 0, VALUE_COEFFICIENT), batch, silent);
        for (int k = 0; k < both.length; k++) {
            assertEquals(ofPolicy[k] + ofValue[k], both[k], 1e-12);
        }
        assertTrue(IntStream.range(0, both.length).anyMatch(k -> ofPolicy[k] != 0 && ofValue[k] != 0), "a trunk");
        assertTrue(IntStream.range(0, both.length).anyMatch(k -> ofPolicy[k] != 0 && ofValue[k] == 0), "a policy head");
        assertTrue(IntStream.range(0, both.length).anyMatch(k -> ofPolicy[k] == 0 && ofValue[k] != 0), "a value head");
    }

    @Test
    void aPartOfTheBatchCountsAsMuchForTheValueAsForThePolicy() {
        ActorCritic networks = networks(Discrete.of(3), GaussianOptions.defaults());
        TrajectoryBatch batch = Samples.batch(networks.policy(), ROWS);
        Weights weights = weights(batch);
        Objective objective = objective(networks, Averaging.SUM, ENTROPY_COEFFICIENT, VALUE_COEFFICIENT);
        double[] mean = new double[networks.policy().parameters().size()];
        int[][] halves = {{0, 1, 2, 3}, {4, 5, 6, 7}};
        for (int[] half : halves) {
            double[] part = objective
                    .gradient(batch, weights, half, (row, logProb) -> weights.psi()[row])
                    .gradient();
            for (int k = 0; k < mean.length; k++) {
                mean[k] += part[k] / 2;
            }
        }
        assertArrayEquals(gradient(objective, batch, weights), mean, 1e-12);
    }

    @Test
    void oneOptimiserMovesBothHeads() {
        ActorCritic networks = networks(Discrete.of(3), GaussianOptions.defaults());
        TrajectoryBatch batch = Samples.batch(networks.policy(), ROWS);
        Weights weights = weights(batch);
        SharedValue value = value(networks, VALUE_COEFFICIENT);
        PolicyGradient learner = new PolicyGradient(
                objective(networks, Averaging.PER_STEP, 0, VALUE_COEFFICIENT),
                new ScheduledOptimizer(
                        new Adam(0.9, 0.999, 1e-8), new Schedule.Constant(0.01), Double.POSITIVE_INFINITY));
        double[] before = networks.policy().parameters().toDoubles();
        double loss = value.fit(batch, weights, 0, new Random(1)).loss();
        assertArrayEquals(before, networks.policy().parameters().toDoubles(), "measuring moves nothing");
        for (int step = 0; step < 300; step++) {
            learner.improve(batch, weights, 0, new Random(1));
        }
        assertTrue(value.fit(batch, weights, 0, new Random(1)).loss() < 0.1 * loss);
    }

    @Test
    void theSnapshotActsWithThePolicysOutputsAlone() {
        for (GaussianOptions gaussian : new GaussianOptions[] {GaussianOptions.defaults(), OF_STATE}) {
            ActorCritic networks = networks(Box.of(-1, 1, 2), gaussian);
            Policy policy = networks.policy();
            TrajectoryBatch batch = Samples.batch(policy, ROWS);
            int[] rows = IntStream.range(0, ROWS).toArray();
            double[] expected = policy.outputs(batch.decisions(), rows);
            Network snapshot = policy.snapshot().network();
            float[] outputs = new float[expected.length];
            snapshot.forward(batch.features(), ROWS, outputs);
            assertEquals(4, snapshot.outputSize());
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], outputs[i], 1e-5);
            }
        }
    }

    @Test
    void theValuesOutputBeginsWithAGainOfItsOwn() {
        ActorCritic networks = Policies.withValue(
                outputs -> mlp(List.of(2, 8, outputs), 0.01),
                100,
                Discrete.of(3),
                GaussianOptions.defaults(),
                new Random(1),
                Precision.DOUBLE);
        double[] weights = networks.policy().parameters().toDoubles("layer1.weights");
        for (int output = 0; output < 4; output++) {
            double squares = 0;
            for (int unit = 0; unit < 8; unit++) {
                squares += weights[unit * 4 + output] * weights[unit * 4 + output];
            }
            assertEquals(output < 3 ? 0.01 : 1, Math.sqrt(squares), 1e-12);
        }
    }

    @ParameterizedTest
    @MethodSource("joint")
    void whatABaselinePerParameterSubtractsIsAveragedAsTheRest(Space actions, Averaging averaging) {
        Policy policy = Samples.policy(actions);
        TrajectoryBatch batch = Samples.batch(policy, ROWS);
        Weights plain = Samples.weights(batch);
        double[] variate =
                new Random(8).doubles(policy.parameters().size(), -1, 1).toArray();
        Weights reduced = new Weights(plain.rows(), plain.trajectories(), plain.psi(), plain.valueTargets(), variate);
        Objective objective = new Objective(policy, false, averaging, 0.1, Optional.empty());
        double[] expected = gradient(objective, batch, plain);
        for (int k = 0; k < expected.length; k++) {
            expected[k] -= plain.scale(averaging) * variate[k];
        }
        assertArrayEquals(expected, gradient(objective, batch, reduced), 1e-12);
    }
}
