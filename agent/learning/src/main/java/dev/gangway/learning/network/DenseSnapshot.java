package dev.gangway.learning.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fully connected layers in plain arrays: h₀ = x, h_{l+1} = φ(h_l W_l + b_l), and no φ after the last, unless it is a trunk.
 *
 * <p>Rows are independent: a row's result does not depend on its neighbours.
 */
public final class DenseSnapshot implements NetworkSnapshot {
    private final List<Affine> layers;
    private final Activation activation;
    private final boolean trunk;

    private DenseSnapshot(List<Affine> layers, Activation activation, boolean trunk) {
        this.layers = List.copyOf(layers);
        this.activation = activation;
        this.trunk = trunk;
    }

    /**
     * Returns the network with these parameters.
     *
     * @param sizes units of the input, of each hidden layer, and of the output
     * @param biased whether layers have a bias
     * @param trunk whether φ follows the last layer too
     * @param parameters P numbers, layer by layer: weights row-major [in, out], then bias [out]
     * @throws IllegalArgumentException when there are not P
     */
    public static DenseSnapshot of(
            int[] sizes, boolean biased, Activation activation, boolean trunk, double[] parameters) {
        int expected = 0;
        for (int l = 0; l + 1 < sizes.length; l++) {
            expected += (sizes[l] + (biased ? 1 : 0)) * sizes[l + 1];
        }
        if (parameters.length != expected) {
            throw new IllegalArgumentException("Expected " + expected + " parameters for layers of "
                    + Arrays.toString(sizes) + ", found " + parameters.length);
        }
        List<Affine> layers = new ArrayList<>();
        int at = 0;
        for (int l = 0; l + 1 < sizes.length; l++) {
            layers.add(Affine.of(sizes[l], sizes[l + 1], biased, parameters, at));
            at += (sizes[l] + (biased ? 1 : 0)) * sizes[l + 1];
        }
        return new DenseSnapshot(layers, activation, trunk);
    }

    /** Returns the layers in order. */
    public List<Affine> layers() {
        return layers;
    }

    /** Returns φ. */
    public Activation activation() {
        return activation;
    }

    /** Returns whether φ follows the layer of this index. */
    public boolean activated(int layer) {
        return trunk || layer + 1 < layers.size();
    }

    @Override
    public int inputSize() {
        return layers.get(0).inputs();
    }

    @Override
    public int outputSize() {
        return layers.get(layers.size() - 1).outputs();
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        double[] input = new double[inputSize()];
        double[][] values = new double[layers.size()][];
        for (int l = 0; l < values.length; l++) {
            values[l] = new double[layers.get(l).outputs()];
        }
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < input.length; i++) {
                input[i] = features[row * input.length + i];
            }
            double[] x = input;
            for (int l = 0; l < values.length; l++) {
                layers.get(l).apply(x, values[l]);
                x = values[l];
                if (activated(l)) {
                    activation.apply(x, x.length);
                }
            }
            for (int o = 0; o < x.length; o++) {
                outputs[row * x.length + o] = (float) x[o];
            }
        }
    }
}
