package dev.gangway.policy;

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
 * @param actionSize A ≥ 1
 */
public record DiagonalGaussian(int actionSize) implements Distribution {
    private static final double HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);

    /** Checks. */
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
            double logStd = outputs[offset + actionSize + i];
            double z = standardised(outputs[offset + i], logStd, actions[actionOffset + i]);
            sum -= 0.5 * z * z + logStd + HALF_LOG_2_PI;
        }
        return sum;
    }

    @Override
    public void addLogProbGradient(
            double[] outputs, int offset, float[] actions, int actionOffset, double weight, double[] gradient) {
        for (int i = 0; i < actionSize; i++) {
            double logStd = outputs[offset + actionSize + i];
            double z = standardised(outputs[offset + i], logStd, actions[actionOffset + i]);
            gradient[offset + i] += weight * z * Math.exp(-logStd);
            gradient[offset + actionSize + i] += weight * (z * z - 1);
        }
    }

    @Override
    public double entropy(double[] outputs, int offset) {
        double sum = 0;
        for (int i = 0; i < actionSize; i++) {
            sum += outputs[offset + actionSize + i] + 0.5 + HALF_LOG_2_PI;
        }
        return sum;
    }

    @Override
    public void addEntropyGradient(double[] outputs, int offset, double weight, double[] gradient) {
        for (int i = 0; i < actionSize; i++) {
            gradient[offset + actionSize + i] += weight;
        }
    }

    @Override
    public double kl(double[] oldOutputs, double[] newOutputs, int offset) {
        double sum = 0;
        for (int i = offset; i < offset + actionSize; i++) {
            double logRatio = newOutputs[i + actionSize] - oldOutputs[i + actionSize];
            double shift = (oldOutputs[i] - newOutputs[i]) * Math.exp(-newOutputs[i + actionSize]);
            // (e^−2r − 1 + 2r) / 2 keeps its digits when the two are close.
            sum += 0.5 * (Math.expm1(-2 * logRatio) + shift * shift) + logRatio;
        }
        return sum;
    }

    /** {@inheritDoc} F = diag(1/σ², 2): 1/σ² for each μ, 2 for each log σ. */
    @Override
    public void addFisherProduct(double[] outputs, int offset, double[] vector, double weight, double[] product) {
        for (int i = offset; i < offset + actionSize; i++) {
            product[i] += weight * Math.exp(-2 * outputs[i + actionSize]) * vector[i];
            product[i + actionSize] += weight * 2 * vector[i + actionSize];
        }
    }

    /** {@inheritDoc} Component by component, μ + σ Φ⁻¹(u). */
    @Override
    public void sample(float[] outputs, int offset, RandomGenerator random, float[] actions, int actionOffset) {
        for (int i = 0; i < actionSize; i++) {
            double std = Math.exp(outputs[offset + actionSize + i]);
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

    private static double standardised(double mean, double logStd, float action) {
        if (!Float.isFinite(action)) {
            throw new IllegalArgumentException("Expected finite numbers in an action, found " + action);
        }
        return (action - mean) * Math.exp(-logStd);
    }
}
