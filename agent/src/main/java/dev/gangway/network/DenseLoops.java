package dev.gangway.network;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Dense layers by loops over plain arrays, in double precision whatever the parameters' type: for few rows, for features that
 * are mostly zeros, and for checks of gradients. A row's outputs are those of {@link DenseSnapshot}, and like them the same on
 * every processor.
 */
final class DenseLoops {
    /** Rows of one part of the backward pass: at 64 units their δ fit into a processor's first cache. */
    private static final int PART = 64;

    private final DenseForm form;
    private final List<Affine> layers;
    private final List<Affine> gradients;
    /** Wᵀ of each layer, a row for each output. */
    private final double[][][] transposed;
    /** δ of each layer's input, and of the output, for one part of a batch. */
    private final double[][][] deltas;

    private final Deque<double[][][]> spare = new ArrayDeque<>();

    DenseLoops(DenseForm form) {
        this.form = form;
        int[] sizes = form.sizes();
        layers = IntStream.range(0, form.layers())
                .mapToObj(l -> Affine.zero(sizes[l], sizes[l + 1]))
                .toList();
        gradients = IntStream.range(0, form.layers())
                .mapToObj(l -> Affine.zero(sizes[l], sizes[l + 1]))
                .toList();
        transposed = layers.stream()
                .map(layer -> new double[layer.outputs()][layer.inputs()])
                .toArray(double[][][]::new);
        deltas = rows(PART);
    }

    /** As {@link Layer#forward}, for features of the right shape and type. */
    Layer.Pass forward(INDArray features) {
        double[] theta = form.parameters().toDoubles();
        int at = 0;
        for (Affine layer : layers) {
            at = layer.read(form.biased(), theta, at);
        }
        int rows = (int) features.size(0);
        double[][][] values = take(rows);
        Matrices.toRows(features, values[0]);
        for (int row = 0; row < rows; row++) {
            for (int l = 0; l < layers.size(); l++) {
                double[] z = values[l + 1][row];
                layers.get(l).apply(values[l][row], z);
                if (form.activated(l)) {
                    form.activation().apply(z, z.length);
                }
            }
        }
        return new LoopPass(values, rows);
    }

    /** Returns arrays [layer][row][unit] for a batch; the contents are arbitrary. */
    private double[][][] take(int rows) {
        double[][][] used = spare.poll();
        return used == null || used[0].length < rows ? rows(rows) : used;
    }

    private double[][][] rows(int rows) {
        return Arrays.stream(form.sizes())
                .mapToObj(units -> new double[rows][units])
                .toArray(double[][][]::new);
    }

    private final class LoopPass implements Layer.Pass {
        private final int rows;
        private final INDArray output;
        /** h₀ … h_L; null once closed. */
        private double[][][] values;

        LoopPass(double[][][] values, int rows) {
            this.values = values;
            this.rows = rows;
            output = Matrices.ofRows(form.parameters().dataType(), values[layers.size()], rows);
        }

        @Override
        public INDArray output() {
            return output;
        }

        @Override
        public INDArray backward(INDArray outputGradient) {
            return backward(outputGradient, null);
        }

        @Override
        public INDArray backward(INDArray outputGradient, INDArray featureGradient) {
            if (values == null) {
                throw new IllegalStateException("Expected an open forward pass, found a closed one");
            }
            form.check(outputGradient, rows);
            double[] above = Matrices.toRowMajor(outputGradient);
            double[] below = featureGradient == null ? null : new double[rows * form.sizes()[0]];
            clear();
            for (int first = 0; first < rows; first += PART) {
                addPart(first, Math.min(PART, rows - first), above, below);
            }
            if (below != null) {
                Matrices.write(below, featureGradient);
            }
            double[] gradient = new double[form.parameters().size()];
            int at = 0;
            for (Affine layer : gradients) {
                at = layer.write(form.biased(), gradient, at);
            }
            return Matrices.vector(form.parameters().dataType(), gradient);
        }

        private void addPart(int first, int count, double[] above, double[] below) {
            int last = layers.size();
            int outputs = form.outputs();
            for (int b = 0; b < count; b++) {
                System.arraycopy(above, (first + b) * outputs, deltas[last][b], 0, outputs);
                if (form.trunk()) {
                    form.activation().timesDerivative(deltas[last][b], values[last][first + b], outputs);
                }
            }
            for (int l = last - 1; l >= 0; l--) {
                addParameterGradient(l, first, count);
                if (l > 0 || below != null) {
                    propagate(l, first, count);
                }
            }
            for (int b = 0; below != null && b < count; b++) {
                int width = form.sizes()[0];
                System.arraycopy(deltas[0][b], 0, below, (first + b) * width, width);
            }
        }

        /** ∂W_l += h_lᵀ δ_{l+1}, ∂b_l += Σ_b δ_{l+1}. */
        private void addParameterGradient(int l, int first, int count) {
            Affine gradient = gradients.get(l);
            double[] column = new double[count];
            for (int i = 0; i < gradient.inputs(); i++) {
                for (int b = 0; b < count; b++) {
                    column[b] = values[l][first + b][i];
                }
                RowKernel.addSum(column, deltas[l + 1], count, gradient.weights()[i], gradient.outputs());
            }
            if (form.biased()) {
                Arrays.fill(column, 1);
                RowKernel.addSum(column, deltas[l + 1], count, gradient.bias(), gradient.outputs());
            }
        }

        /** δ_l = (δ_{l+1} W_lᵀ) ⊙ φ′. */
        private void propagate(int l, int first, int count) {
            int units = form.sizes()[l];
            for (int b = 0; b < count; b++) {
                double[] delta = deltas[l][b];
                Arrays.fill(delta, 0);
                RowKernel.addSum(deltas[l + 1][b], transposed[l], transposed[l].length, delta, units);
                if (l > 0) {
                    form.activation().timesDerivative(delta, values[l][first + b], units);
                }
            }
        }

        @Override
        public void close() {
            if (values != null) {
                output.close();
                spare.push(values);
                values = null;
            }
        }
    }

    /** Prepares for a backward pass: gradients 0, and the layers' weights as they are. */
    private void clear() {
        for (int l = 0; l < layers.size(); l++) {
            double[][] weights = layers.get(l).weights();
            for (int i = 0; i < weights.length; i++) {
                Arrays.fill(gradients.get(l).weights()[i], 0);
                for (int o = 0; o < weights[i].length; o++) {
                    transposed[l][o][i] = weights[i][o];
                }
            }
            Arrays.fill(gradients.get(l).bias(), 0);
        }
    }
}
