package dev.gangway.learning.optimizer;

import dev.gangway.inference.network.ParameterVector;
import java.util.Map;
import java.util.Set;

/**
 * Gradient ascent with momentum, the heavy ball (Polyak 1964; in this form Sutskever et al. 2013, equations 1 and 2, with
 * α outside of the velocity, so that a schedule acts at once):
 *
 * <pre>
 * v ← μ v + g
 * θ ← θ + α v
 * </pre>
 *
 * A steady gradient moves θ by α g / (1 − μ) a step in the end. State: {@code velocity} [P]; empty before the first step.
 */
public final class Momentum implements Optimizer {
    private static final String VELOCITY = "velocity";

    private final double momentum;
    private double[] velocity;

    /**
     * Makes one.
     *
     * @param momentum μ in [0, 1), usually 0.9; 0 is plain ascent
     */
    public Momentum(double momentum) {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException("Expected a momentum in [0, 1), found " + momentum);
        }
        this.momentum = momentum;
    }

    @Override
    public void ascend(ParameterVector parameters, double[] gradient, double learningRate) {
        double[] theta = parameters.toDoubles();
        if (velocity == null) {
            velocity = new double[theta.length];
        }
        for (int i = 0; i < theta.length; i++) {
            velocity[i] = momentum * velocity[i] + gradient[i];
            theta[i] += learningRate * velocity[i];
        }
        parameters.assign(theta);
    }

    @Override
    public Map<String, double[]> exportState() {
        return velocity == null ? Map.of() : Map.of(VELOCITY, velocity.clone());
    }

    @Override
    public void importState(Map<String, double[]> state) {
        if (state.isEmpty()) {
            velocity = null;
            return;
        }
        if (!state.keySet().equals(Set.of(VELOCITY))) {
            throw new IllegalArgumentException(
                    "Expected " + VELOCITY + " for gradient ascent with momentum, found " + state.keySet());
        }
        velocity = state.get(VELOCITY).clone();
    }
}
