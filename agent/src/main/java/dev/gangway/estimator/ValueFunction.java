package dev.gangway.estimator;

import dev.gangway.network.Matrices;
import dev.gangway.network.Network;
import dev.gangway.network.ParameterVector;
import dev.gangway.optim.Optimizer;
import dev.gangway.optim.ScheduledOptimizer;
import dev.gangway.rollout.Minibatches;
import dev.gangway.rollout.TrajectoryBatch;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * V(s): a network with one output, fitted to targets by the mean squared error L = (1/B) Σ_b (V(s_b) − y_b)².
 *
 * <p>With a clip c, and V₀ before the fit, L = (1/B) Σ_b max((V − y)², (V₀ + clip(V − V₀, −c, c) − y)²), as the authors of PPO
 * have it in their code: once V(s) has moved by c and a smaller error can only be had by moving on, the row weighs
 * nothing.
 *
 * <p>Not thread-safe: the learner's thread only. It uses ND4J.
 */
public final class ValueFunction implements StateValue {
    private final Network network;
    private final ScheduledOptimizer optimizer;
    private final int epochs;
    private final Minibatches minibatches;
    private final double clip;

    /**
     * Makes one.
     *
     * @param network with one output
     * @param optimizer for this network alone
     * @param epochs passes over each batch, ≥ 1
     * @param minibatches parts that a pass is split into
     * @param clip c &gt; 0; infinity never clips
     */
    public ValueFunction(
            Network network, ScheduledOptimizer optimizer, int epochs, Minibatches minibatches, double clip) {
        if (network.outputSize() != 1 || epochs < 1) {
            throw new IllegalArgumentException("Expected a value network with 1 output and at least 1 epoch, found "
                    + network.outputSize() + " and " + epochs);
        }
        this.network = network;
        this.optimizer = optimizer;
        this.epochs = epochs;
        this.minibatches = minibatches;
        this.clip = clip;
    }

    /** Returns the live parameters. */
    public ParameterVector parameters() {
        return network.parameters();
    }

    /** Returns the optimiser, for its state. */
    public Optimizer optimizer() {
        return optimizer.optimizer();
    }

    @Override
    public double[] predict(float[] features, int rows) {
        return rows == 0
                ? new double[0]
                : predict(features, IntStream.range(0, rows).toArray());
    }

    private double[] predict(float[] features, int[] rows) {
        try (INDArray input = Matrices.gather(parameters().dataType(), features, rows, network.inputSize());
                Network.Forward forward = network.forward(input)) {
            return Matrices.toRowMajor(forward.output());
        }
    }

    /** Fits V to the batch's value targets; arguments as below. */
    public ValueFit fit(TrajectoryBatch batch, Weights weights, double progress, RandomGenerator random) {
        double[] before = predict(batch.features(), batch.rows());
        double loss = fit(batch.features(), weights.rows(), weights.valueTargets(), before, progress, random);
        return ValueFit.of(loss, before, weights);
    }

    /**
     * Fits V to targets: epochs × minibatches steps of the optimiser.
     *
     * @param features shape [any, D], row-major
     * @param rows the rows that take part
     * @param targets y for every row of {@code features}
     * @param before V for every row of {@code features} before the fit
     * @param progress environment steps taken as a fraction of the run's maximum
     * @param random shuffles the rows of each pass; not drawn from when there is one minibatch
     * @return the mean loss of the first pass, each part before its own step
     */
    double fit(
            float[] features, int[] rows, double[] targets, double[] before, double progress, RandomGenerator random) {
        int[] order = rows.clone();
        double firstPass = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            double pass = 0;
            for (int[] part : minibatches.of(order, random)) {
                pass += part.length * step(features, part, targets, before, progress);
            }
            firstPass = epoch == 0 ? pass / order.length : firstPass;
        }
        return firstPass;
    }

    private double step(float[] features, int[] rows, double[] targets, double[] before, double progress) {
        LossGradient loss = lossGradient(features, rows, targets, before);
        try (INDArray uphill = loss.gradient()) {
            optimizer.ascend(parameters(), uphill.negi(), progress);
        }
        return loss.loss();
    }

    /**
     * L and its gradient.
     *
     * @param loss L
     * @param gradient ∇L, shape [P]
     */
    record LossGradient(double loss, INDArray gradient) {}

    LossGradient lossGradient(float[] features, int[] rows, double[] targets, double[] before) {
        try (INDArray input = Matrices.gather(parameters().dataType(), features, rows, network.inputSize());
                Network.Forward forward = network.forward(input)) {
            double[] values = Matrices.toRowMajor(forward.output());
            double[] gradient = new double[rows.length];
            double loss = 0;
            for (int b = 0; b < rows.length; b++) {
                double error = values[b] - targets[rows[b]];
                double held = held(values[b], before[rows[b]]) - targets[rows[b]];
                boolean constant = Math.abs(held) > Math.abs(error);
                loss += (constant ? held * held : error * error) / rows.length;
                gradient[b] = constant ? 0 : 2 * error / rows.length;
            }
            try (INDArray outputGradient = Matrices.matrix(parameters().dataType(), gradient, rows.length, 1)) {
                return new LossGradient(loss, forward.backward(outputGradient));
            }
        }
    }

    private double held(double value, double before) {
        return Math.abs(value - before) <= clip ? value : before + Math.copySign(clip, value - before);
    }
}
