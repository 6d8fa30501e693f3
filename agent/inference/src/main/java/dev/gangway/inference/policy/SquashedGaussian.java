package dev.gangway.inference.policy;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A real numbers in (−1, 1): y_i = tanh u_i of a {@link DiagonalGaussian} u. {@link ActionEncoder} scales y to the bounds of
 * the space.
 *
 * <p>An action is stored as u, because y rounds to ±1 where u is large. All densities are those of y: log π(y) = log N(u)
 * − Σ_i log(1 − tanh² u_i), with log(1 − tanh² u) = 2 (log 2 − u − log(1 + e^−2u)), which loses no digits. The correction
 * does not depend on the outputs, so the score is the Gaussian's; tanh is a bijection, so KL is the Gaussian's too.
 *
 * <p>H = H(u) + Σ_i E[log(1 − tanh² u_i)] has no closed form. The expectation is the trapezoidal rule over ±7 standard
 * deviations, which converges exponentially on functions that are analytic in a strip around the real line (Trefethen and
 * Weideman, "The Exponentially Convergent Trapezoidal Rule", SIAM Review 56, 2014); here the strip's half width is π/2 in u,
 * hence the step. It is exact to 1e−9 of its size for σ ≤ 100, and to 1e−5 beyond. Gradients are those of the rule.
 *
 * @param gaussian of u
 */
public record SquashedGaussian(DiagonalGaussian gaussian) implements Distribution {
    private static final double RANGE = 7;
    private static final double LARGEST_STEP = 0.6;
    /** In u: the error falls as e^(−π² / step). */
    private static final double STEP_IN_U = 0.4;

    private static final int MOST_POINTS = 2001;
    private static final double SQRT_2_PI = Math.sqrt(2 * Math.PI);

    @Override
    public int outputSize() {
        return gaussian.outputSize();
    }

    @Override
    public int actionSize() {
        return gaussian.actionSize();
    }

    @Override
    public IntStream logStdOutputs() {
        return gaussian.logStdOutputs();
    }

    @Override
    public double logProb(double[] outputs, int offset, float[] actions, int actionOffset) {
        double sum = gaussian.logProb(outputs, offset, actions, actionOffset);
        for (int i = 0; i < actionSize(); i++) {
            sum -= logSlope(actions[actionOffset + i]);
        }
        return sum;
    }

    @Override
    public void addLogProbGradient(
            double[] outputs, int offset, float[] actions, int actionOffset, double weight, double[] gradient) {
        gaussian.addLogProbGradient(outputs, offset, actions, actionOffset, weight, gradient);
    }

    @Override
    public double entropy(double[] outputs, int offset) {
        double sum = gaussian.entropy(outputs, offset);
        for (int i = offset; i < offset + actionSize(); i++) {
            double std = Math.exp(gaussian.logStd(outputs, i));
            double step = step(std);
            for (double z = -RANGE; z <= RANGE; z += step) {
                sum += step * density(z) * logSlope(outputs[i] + std * z);
            }
        }
        return sum;
    }

    /** {@inheritDoc} d/du log(1 − tanh² u) = −2 tanh u. */
    @Override
    public void addEntropyGradient(double[] outputs, int offset, double weight, double[] gradient) {
        gaussian.addEntropyGradient(outputs, offset, weight, gradient);
        for (int i = offset; i < offset + actionSize(); i++) {
            double std = Math.exp(gaussian.logStd(outputs, i));
            boolean free = gaussian.isFree(outputs, i);
            double step = step(std);
            for (double z = -RANGE; z <= RANGE; z += step) {
                double slope = -2 * weight * step * density(z) * Math.tanh(outputs[i] + std * z);
                gradient[i] += slope;
                gradient[i + actionSize()] += free ? slope * std * z : 0;
            }
        }
    }

    @Override
    public double kl(double[] oldOutputs, double[] newOutputs, int offset) {
        return gaussian.kl(oldOutputs, newOutputs, offset);
    }

    @Override
    public void addFisherProduct(double[] outputs, int offset, double[] vector, double weight, double[] product) {
        gaussian.addFisherProduct(outputs, offset, vector, weight, product);
    }

    @Override
    public void sample(float[] outputs, int offset, RandomGenerator random, float[] actions, int actionOffset) {
        gaussian.sample(outputs, offset, random, actions, actionOffset);
    }

    /** {@inheritDoc} It is the median, tanh μ: the density may have its maximum at, or two of them near, the bounds. */
    @Override
    public void mode(float[] outputs, int offset, float[] actions, int actionOffset) {
        gaussian.mode(outputs, offset, actions, actionOffset);
    }

    /** log(1 − tanh² u), even in u. */
    private static double logSlope(double u) {
        double size = Math.abs(u);
        return 2 * (Math.log(2) - size - Math.log1p(Math.exp(-2 * size)));
    }

    private static double density(double z) {
        return Math.exp(-0.5 * z * z) / SQRT_2_PI;
    }

    private static double step(double std) {
        return Math.max(Math.min(LARGEST_STEP, STEP_IN_U / std), 2 * RANGE / MOST_POINTS);
    }
}
