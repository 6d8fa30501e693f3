package dev.gangway.learning.network;

import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.DenseLayers;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Dense layers by matrix products in single precision. A batch goes through them part by part, so that a part's numbers stay
 * in a processor's caches.
 *
 * <p>A layer's weights [in, out] and the bias [out] behind them in the parameter vector are one matrix [in + 1, out], which
 * multiplies rows that end in a 1; so is their gradient.
 *
 * @param sizes units of the input, of each hidden layer, and of the output
 * @param activation φ between layers
 * @param trunk whether φ follows the last layer too
 */
record DenseMatrices(int[] sizes, Activation activation, boolean trunk) {
    /** Fewer rows are computed sooner by plain loops. */
    private static final int LEAST_ROWS = 32;

    /** A layer of 64 units then takes 33 kB of a part, so that all of it stays in the second cache. */
    static final int PART_ROWS = 128;

    static DenseMatrices of(DenseLayers form) {
        return new DenseMatrices(form.sizes(), form.activation(), form.trunk());
    }

    /** Returns whether a batch has enough rows for matrix products, and not mostly zeros, which loops skip. */
    static boolean suit(float[] features, int rows, int inputs) {
        if (rows < LEAST_ROWS) {
            return false;
        }
        int zeros = 0;
        for (int i = 0; i < rows * inputs; i++) {
            zeros += features[i] == 0 ? 1 : 0;
        }
        return 2 * zeros <= rows * inputs;
    }

    /** Returns how many rows of a batch form the part that begins with this one. */
    static int partRows(int first, int rows) {
        return Math.min(PART_ROWS, rows - first);
    }

    /** Returns matrices for a part: h₀ … h_L, or the gradient δ₀ … δ_L with respect to them. */
    NativeMatrix[] part() {
        return Arrays.stream(sizes)
                .mapToObj(units -> new NativeMatrix(PART_ROWS, units))
                .toArray(NativeMatrix[]::new);
    }

    /** Returns the number of layers. */
    int layers() {
        return sizes.length - 1;
    }

    private boolean activated(int layer) {
        return trunk || layer + 1 < layers();
    }

    /** Returns each layer's matrix in a parameter vector or its gradient. */
    FloatBuffer[] split(FloatBuffer parameters) {
        FloatBuffer[] matrices = new FloatBuffer[layers()];
        int at = 0;
        for (int l = 0; l < layers(); l++) {
            int count = (sizes[l] + 1) * sizes[l + 1];
            matrices[l] = parameters.slice(at, count);
            at += count;
        }
        return matrices;
    }

    /**
     * Computes h₁ … h_L of h₀.
     *
     * @param weights of each layer
     * @param values a part, of which h₀ is given
     * @param rows how many of its rows count
     */
    void forward(FloatBuffer[] weights, NativeMatrix[] values, int rows) {
        for (int l = 0; l < layers(); l++) {
            NativeMatrix above = values[l + 1];
            above.multiply(values[l], weights[l], rows);
            if (activated(l)) {
                above.activate(activation, rows);
            } else {
                above.load(rows);
            }
        }
    }

    /**
     * Adds the gradient of Σ δ_L · h_L with respect to the parameters.
     *
     * @param weights of each layer
     * @param values a part, as {@link #forward} left it
     * @param deltas of the same part: δ_L is given, the others are written; δ₀ only if {@code features}
     * @param rows how many of its rows count
     * @param gradient of each layer
     */
    void backward(
            FloatBuffer[] weights,
            NativeMatrix[] values,
            NativeMatrix[] deltas,
            int rows,
            FloatBuffer[] gradient,
            boolean features) {
        for (int l = layers() - 1; l >= 0; l--) {
            NativeMatrix above = deltas[l + 1];
            if (activated(l)) {
                above.timesDerivative(activation, values[l + 1], rows);
            }
            values[l].addProduct(above, gradient[l], rows);
            if (l > 0 || features) {
                deltas[l].multiplyTransposed(above, weights[l], rows);
            }
        }
        if (features) {
            deltas[0].load(rows);
        }
    }

    /**
     * Computes the derivative of h₁ … h_L along a direction in the parameters:
     * ḣ_{l+1} = (ḣ_l W_l + h_l Ẇ_l + ḃ_l) ⊙ φ′.
     *
     * @param weights of each layer
     * @param directions Ẇ and ḃ of each layer
     * @param values a part, as {@link #forward} left it
     * @param tangents of the same part: ḣ₀ is given if {@code features}, and else not read; the others are written
     * @param rows how many of its rows count
     */
    void tangent(
            FloatBuffer[] weights,
            FloatBuffer[] directions,
            NativeMatrix[] values,
            NativeMatrix[] tangents,
            int rows,
            boolean features) {
        for (int l = 0; l < layers(); l++) {
            NativeMatrix above = tangents[l + 1];
            above.multiply(values[l], directions[l], rows);
            if (l > 0 || features) {
                above.addProductOf(tangents[l], weights[l], rows);
            }
            if (activated(l)) {
                above.timesDerivative(activation, values[l + 1], rows);
            } else {
                above.load(rows);
            }
        }
    }
}
