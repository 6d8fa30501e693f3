package dev.gangway.learning.optimizer;

import dev.gangway.inference.network.ParameterVector;

/**
 * Scales a gradient down to at most a Euclidean norm: g ← g · min(1, c / ‖g‖₂). (Pascanu, Mikolov and Bengio 2013,
 * algorithm 1.)
 */
public final class GlobalNormClip {
    private GlobalNormClip() {}

    /**
     * Scales in place.
     *
     * @param parameters to whose type what is scaled is rounded
     * @param gradient shape [P]
     * @param maxNorm c &gt; 0; infinity never clips
     * @return ‖g‖₂ before clipping
     */
    public static double clip(ParameterVector parameters, double[] gradient, double maxNorm) {
        double square = 0;
        for (double component : gradient) {
            square += component * component;
        }
        double norm = Math.sqrt(square);
        if (norm > maxNorm) {
            double factor = maxNorm / norm;
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = parameters.round(gradient[i] * factor);
            }
        }
        return norm;
    }
}
