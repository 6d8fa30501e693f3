package dev.gangway.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fully connected layers in plain arrays: h₀ = x, h_{l+1} = φ(h_l W_l + b_l), and no φ after the last.
 *
 * <p>Four inputs at a time are added to all of a layer's outputs: the inner loop runs over neighbouring numbers, which
 * the compiler turns into vector instructions. Rows are independent: a row's result does not depend on its neighbours.
 */
public final class DenseSnapshot implements NetworkSnapshot {
    private final List<Layer> layers;
    private final Activation activation;
    private final int widest;

    /**
     * One layer; its arrays must not be written to.
     *
     * @param inputs units before it
     * @param outputs its units
     * @param weights row-major [inputs, outputs]
     * @param bias [outputs]
     */
    public record Layer(int inputs, int outputs, float[] weights, float[] bias) {}

    private DenseSnapshot(List<Layer> layers, Activation activation) {
        this.layers = List.copyOf(layers);
        this.activation = activation;
        this.widest = layers.stream().mapToInt(Layer::outputs).max().orElseThrow();
    }

    /**
     * Returns the network with these parameters.
     *
     * @param sizes units of the input, of each hidden layer, and of the output
     * @param biased whether layers have a bias
     * @param parameters P numbers, layer by layer: weights row-major [in, out], then bias [out]
     * @throws IllegalArgumentException when there are not P
     */
    public static DenseSnapshot of(int[] sizes, boolean biased, Activation activation, double[] parameters) {
        int expected = 0;
        for (int l = 0; l + 1 < sizes.length; l++) {
            expected += (sizes[l] + (biased ? 1 : 0)) * sizes[l + 1];
        }
        if (parameters.length != expected) {
            throw new IllegalArgumentException("Expected " + expected + " parameters for layers of "
                    + Arrays.toString(sizes) + ", found " + parameters.length);
        }
        List<Layer> layers = new ArrayList<>();
        int at = 0;
        for (int l = 0; l + 1 < sizes.length; l++) {
            float[] weights = floats(parameters, at, sizes[l] * sizes[l + 1]);
            at += weights.length;
            float[] bias = biased ? floats(parameters, at, sizes[l + 1]) : new float[sizes[l + 1]];
            at += biased ? bias.length : 0;
            layers.add(new Layer(sizes[l], sizes[l + 1], weights, bias));
        }
        return new DenseSnapshot(layers, activation);
    }

    private static float[] floats(double[] values, int from, int count) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = (float) values[from + i];
        }
        return floats;
    }

    /** Returns the layers in order. */
    public List<Layer> layers() {
        return layers;
    }

    /** Returns φ. */
    public Activation activation() {
        return activation;
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
        float[] current = new float[widest];
        float[] next = new float[widest];
        int last = layers.size() - 1;
        for (int row = 0; row < rows; row++) {
            float[] input = features;
            int offset = row * inputSize();
            for (int l = 0; l < last; l++) {
                Layer layer = layers.get(l);
                affine(layer, input, offset, next);
                activate(next, layer.outputs());
                float[] swap = current;
                current = next;
                next = swap;
                input = current;
                offset = 0;
            }
            affine(layers.get(last), input, offset, next);
            System.arraycopy(next, 0, outputs, row * outputSize(), outputSize());
        }
    }

    /** target = x W + b. */
    private static void affine(Layer layer, float[] x, int offset, float[] target) {
        int n = layer.outputs();
        float[] w = layer.weights();
        System.arraycopy(layer.bias(), 0, target, 0, n);
        int i = 0;
        for (; i + 4 <= layer.inputs(); i += 4) {
            addFour(target, n, w, i * n, x[offset + i], x[offset + i + 1], x[offset + i + 2], x[offset + i + 3]);
        }
        for (; i < layer.inputs(); i++) {
            addOne(target, n, w, i * n, x[offset + i]);
        }
    }

    private static void addFour(float[] target, int n, float[] w, int at, float x0, float x1, float x2, float x3) {
        int at1 = at + n;
        int at2 = at1 + n;
        int at3 = at2 + n;
        for (int o = 0; o < n; o++) {
            target[o] += x0 * w[at + o] + x1 * w[at1 + o] + x2 * w[at2 + o] + x3 * w[at3 + o];
        }
    }

    private static void addOne(float[] target, int n, float[] w, int at, float x) {
        for (int o = 0; o < n; o++) {
            target[o] += x * w[at + o];
        }
    }

    private void activate(float[] values, int n) {
        switch (activation) {
            case TANH -> {
                for (int i = 0; i < n; i++) {
                    double e = Math.exp(-2.0 * Math.abs(values[i]));
                    values[i] = Math.copySign((float) ((1 - e) / (1 + e)), values[i]);
                }
            }
            case RELU -> {
                for (int i = 0; i < n; i++) {
                    values[i] = Math.max(0, values[i]);
                }
            }
        }
    }
}
