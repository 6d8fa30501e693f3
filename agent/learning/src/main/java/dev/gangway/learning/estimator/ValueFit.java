package dev.gangway.learning.estimator;

/**
 * How a value function met a batch.
 *
 * @param loss mean squared error in the first pass
 * @param explainedVariance 1 − Var[target − V] / Var[target] before the fit, over the batch's valid steps; NaN when the
 *     targets are all equal but for rounding
 */
public record ValueFit(double loss, double explainedVariance) {

    /** Compares predictions made before a fit, shape [T, N], with their targets; the fit's loss is the caller's. */
    static ValueFit of(double loss, double[] predicted, Weights weights) {
        double[] residuals = new double[weights.rows().length];
        double[] targets = new double[weights.rows().length];
        for (int i = 0; i < targets.length; i++) {
            int row = weights.rows()[i];
            targets[i] = weights.valueTargets()[row];
            residuals[i] = targets[i] - predicted[row];
        }
        Spread wanted = Spread.of(targets);
        double explained = 1 - Spread.of(residuals).variance() / wanted.variance();
        boolean known = Double.isFinite(explained) && !wanted.isRounding();
        return new ValueFit(loss, known ? explained : Double.NaN);
    }

    /** Compares predictions, shape [T, N], with targets that they are not fitted to here. */
    static ValueFit of(double[] predicted, Weights weights) {
        double squares = 0;
        for (int row : weights.rows()) {
            double error = predicted[row] - weights.valueTargets()[row];
            squares += error * error / weights.rows().length;
        }
        return of(squares, predicted, weights);
    }
}
