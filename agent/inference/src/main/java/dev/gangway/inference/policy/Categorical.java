package dev.gangway.inference.policy;

import java.util.random.RandomGenerator;

/**
 * K actions with logits z: π(k) = exp(z_k) / Σ_j exp(z_j). An action is one number, its index.
 *
 * <p>With p = softmax(z): ∇ log π(k) = e_k − p; ∂H/∂z_k = −p_k (log p_k + H). The largest logit is subtracted before any
 * exponential, so that none overflows. A logit of −∞ is a probability of 0, to which no gradient flows.
 *
 * @param outputSize K ≥ 1
 */
public record Categorical(int outputSize) implements Distribution {
    /** Makes the distribution; throws an {@link IllegalArgumentException} when there is no action. */
    public Categorical {
        if (outputSize < 1) {
            throw new IllegalArgumentException("Expected at least 1 action, found " + outputSize);
        }
    }

    @Override
    public int actionSize() {
        return 1;
    }

    @Override
    public double logProb(double[] outputs, int offset, float[] actions, int actionOffset) {
        return outputs[offset + index(actions[actionOffset])] - logSumExp(outputs, offset);
    }

    @Override
    public void addLogProbGradient(
            double[] outputs, int offset, float[] actions, int actionOffset, double weight, double[] gradient) {
        double logSum = logSumExp(outputs, offset);
        for (int k = offset; k < offset + outputSize; k++) {
            gradient[k] -= weight * Math.exp(outputs[k] - logSum);
        }
        gradient[offset + index(actions[actionOffset])] += weight;
    }

    @Override
    public double entropy(double[] outputs, int offset) {
        return entropy(outputs, offset, logSumExp(outputs, offset));
    }

    private double entropy(double[] outputs, int offset, double logSum) {
        double entropy = 0;
        for (int k = offset; k < offset + outputSize; k++) {
            double logP = outputs[k] - logSum;
            double p = Math.exp(logP);
            entropy -= p == 0 ? 0 : p * logP;
        }
        return entropy;
    }

    @Override
    public void addEntropyGradient(double[] outputs, int offset, double weight, double[] gradient) {
        double logSum = logSumExp(outputs, offset);
        double entropy = entropy(outputs, offset, logSum);
        for (int k = offset; k < offset + outputSize; k++) {
            double logP = outputs[k] - logSum;
            double p = Math.exp(logP);
            gradient[k] -= p == 0 ? 0 : weight * p * (logP + entropy);
        }
    }

    @Override
    public double kl(double[] oldOutputs, double[] newOutputs, int offset) {
        double oldLogSum = logSumExp(oldOutputs, offset);
        double newLogSum = logSumExp(newOutputs, offset);
        double kl = 0;
        for (int k = offset; k < offset + outputSize; k++) {
            double oldLogP = oldOutputs[k] - oldLogSum;
            double p = Math.exp(oldLogP);
            kl += p == 0 ? 0 : p * (oldLogP - (newOutputs[k] - newLogSum));
        }
        return kl;
    }

    /** {@inheritDoc} F = diag p − p pᵀ. */
    @Override
    public void addFisherProduct(double[] outputs, int offset, double[] vector, double weight, double[] product) {
        double logSum = logSumExp(outputs, offset);
        double mean = 0;
        for (int k = offset; k < offset + outputSize; k++) {
            mean += Math.exp(outputs[k] - logSum) * vector[k];
        }
        for (int k = offset; k < offset + outputSize; k++) {
            product[k] += weight * Math.exp(outputs[k] - logSum) * (vector[k] - mean);
        }
    }

    /** {@inheritDoc} By inversion of the cumulative distribution. */
    @Override
    public void sample(float[] outputs, int offset, RandomGenerator random, float[] actions, int actionOffset) {
        double max = outputs[offset + argMax(outputs, offset)];
        double sum = 0;
        for (int k = offset; k < offset + outputSize; k++) {
            sum += Math.exp(outputs[k] - max);
        }
        double left = random.nextDouble() * sum;
        int chosen = -1;
        for (int k = 0; k < outputSize; k++) {
            double mass = Math.exp(outputs[offset + k] - max);
            if (mass > 0) {
                chosen = k; // rounding may leave something after the last: it belongs to the last possible one
            }
            left -= mass;
            if (left < 0) {
                break;
            }
        }
        actions[actionOffset] = checked(chosen, outputs, offset);
    }

    @Override
    public void mode(float[] outputs, int offset, float[] actions, int actionOffset) {
        actions[actionOffset] = argMax(outputs, offset);
    }

    private int argMax(float[] outputs, int offset) {
        int best = 0;
        for (int k = 0; k < outputSize; k++) {
            if (Float.isNaN(outputs[offset + k])) {
                throw Distributions.notFinite(outputs, offset, outputSize);
            }
            if (outputs[offset + k] > outputs[offset + best]) {
                best = k;
            }
        }
        return best;
    }

    private double logSumExp(double[] outputs, int offset) {
        double max = Double.NEGATIVE_INFINITY;
        for (int k = offset; k < offset + outputSize; k++) {
            max = Math.max(max, outputs[k]);
        }
        double sum = 0;
        for (int k = offset; k < offset + outputSize; k++) {
            sum += Math.exp(outputs[k] - max);
        }
        return max + Math.log(sum);
    }

    private int index(float action) {
        int index = (int) action;
        if (index != action || index < 0 || index >= outputSize) {
            throw new IllegalArgumentException(
                    "Expected an action that is an integer in [0, " + outputSize + "), found " + action);
        }
        return index;
    }

    private int checked(int chosen, float[] outputs, int offset) {
        if (chosen < 0) {
            throw Distributions.notFinite(outputs, offset, outputSize);
        }
        return chosen;
    }
}
