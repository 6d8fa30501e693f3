package dev.gangway.optim;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Stochastic gradient ascent: θ ← θ + α g. (Robbins and Monro 1951.) It has no state. */
public final class Sgd implements Optimizer {

    @Override
    public void ascend(INDArray parameters, INDArray gradient, double learningRate) {
        try (INDArray step = gradient.mul(learningRate)) {
            parameters.addi(step);
        }
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
