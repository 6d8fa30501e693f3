package dev.gangway.learning.estimator;

import dev.gangway.inference.network.Matrices;
import dev.gangway.inference.network.Network;
import dev.gangway.inference.network.ParameterVector;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.stream.IntStream;

/**
 * V(s), a network with one output, or Q(s, ·), one with an output for each discrete action, and how far it is from its
 * targets: L = (1/B) Σ_b (v_b − y_b)², where v is V(s), or Q(s, a) of the action that was taken.
 *
 * <p>With a clip c, and v₀ before the fit, L = (1/B) Σ_b max((v − y)², (v₀ + clip(v − v₀, −c, c) − y)²), as the authors of PPO
 * have it in their code: once v has moved by c and a smaller error can only be had by moving on, the row weighs nothing.
 *
 * <p>Not thread-safe: one thread at a time.
 */
public final class ValueNetwork {
    private final Network network;
    private final double clip;

    /**
     * Makes one.
     *
     * @param network with K outputs: one for V, else one for each action
     * @param clip c &gt; 0; infinity never clips
     */
    public ValueNetwork(Network network, double clip) {
        this.network = network;
        this.clip = clip;
    }

    /**
     * What v is fitted to, row by row of a batch.
     *
     * @param features shape [B, D], row-major
     * @param outputs which output v is, shape [B]
     * @param targets y, shape [B]
     * @param before v₀, shape [B]
     */
    record Targets(float[] features, int[] outputs, double[] targets, double[] before) {}

    /**
     * L and its gradient.
     *
     * @param loss L
     * @param gradient ∇L, shape [P]
     */
    record LossGradient(double loss, double[] gradient) {}

    /** Returns the live parameters. */
    public ParameterVector parameters() {
        return network.parameters();
    }

    /**
     * Predicts.
     *
     * @param features at least rows · D numbers, row-major
     * @param rows number of rows
     * @return shape [rows, K]
     */
    public double[] predict(float[] features, int rows) {
        if (rows == 0) {
            return new double[0];
        }
        int[] all = IntStream.range(0, rows).toArray();
        return network.forward(Matrices.gather(features, all, network.inputSize()))
                .output();
    }

    /** Returns v of every row of a batch, shape [T, N]. */
    double[] chosen(TrajectoryBatch batch) {
        int[] outputs = outputs(batch);
        double[] predicted = predict(batch.features(), batch.rows());
        double[] chosen = new double[batch.rows()];
        for (int row = 0; row < chosen.length; row++) {
            chosen[row] = predicted[row * network.outputSize() + outputs[row]];
        }
        return chosen;
    }

    /** Returns what a batch says; {@code before} means nothing without a clip. */
    Targets targets(TrajectoryBatch batch, Weights weights, double[] before) {
        return new Targets(batch.features(), outputs(batch), weights.valueTargets(), before);
    }

    private int[] outputs(TrajectoryBatch batch) {
        boolean ofActions = network.outputSize() > 1;
        return IntStream.range(0, batch.rows())
                .map(row -> ofActions ? (int) batch.actions()[row] : 0)
                .toArray();
    }

    /** Returns L over some of the rows. */
    LossGradient lossGradient(Targets fit, int[] rows) {
        int k = network.outputSize();
        Network.Forward forward = network.forward(Matrices.gather(fit.features(), rows, network.inputSize()));
        double[] values = forward.output();
        double[] gradient = new double[rows.length * k];
        double loss = 0;
        for (int b = 0; b < rows.length; b++) {
            int at = b * k + fit.outputs()[rows[b]];
            double target = fit.targets()[rows[b]];
            double error = values[at] - target;
            double held = held(values[at], fit.before()[rows[b]]) - target;
            boolean constant = Math.abs(held) > Math.abs(error);
            loss += (constant ? held * held : error * error) / rows.length;
            gradient[at] = constant ? 0 : 2 * error / rows.length;
        }
        return new LossGradient(loss, forward.backward(gradient));
    }

    private double held(double value, double before) {
        return Math.abs(value - before) <= clip ? value : before + Math.copySign(clip, value - before);
    }
}
