package dev.gangway.inference.policy;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A real numbers, independent and normal: outputs μ₁ … μ_A, log σ₁ … log σ_A; a_i ~ N(μ_i, σ_i²).
 *
 * <p>An action is as it was drawn, unbounded: bounds of the space are applied on the way to the environment only
 * ({@link ActionEncoder}), so that log-probabilities are those of what was drawn. With z = (a − μ) / σ, each component
 * has log π = −z²/2 − log σ − ½ log 2π, ∂/∂μ = z / σ and ∂/∂log σ = z² − 1; H = log σ + ½ log 2πe, so ∂H/∂log σ = 1;
 * KL(old ‖ new) = log(σ′/σ) + (σ² + (μ − μ′)²) / 2σ′² − ½ with new values primed. The entropy is differential, of a
 * density: it may be negative.
 *
 * <p>Where an output log σ is below a floor, σ is that of the floor, and nothing depends on the output: its gradients are 0.
 * Without a floor σ could fall to where the rounding of an action to float is most of z.
 *
 * @param actionSize A ≥ 1
 * @param minLogStd the floor of log σ
 */
public record DiagonalGaussian(int actionSize, double minLogStd) implements Distribution {
    private static final double HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);
    /** The floor that experiments have by default, as {@code policy.proto} says. */
    public static final double MIN_LOG_STD = -10;

    /** With the floor that experiments have by default. */
    public DiagonalGaussian(int actionSize) {
        this(actionSize, MIN_LOG_STD);
    }

    /** Makes the distribution; throws an {@link IllegalArgumentException} when an action has no number. */
    public DiagonalGaussian {
        if (actionSize < 1) {
            throw new IllegalArgumentException("Expected at least 1 number per action, found " + actionSize);
        }
    }

    @Override
    public int outputSize() {
        return 2 * actionSize;
    }

    @Override
    public IntStream logStdOutputs() {
        return IntStream.range(actionSize, 2 * actionSize);
    }

    @Override
    public double logProb(double[] outputs, int offset, float[] actions, int actionOffset) {
        double sum = 0;
        for (int i = 0; i < actionSize; i++) {
            double logStd = logStd(outputs, offset + i);
            double z = standardised(outputs[offset + i], logStd, actions[actionOffset + i]);
            sum -= 0.5 * z * z + logStd + HALF_LOG_2_PI;
        }
        return sum;
    }

    @Override
    public void addLogProbGradient(
            double[] outputs, int offset, float[] actions, int actionOffset, double weight, double[] gradient) {
        for (int i = 0; i < actionSize; i++) {
            double logStd = logStd(outputs, offset + i);
            double z = standardised(outputs[offset + i], logStd, actions[actionOffset + i]);
            gradient[offset + i] += weight * z * Math.exp(-logStd);
            if (isFree(outputs, offset + i)) {
                gradient[offset + actionSize + i] += weight * (z * z - 1);
            }
        }
    }

    @Override
    public double entropy(double[] outputs, int offset) {
        double sum = 0;
        for (int i = 0; i < actionSize; i++) {
            sum += logStd(outputs, offset + i) + 0.5 + HALF_LOG_2_PI;
        }
        return sum;
    }

    @Override
    public void addEntropyGradient(double[] outputs, int offset, double weight, double[] gradient) {
        for (int i = 0; i < actionSize; i++) {
            gradient[offset + actionSize + i] += isFree(outputs, offset + i) ? weight : 0;
        }
    }

    @Override
    public double kl(double[] oldOutputs, double[] newOutputs, int offset) {
        double sum = 0;
        for (int i = offset; i < offset + actionSize; i++) {
            double logRatio = logStd(newOutputs, i) - logStd(oldOutputs, i);
            double shift = (oldOutputs[i] - newOutputs[i]) * Math.exp(-logStd(newOutputs, i));
            // (e^−2r − 1 + 2r) / 2 keeps its digits when the two are close.
            sum += 0.5 * (Math.expm1(-2 * logRatio) + shift * shift) + logRatio;
        }
        return sum;
    }

    /** {@inheritDoc} F = diag(1/σ², 2): 1/σ² for each μ, 2 for each log σ, 0 for each below the floor. */
    @Override
    public void addFisherProduct(double[] outputs, int offset, double[] vector, double weight, double[] product) {
        for (int i = offset; i < offset + actionSize; i++) {
            product[i] += weight * Math.exp(-2 * logStd(outputs, i)) * vector[i];
            product[i + actionSize] += isFree(outputs, i) ? weight * 2 * vector[i + actionSize] : 0;
        }
    }

    /** {@inheritDoc} Component by component, μ + σ Φ⁻¹(u). */
    @Override
    public void sample(float[] outputs, int offset, RandomGenerator random, float[] actions, int actionOffset) {
        for (int i = 0; i < actionSize; i++) {
            double std = Math.exp(Math.max(minLogStd, outputs[offset + actionSize + i]));
            actions[actionOffset + i] =
                    finite(outputs[offset + i] + std * StandardNormal.draw(random), outputs, offset);
        }
    }

    /** {@inheritDoc} It is the mean. */
    @Override
    public void mode(float[] outputs, int offset, float[] actions, int actionOffset) {
        for (int i = 0; i < actionSize; i++) {
            actions[actionOffset + i] = finite(outputs[offset + i], outputs, offset);
        }
    }

    private float finite(double action, float[] outputs, int offset) {
        float rounded = (float) action;
        if (!Float.isFinite(rounded)) {
            throw Distributions.notFinite(outputs, offset, outputSize());
        }
        return rounded;
    }

    /** Returns log σ of the number whose mean is the output {@code mean}. */
    double logStd(double[] outputs, int mean) {
        return Math.max(minLogStd, outputs[mean + actionSize]);
    }

    /** Returns whether log σ of the number whose mean is the output {@code mean} is its output and not the floor. */
    boolean isFree(double[] outputs, int mean) {
        return outputs[mean + actionSize] >= minLogStd;
    }

    private static double standardised(double mean, double logStd, float action) {
        if (!Float.isFinite(action)) {
            throw new IllegalArgumentException("Expected finite numbers in an action, found " + action);
        }
        return (action - mean) * Math.exp(-logStd);
    }
}
