package dev.gangway.learning.estimator;

import dev.gangway.inference.network.ParameterVector;
import dev.gangway.learning.optimizer.Optimizer;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.rollout.Minibatches;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.random.RandomGenerator;

/**
 * V(s) or Q(s, ·) with parameters and an optimiser of its own, fitted to each batch's targets by the mean squared error.
 *
 * <p>Not thread-safe: one thread at a time.
 *
 * @param network whose squared error falls
 * @param scheduledOptimizer for this network alone
 * @param epochs passes over each batch, ≥ 1
 * @param minibatches parts that a pass is split into
 */
public record ValueFunction(
        ValueNetwork network, ScheduledOptimizer scheduledOptimizer, int epochs, Minibatches minibatches)
        implements Critic {
    /** Makes the value function; throws an {@link IllegalArgumentException} when there is no epoch. */
    public ValueFunction {
        if (epochs < 1) {
            throw new IllegalArgumentException("Expected at least 1 epoch, found " + epochs);
        }
    }

    /** Returns the live parameters. */
    public ParameterVector parameters() {
        return network.parameters();
    }

    /** Returns the optimiser, for its state. */
    public Optimizer optimizer() {
        return scheduledOptimizer.optimizer();
    }

    @Override
    public boolean sharesParameters() {
        return false;
    }

    @Override
    public double[] predict(float[] features, int rows) {
        return network.predict(features, rows);
    }

    @Override
    public ValueFit fit(TrajectoryBatch batch, Weights weights, double progress, RandomGenerator random) {
        double[] before = network.chosen(batch);
        double loss = fit(network.targets(batch, weights, before), weights.rows(), progress, random);
        return ValueFit.of(loss, before, weights);
    }

    /**
     * Fits to targets: epochs × minibatches steps of the optimiser.
     *
     * @param targets of the batch
     * @param rows the rows that take part
     * @param progress environment steps before the batch's rollout as a fraction of the run's maximum
     * @param random shuffles the rows of each pass; not drawn from when there is one minibatch
     * @return the mean loss of the first pass, each part before its own step
     */
    double fit(ValueNetwork.Targets targets, int[] rows, double progress, RandomGenerator random) {
        int[] order = rows.clone();
        double firstPass = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            double pass = 0;
            for (int[] part : minibatches.of(order, random)) {
                pass += part.length * step(targets, part, progress);
            }
            firstPass = epoch == 0 ? pass / order.length : firstPass;
        }
        return firstPass;
    }

    private double step(ValueNetwork.Targets targets, int[] rows, double progress) {
        ValueNetwork.LossGradient loss = network.lossGradient(targets, rows);
        double[] uphill = loss.gradient();
        for (int i = 0; i < uphill.length; i++) {
            uphill[i] = -uphill[i];
        }
        scheduledOptimizer.ascend(parameters(), uphill, progress);
        return loss.loss();
    }
}
