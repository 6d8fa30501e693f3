package dev.gangway.estimator;

import dev.gangway.network.Matrices;
import dev.gangway.network.Network;
import dev.gangway.network.ParameterVector;
import dev.gangway.optim.Optimizer;
import dev.gangway.optim.ScheduledOptimizer;
import dev.gangway.rollout.TrajectoryBatch;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * V(s): a network with one output, fitted to targets by the mean squared error L = (1/B) Σ_b (V(s_b) − y_b)².
 *
 * <p>Not thread-safe: the learner's thread only. It uses ND4J.
 */
public final class ValueFunction implements StateValue {
    private final Network network;
    private final ScheduledOptimizer optimizer;
    private final int epochs;
    private final int minibatches;

    /**
     * Makes one.
     *
     * @param network with one output
     * @param optimizer for this network alone
     * @param epochs passes over each batch, ≥ 1
     * @param minibatches parts that a pass is split into, ≥ 1
     */
    public ValueFunction(Network network, ScheduledOptimizer optimizer, int epochs, int minibatches) {
        if (network.outputSize() != 1 || epochs < 1 || minibatches < 1) {
            throw new IllegalArgumentException(
                    "Expected a value network with 1 output, at least 1 epoch and 1 minibatch," + " found "
                            + network.outputSize() + ", " + epochs + " and " + minibatches);
        }
        this.network = network;
        this.optimizer = optimizer;
        this.epochs = epochs;
        this.minibatches = minibatches;
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
        double loss = fit(batch.features(), weights.rows(), weights.valueTargets(), progress, random);
        return ValueFit.of(loss, before, weights);
    }

    /**
     * Fits V to targets: epochs × minibatches steps of the optimiser.
     *
     * @param features shape [any, D], row-major
     * @param rows the rows that take part
     * @param targets y for every row of {@code features}
     * @param progress environment steps taken as a fraction of the run's maximum
     * @param random shuffles the rows of each pass; not drawn from when there is one minibatch
     * @return the mean loss of the first pass, each part before its own step
     */
    double fit(float[] features, int[] rows, double[] targets, double progress, RandomGenerator random) {
        int[] order = rows.clone();
        double firstPass = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            if (minibatches > 1) {
                shuffle(order, random);
            }
            double pass = 0;
            for (int part = 0; part < minibatches; part++) {
                int from = (int) ((long) part * order.length / minibatches);
                int to = (int) ((long) (part + 1) * order.length / minibatches);
                if (to > from) {
                    pass += (to - from) * step(features, Arrays.copyOfRange(order, from, to), targets, progress);
                }
            }
            firstPass = epoch == 0 ? pass / order.length : firstPass;
        }
        return firstPass;
    }

    private double step(float[] features, int[] rows, double[] targets, double progress) {
        LossGradient loss = lossGradient(features, rows, targets);
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

    LossGradient lossGradient(float[] features, int[] rows, double[] targets) {
        try (INDArray input = Matrices.gather(parameters().dataType(), features, rows, network.inputSize());
                Network.Forward forward = network.forward(input)) {
            double[] values = Matrices.toRowMajor(forward.output());
            double[] gradient = new double[rows.length];
            double loss = 0;
            for (int b = 0; b < rows.length; b++) {
                double error = values[b] - targets[rows[b]];
                loss += error * error / rows.length;
                gradient[b] = 2 * error / rows.length;
            }
            try (INDArray outputGradient = Matrices.matrix(parameters().dataType(), gradient, rows.length, 1)) {
                return new LossGradient(loss, forward.backward(outputGradient));
            }
        }
    }

    /** Fisher–Yates. */
    private static void shuffle(int[] order, RandomGenerator random) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
    }
}
