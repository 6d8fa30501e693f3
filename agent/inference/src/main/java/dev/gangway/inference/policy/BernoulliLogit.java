package dev.gangway.inference.policy;

import java.util.random.RandomGenerator;

/**
 * Two actions, 0 and 1, and one logit z: π(1) = σ(z) = 1 / (1 + e^−z). An action is one number.
 *
 * <p>∂ log π(a)/∂z = a − σ(z); ∂H/∂z = −z σ(z) (1 − σ(z)). Log-probabilities are −log(1 + e^∓z), computed so that neither
 * sign of z overflows. A logit of ±∞ fixes the action.
 */
public record BernoulliLogit() implements Distribution {

    @Override
    public int outputSize() {
        return 1;
    }

    @Override
    public int actionSize() {
        return 1;
    }

    @Override
    public double logProb(double[] outputs, int offset, float[] actions, int actionOffset) {
        double z = outputs[offset];
        return -softplus(checked(actions[actionOffset]) == 1 ? -z : z);
    }

    @Override
    public void addLogProbGradient(
            double[] outputs, int offset, float[] actions, int actionOffset, double weight, double[] gradient) {
        gradient[offset] += weight * (checked(actions[actionOffset]) - sigmoid(outputs[offset]));
    }

    @Override
    public double entropy(double[] outputs, int offset) {
        double z = outputs[offset];
        return product(sigmoid(z), softplus(-z)) + product(sigmoid(-z), softplus(z));
    }

    @Override
    public void addEntropyGradient(double[] outputs, int offset, double weight, double[] gradient) {
        double z = outputs[offset];
        gradient[offset] -= weight * product(sigmoid(z) * sigmoid(-z), z);
    }

    @Override
    public double kl(double[] oldOutputs, double[] newOutputs, int offset) {
        double u = oldOutputs[offset];
        double v = newOutputs[offset];
        return product(sigmoid(u), softplus(-v) - softplus(-u)) + product(sigmoid(-u), softplus(v) - softplus(u));
    }

    /** {@inheritDoc} F = σ(z) (1 − σ(z)). */
    @Override
    public void addFisherProduct(double[] outputs, int offset, double[] vector, double weight, double[] product) {
        double z = outputs[offset];
        product[offset] += weight * sigmoid(z) * sigmoid(-z) * vector[offset];
    }

    @Override
    public void sample(float[] outputs, int offset, RandomGenerator random, float[] actions, int actionOffset) {
        checkNumber(outputs, offset);
        actions[actionOffset] = random.nextDouble() < sigmoid(outputs[offset]) ? 1 : 0;
    }

    @Override
    public void mode(float[] outputs, int offset, float[] actions, int actionOffset) {
        checkNumber(outputs, offset);
        actions[actionOffset] = outputs[offset] > 0 ? 1 : 0;
    }

    private static void checkNumber(float[] outputs, int offset) {
        if (Float.isNaN(outputs[offset])) {
            throw Distributions.notFinite(outputs, offset, 1);
        }
    }

    /** p · x, where 0 · ∞ is 0: what cannot happen counts for nothing. */
    private static double product(double p, double x) {
        return p == 0 ? 0 : p * x;
    }

    /** log(1 + e^x). */
    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static double sigmoid(double x) {
        double e = Math.exp(-Math.abs(x));
        return (x >= 0 ? 1 : e) / (1 + e);
    }

    private static float checked(float action) {
        if (action != 0 && action != 1) {
            throw new IllegalArgumentException("Expected action 0 or 1, found " + action);
        }
        return action;
    }
}
