package dev.gangway.optim;

import dev.gangway.network.Matrices;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Stochastic gradient ascent: θ ← θ + α g. (Robbins and Monro 1951.) It has no state. */
public final class Sgd implements Optimizer {

    @Override
    public void ascend(INDArray parameters, INDArray gradient, double learningRate) {
        double[] theta = Matrices.toRowMajor(parameters);
        double[] g = Matrices.toRowMajor(gradient);
        for (int i = 0; i < theta.length; i++) {
            theta[i] += learningRate * g[i];
        }
        Matrices.write(theta, parameters);
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
