package dev.gangway.learning.optimizer;

import dev.gangway.inference.network.ParameterVector;

/**
 * Moves parameters uphill: θ ← θ + step(g). To descend a loss, give its negated gradient.
 *
 * <p>Order of use: {@link #ascend} once per update, always with vectors of one length; {@link #exportState} and
 * {@link #importState} between updates. Not thread-safe.
 */
public interface Optimizer extends Stateful {

    /**
     * Makes one step.
     *
     * @param parameters P of them; changed in place
     * @param gradient shape [P]; kept unchanged
     * @param learningRate α
     */
    void ascend(ParameterVector parameters, double[] gradient, double learningRate);
}
