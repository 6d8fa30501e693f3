package dev.gangway.experiment;

import dev.gangway.estimator.ValueFunction;
import dev.gangway.estimator.Weights;
import dev.gangway.rollout.TrajectoryBatch;
import java.util.random.RandomGenerator;

/**
 * How a value function met a batch.
 *
 * @param loss mean squared error in the first pass
 * @param explainedVariance 1 − Var[target − V] / Var[target] before the fit, over the batch's valid steps; NaN when the
 *     targets are all equal
 */
public record ValueFit(double loss, double explainedVariance) {

    /** Fits and reports. */
    static ValueFit of(
            ValueFunction value, TrajectoryBatch batch, Weights weights, double learningRate, RandomGenerator random) {
        double[] predicted = value.predict(batch.features(), batch.rows());
        double[] residuals = new double[weights.rows().length];
        double[] targets = new double[weights.rows().length];
        for (int i = 0; i < targets.length; i++) {
            int row = weights.rows()[i];
            targets[i] = weights.valueTargets()[row];
            residuals[i] = targets[i] - predicted[row];
        }
        double explained = 1 - variance(residuals) / variance(targets);
        double loss = value.fit(batch.features(), weights.rows(), weights.valueTargets(), learningRate, random);
        return new ValueFit(loss, Double.isFinite(explained) ? explained : Double.NaN);
    }

    private static double variance(double[] values) {
        double mean = 0;
        for (double value : values) {
            mean += value / values.length;
        }
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return sum / values.length;
    }
}
