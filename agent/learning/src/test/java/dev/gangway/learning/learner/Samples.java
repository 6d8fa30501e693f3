package dev.gangway.learning.learner;

import dev.gangway.environment.Box;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.Space;
import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.Precision;
import dev.gangway.inference.policy.GaussianOptions;
import dev.gangway.learning.estimator.Averaging;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.optimizer.Schedule;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.optimizer.Sgd;
import dev.gangway.learning.policy.Decisions;
import dev.gangway.learning.policy.Policies;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Random batches with random weights, policies in double, and steps of plain gradient ascent. */
final class Samples {
    static final int FEATURES = 3;

    private Samples() {}

    /** Returns a discrete and a Gaussian policy, with random parameters. */
    static List<Policy> policies() {
        return List.of(policy(Discrete.of(3)), policy(Box.of(-1, 1, 2)));
    }

    static Policy policy(Space actions) {
        Policy policy = Policies.mlp(
                FEATURES,
                actions,
                new int[] {5, 4},
                Activation.TANH,
                1,
                GaussianOptions.defaults(),
                new Random(1),
                Precision.DOUBLE);
        move(policy, 0.3, 2);
        return policy;
    }

    /** Adds noise to the parameters. */
    static void move(Policy policy, double size, long seed) {
        Random random = new Random(seed);
        policy.parameters()
                .assign(Arrays.stream(policy.parameters().toDoubles())
                        .map(x -> x + size * random.nextGaussian())
                        .toArray());
    }

    /** Returns steps with observations of random numbers and actions that the policy drew; the last row is invalid. */
    static TrajectoryBatch batch(Policy policy, int rows) {
        Random random = new Random(3);
        int actionSize = policy.distribution().actionSize();
        float[] features = new float[rows * FEATURES];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextGaussian();
        }
        float[] actions = new float[rows * actionSize];
        policy.snapshot().act(features, rows, random, actions);
        boolean[] valid = new boolean[rows];
        Arrays.fill(valid, 0, rows - 1, true);
        return new TrajectoryBatch(
                rows,
                1,
                new Decisions(features, new float[0], actions),
                new TrajectoryBatch.Outcomes(
                        new double[rows], new boolean[rows], new boolean[rows], valid, new int[rows]),
                new TrajectoryBatch.FinalStates(new int[0], new float[0]),
                new float[FEATURES]);
    }

    /** Returns a batch in which every row forbids one of three discrete actions, which was not taken. */
    static TrajectoryBatch masked(Policy policy, int rows) {
        TrajectoryBatch open = batch(policy, rows);
        float[] masks = new float[rows * 3];
        for (int row = 0; row < rows; row++) {
            masks[3 * row + ((int) open.actions()[row] + 1 + row % 2) % 3] = Float.NEGATIVE_INFINITY;
        }
        return new TrajectoryBatch(
                rows,
                1,
                new Decisions(open.features(), masks, open.actions()),
                new TrajectoryBatch.Outcomes(
                        open.rewards(), open.terminated(), open.truncated(), open.valid(), open.timeInEpisode()),
                new TrajectoryBatch.FinalStates(
                        open.finals().rows(), open.finals().features()),
                open.nextFeatures());
    }

    /** Returns the same steps with observations that are so many times as large. */
    static TrajectoryBatch scaled(TrajectoryBatch batch, float factor) {
        float[] features = batch.features().clone();
        for (int i = 0; i < features.length; i++) {
            features[i] *= factor;
        }
        return new TrajectoryBatch(
                batch.steps(),
                batch.copies(),
                new Decisions(features, batch.decisions().masks(), batch.actions()),
                new TrajectoryBatch.Outcomes(
                        batch.rewards(), batch.terminated(), batch.truncated(), batch.valid(), batch.timeInEpisode()),
                new TrajectoryBatch.FinalStates(
                        batch.finals().rows(), batch.finals().features()),
                batch.nextFeatures());
    }

    /** Returns random weights for the valid rows, in three trajectories. */
    static Weights weights(TrajectoryBatch batch) {
        double[] psi = new Random(4).doubles(batch.rows(), -2, 3).toArray();
        psi[batch.rows() - 1] = 0;
        return new Weights(IntStream.range(0, batch.rows() - 1).toArray(), 3, psi, new double[batch.rows()]);
    }

    static Objective plain(Policy policy) {
        return new Objective(policy, false, Averaging.PER_STEP, 0, Optional.empty());
    }

    static ScheduledOptimizer sgd(double learningRate) {
        return new ScheduledOptimizer(new Sgd(), new Schedule.Constant(learningRate), Double.POSITIVE_INFINITY);
    }
}
