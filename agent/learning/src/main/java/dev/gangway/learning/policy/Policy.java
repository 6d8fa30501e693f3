package dev.gangway.learning.policy;

import dev.gangway.inference.network.InputNormalizer;
import dev.gangway.inference.network.Matrices;
import dev.gangway.inference.network.Network;
import dev.gangway.inference.network.NormalizedNetwork;
import dev.gangway.inference.network.ParameterVector;
import dev.gangway.inference.policy.Distribution;
import dev.gangway.inference.policy.PolicySnapshot;
import java.util.stream.IntStream;

/**
 * π(a|s): a network from features of s to the outputs that parametrise a distribution over a.
 *
 * <p>The score-gradient code is written once, here: an estimator chooses the weights ψ only. Not thread-safe: the
 * learner's thread only; actors use {@link #snapshot}.
 */
public final class Policy {
    private final Network network;
    private final Distribution distribution;

    /**
     * A gradient and what was seen on the way; means are over the chosen rows, before the parameters change.
     *
     * @param gradient scale · Σ_b ψ_b ∇log π(a_b|s_b) + c · mean_b ∇H(π(·|s_b)), shape [P]
     * @param surrogate scale · Σ_b ψ_b log π(a_b|s_b) + c · mean_b H(π(·|s_b)), whose gradient it is
     * @param meanEntropy mean of H in nats
     */
    public record ScoreGradient(double[] gradient, double surrogate, double meanEntropy) {}

    /**
     * Joins the two.
     *
     * @throws IllegalArgumentException when the network has not as many outputs as the distribution has parameters
     */
    public Policy(Network network, Distribution distribution) {
        if (network.outputSize() != distribution.outputSize()) {
            throw new IllegalArgumentException("Expected a network with " + distribution.outputSize() + " outputs for "
                    + distribution + ", found " + network.outputSize());
        }
        this.network = network;
        this.distribution = distribution;
    }

    /** Returns this policy, parameters and all, on features that are standardised before the network sees them. */
    public Policy normalized(InputNormalizer normalizer) {
        return new Policy(new NormalizedNetwork(network, normalizer::current), distribution);
    }

    /** Returns D, features per observation. */
    public int featureSize() {
        return network.inputSize();
    }

    /** Returns the distribution family. */
    public Distribution distribution() {
        return distribution;
    }

    /** Returns the live parameters. */
    public ParameterVector parameters() {
        return network.parameters();
    }

    /** Returns an immutable copy for acting. */
    public PolicySnapshot snapshot() {
        return new PolicySnapshot(network.snapshot(), distribution);
    }

    /**
     * Returns log π(a_b|s_b) for the chosen rows, shape [rows.length].
     *
     * @param rows indices into {@code decisions}
     */
    public double[] logProb(Decisions decisions, int[] rows) {
        double[] outputs = outputs(decisions, rows);
        return IntStream.range(0, rows.length)
                .mapToDouble(b -> distribution.logProb(
                        outputs,
                        b * distribution.outputSize(),
                        decisions.actions(),
                        rows[b] * distribution.actionSize()))
                .toArray();
    }

    /**
     * Returns the network's outputs plus the masks for the chosen rows, shape [rows.length, K]; for the distribution's
     * {@code kl} and {@code entropy}.
     */
    public double[] outputs(Decisions decisions, int[] rows) {
        return outputs(forward(decisions, rows), decisions, rows);
    }

    /** The weight of an action's score, which may depend on how likely the action is now. */
    @FunctionalInterface
    public interface ScoreWeight {
        /** Returns the weight of a row, given log π(a|s) under the policy as it is. */
        double of(int row, double logProb);
    }

    /** As below, with weights ψ for every decision, chosen or not. */
    public ScoreGradient scoreGradient(
            Decisions decisions, int[] rows, double[] psi, double scale, double entropyCoefficient) {
        return scoreGradient(decisions, rows, (row, logProb) -> psi[row], scale, entropyCoefficient);
    }

    /**
     * Returns the policy gradient for given weights. One forward and one backward pass.
     *
     * @param rows which decisions take part
     * @param weight ψ, asked once for each chosen row, in their order
     * @param scale factor of the sum of scores, e.g. 1 / number of steps
     * @param entropyCoefficient c, of the chosen rows' mean entropy, whatever the scale
     */
    public ScoreGradient scoreGradient(
            Decisions decisions, int[] rows, ScoreWeight weight, double scale, double entropyCoefficient) {
        int k = distribution.outputSize();
        float[] actions = decisions.actions();
        Network.Forward forward = forward(decisions, rows);
        double[] outputs = outputs(forward, decisions, rows);
        double[] gradient = new double[outputs.length];
        double entropyScale = entropyCoefficient * (1.0 / rows.length);
        double entropy = 0;
        double surrogate = 0;
        for (int b = 0; b < rows.length; b++) {
            int at = b * k;
            int action = rows[b] * distribution.actionSize();
            double rowLogProb = distribution.logProb(outputs, at, actions, action);
            double psi = weight.of(rows[b], rowLogProb);
            double rowEntropy = distribution.entropy(outputs, at);
            distribution.addLogProbGradient(outputs, at, actions, action, scale * psi, gradient);
            if (entropyCoefficient != 0) {
                distribution.addEntropyGradient(outputs, at, entropyScale, gradient);
            }
            entropy += rowEntropy;
            surrogate += scale * psi * rowLogProb + entropyScale * rowEntropy;
        }
        return new ScoreGradient(forward.backward(gradient), surrogate, entropy / rows.length);
    }

    /**
     * Returns scale · Σ_b ψ_b log π(a_b|s_b) + c · mean_b H(π(·|s_b)): its gradient at fixed ψ is the estimate. Its value
     * says nothing about progress, because ψ is data.
     */
    public double surrogate(Decisions decisions, int[] rows, double[] psi, double scale, double entropyCoefficient) {
        double[] outputs = outputs(decisions, rows);
        float[] actions = decisions.actions();
        double sum = 0;
        for (int b = 0; b < rows.length; b++) {
            int at = b * distribution.outputSize();
            sum += scale
                    * psi[rows[b]]
                    * distribution.logProb(outputs, at, actions, rows[b] * distribution.actionSize());
            sum += entropyCoefficient / rows.length * distribution.entropy(outputs, at);
        }
        return sum;
    }

    /** Evaluates the network at the chosen rows. */
    Network.Forward forward(Decisions decisions, int[] rows) {
        return network.forward(Matrices.gather(decisions.features(), rows, featureSize()));
    }

    /** Returns the outputs of an evaluation plus the masks, as {@link #outputs(Decisions, int[])}. */
    static double[] outputs(Network.Forward forward, Decisions decisions, int[] rows) {
        double[] outputs = forward.output();
        decisions.addMasks(rows, outputs);
        return outputs;
    }
}
