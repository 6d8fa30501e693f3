package dev.gangway.optim;

import dev.gangway.network.Matrices;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Scales a gradient down to at most a Euclidean norm: g ← g · min(1, c / ‖g‖₂). (Pascanu, Mikolov and Bengio 2013,
 * algorithm 1.)
 */
public final class GlobalNormClip {
    private GlobalNormClip() {}

    /**
     * Scales in place.
     *
     * @param gradient shape [P]
     * @param maxNorm c &gt; 0; infinity never clips
     * @return ‖g‖₂ before clipping
     */
    public static double clip(INDArray gradient, double maxNorm) {
        double[] g = Matrices.toRowMajor(gradient);
        double square = 0;
        for (double component : g) {
            square += component * component;
        }
        double norm = Math.sqrt(square);
        if (norm > maxNorm) {
            for (int i = 0; i < g.length; i++) {
                g[i] *= maxNorm / norm;
            }
            Matrices.write(g, gradient);
        }
        return norm;
    }
}
