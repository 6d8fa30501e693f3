package dev.gangway.inference.network;

import java.util.Arrays;
import java.util.List;

/**
 * The form of fully connected layers: h₀ = x, h_{l+1} = φ(h_l W_l + b_l), and no φ after the last, unless it is a trunk for
 * others.
 *
 * <p>Parameters, in this order: {@code layer0.weights} [in, out], {@code layer0.bias} [out], {@code layer1.weights} …
 *
 * @param sizes units of the input, of each hidden layer, and of the output
 * @param biased whether layers have a bias
 * @param activation φ between layers
 * @param trunk whether φ follows the last layer too
 */
public record DenseLayers(int[] sizes, boolean biased, Activation activation, boolean trunk) {
    /** Refuses layers without units. */
    public DenseLayers {
        for (int size : sizes) {
            if (size < 1) {
                throw new IllegalArgumentException("Expected layer sizes ≥ 1, found "
                        + List.of(Arrays.stream(sizes).boxed().toArray()));
            }
        }
    }

    /** Returns the number of layers. */
    public int count() {
        return sizes.length - 1;
    }

    /** Returns D. */
    public int inputs() {
        return sizes[0];
    }

    /** Returns K. */
    public int outputs() {
        return sizes[sizes.length - 1];
    }

    /** Returns whether φ follows the layer of this index. */
    public boolean activated(int layer) {
        return trunk || layer + 1 < count();
    }

    /** Returns the names, shapes and places of the arrays. */
    public ParameterLayout layout() {
        ParameterLayout.Builder builder = ParameterLayout.builder();
        for (int l = 0; l < count(); l++) {
            builder.add(weightsName(l), (long) sizes[l], (long) sizes[l + 1]);
            if (biased) {
                builder.add("layer" + l + ".bias", (long) sizes[l + 1]);
            }
        }
        return builder.build();
    }

    static String weightsName(int layer) {
        return "layer" + layer + ".weights";
    }
}
