package dev.gangway.inference.policy;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A family of distributions over actions; a network's K outputs choose one.
 *
 * <p>Every method works on one row: {@code outputs[offset]} … {@code outputs[offset + K − 1]}, and an action of A numbers
 * likewise, in the policy's own form. Log-probabilities are natural, entropies in nats. Gradients are with respect to
 * the outputs and are added to what the target holds. Implementations are immutable; anybody may add one.
 */
public interface Distribution {

    /** Returns K, numbers that the network puts out per row. */
    int outputSize();

    /** Returns A, numbers per action. */
    int actionSize();

    /** Returns which of the K outputs are logarithms of standard deviations, ascending. */
    default IntStream logStdOutputs() {
        return IntStream.empty();
    }

    /** Returns log π(a); of a density where actions are real numbers. */
    double logProb(double[] outputs, int offset, float[] actions, int actionOffset);

    /** Adds weight · ∇ log π(a) to {@code gradient[offset]} … */
    void addLogProbGradient(
            double[] outputs, int offset, float[] actions, int actionOffset, double weight, double[] gradient);

    /** Returns H = −Σ_a π(a) log π(a), an integral where actions are real numbers. */
    double entropy(double[] outputs, int offset);

    /** Adds weight · ∇H to {@code gradient[offset]} … */
    void addEntropyGradient(double[] outputs, int offset, double weight, double[] gradient);

    /** Returns KL(π_old ‖ π_new) = Σ_a π_old(a) log(π_old(a) / π_new(a)); both rows start at {@code offset}. */
    double kl(double[] oldOutputs, double[] newOutputs, int offset);

    /**
     * Adds weight · F v to {@code product[offset]} …, where F = E_a[∇log π(a) ∇log π(a)ᵀ] is Fisher's information of the
     * outputs, and v starts at {@code offset} too. F is the Hessian of {@link #kl} in its new outputs, at the old ones.
     */
    void addFisherProduct(double[] outputs, int offset, double[] vector, double weight, double[] product);

    /**
     * Draws an action, with exactly one {@code nextDouble} for each of its A numbers.
     *
     * @throws DivergedException when an output is not a number
     */
    void sample(float[] outputs, int offset, RandomGenerator random, float[] actions, int actionOffset);

    /**
     * Writes the most likely action; of equally likely ones the first.
     *
     * @throws DivergedException when an output is not a number
     */
    void mode(float[] outputs, int offset, float[] actions, int actionOffset);
}
