package dev.gangway.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/**
 * Fully connected layers in plain arrays: h₀ = x, h_{l+1} = φ(h_l W_l + b_l), and no φ after the last, unless it is a trunk.
 *
 * <p>Rows are independent: a row's result does not depend on its neighbours.
 */
public final class DenseSnapshot implements NetworkSnapshot {
    private final List<Affine> layers;
    private final Activation activation;
    private final boolean trunk;
    /** What no call uses at the moment, or null. */
    private final AtomicReference<Scratch> spare = new AtomicReference<>();

    /**
     * What a call by columns works with; made by the first, because many snapshots never see so many rows.
     *
     * @param transposed Wᵀ of each layer, a row for each output
     * @param values [layer][unit][row]
     */
    private record Scratch(double[][][] transposed, double[][][] values) {}

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
        if (Columns.suit(inputSize(), rows)) {
            forwardByColumns(features, rows, outputs);
        } else {
            forwardByRows(features, rows, outputs);
        }
    }

    private void forwardByRows(float[] features, int rows, float[] outputs) {
        double[] input = new double[inputSize()];
        double[][] values =
                layers.stream().map(layer -> new double[layer.outputs()]).toArray(double[][]::new);
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

    private void forwardByColumns(float[] features, int rows, float[] outputs) {
        Scratch used = spare.getAndSet(null);
        Scratch scratch = used == null ? scratch() : used;
        double[][][] transposed = scratch.transposed();
        double[][][] values = scratch.values();
        for (int first = 0; first < rows; first += Columns.ROWS) {
            int count = Math.min(Columns.ROWS, rows - first);
            read(features, first, count, values[0]);
            for (int l = 0; l < transposed.length; l++) {
                Columns.apply(transposed[l], layers.get(l).bias(), values[l], values[l + 1], count);
                if (activated(l)) {
                    Columns.activate(activation, values[l + 1], count);
                }
            }
            write(values[transposed.length], first, count, outputs);
        }
        spare.set(scratch);
    }

    private Scratch scratch() {
        int[] sizes = IntStream.concat(
                        IntStream.of(inputSize()), layers.stream().mapToInt(Affine::outputs))
                .toArray();
        double[][][] transposed = new double[layers.size()][][];
        for (int l = 0; l < transposed.length; l++) {
            transposed[l] = new double[sizes[l + 1]][sizes[l]];
            Columns.transpose(layers.get(l).weights(), transposed[l], sizes[l + 1]);
        }
        return new Scratch(transposed, Columns.of(sizes));
    }

    private static void read(float[] matrix, int first, int rows, double[][] columns) {
        for (int unit = 0; unit < columns.length; unit++) {
            for (int row = 0; row < rows; row++) {
                columns[unit][row] = matrix[(first + row) * columns.length + unit];
            }
        }
    }

    private static void write(double[][] columns, int first, int rows, float[] matrix) {
        for (int unit = 0; unit < columns.length; unit++) {
            for (int row = 0; row < rows; row++) {
                matrix[(first + row) * columns.length + unit] = (float) columns[unit][row];
            }
        }
    }
}
