package dev.gangway.learning.optimizer;

import dev.gangway.inference.network.ParameterVector;
import java.util.Map;

/** Stochastic gradient ascent: θ ← θ + α g. (Robbins and Monro 1951.) It has no state. */
public final class Sgd implements Optimizer {

    @Override
    public void ascend(ParameterVector parameters, double[] gradient, double learningRate) {
        double[] theta = parameters.toDoubles();
        for (int i = 0; i < theta.length; i++) {
            theta[i] += learningRate * gradient[i];
        }
        parameters.assign(theta);
    }

    @Override
    public Map<String, double[]> exportState() {
        return Map.of();
    }

    @Override
    public void importState(Map<String, double[]> state) {
        if (!state.isEmpty()) {
            throw new IllegalArgumentException("Expected no state for SGD, found " + state.keySet());
        }
    }
}
