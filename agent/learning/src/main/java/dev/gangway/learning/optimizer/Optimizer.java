package dev.gangway.learning.optimizer;

import dev.gangway.learning.network.ParameterVector;
import java.util.Map;

/**
 * Moves parameters uphill: θ ← θ + step(g). To descend a loss, give its negated gradient.
 *
 * <p>Order of use: {@link #ascend} once per update, always with vectors of one length; {@link #exportState} and
 * {@link #importState} between updates. Not thread-safe.
 */
public interface Optimizer {

    /**
     * Makes one step.
     *
     * @param parameters P of them; changed in place
     * @param gradient shape [P]; kept unchanged
     * @param learningRate α
     */
    void ascend(ParameterVector parameters, double[] gradient, double learningRate);

    /** Returns a copy of everything that the next step depends on, by name; exact for FLOAT too. */
    Map<String, double[]> exportState();

    /**
     * Continues from an exported state.
     *
     * @throws IllegalArgumentException when names or lengths are not those that this optimiser exports
     */
    void importState(Map<String, double[]> state);
}
