package dev.gangway.inference.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fully connected layers by loops over plain arrays, in double precision whatever the parameters' type: for few rows, for features
 * that are mostly zeros, for acting without a library, and for checks of gradients. Rows are independent of each other, and
 * their outputs are the same on every processor.
 *
 * <p>Backward (Rumelhart, Hinton and Williams 1986): δ_L is the gradient with respect to the output; then for each layer
 * from the last on ∂W_l = h_lᵀ δ_{l+1}, ∂b_l = Σ_b δ_{l+1}, δ_l = (δ_{l+1} W_lᵀ) ⊙ φ′.
 */
public final class DenseLoops implements Layer {
    /** Rows of one part of the backward pass: at 64 units their δ fit into a processor's first cache. */
    private static final int PART = 64;

    private final DenseLayers form;
    private final ParameterVector parameters;
    /** As the parameters were when they were last read; frozen ones are read once. */
    private final List<Affine> layers;

    /** Null until the network is first evaluated for learning. */
    private Workspace workspace;

    private LoopPass latest;

    /** Returns layers over parameters of their layout. */
    DenseLoops(DenseLayers form, ParameterVector parameters) {
        this.form = form;
        this.parameters = parameters;
        layers = zeros();
        read();
    }

    private List<Affine> zeros() {
        int[] sizes = form.sizes();
        return IntStream.range(0, form.count())
                .mapToObj(l -> Affine.zero(sizes[l], sizes[l + 1]))
                .toList();
    }

    private void read() {
        double[] theta = parameters.toDoubles();
        int at = 0;
        for (Affine layer : layers) {
            at = layer.read(form.biased(), theta, at);
        }
    }

    private void readLive() {
        if (!parameters.isFrozen()) {
            read();
        }
    }

    /** Returns the form. */
    public DenseLayers form() {
        return form;
    }

    /** Returns the layers in order, with the parameters as they are now; they must not be changed. */
    public List<Affine> layers() {
        readLive();
        return layers;
    }

    @Override
    public int inputSize() {
        return form.inputs();
    }

    @Override
    public int outputSize() {
        return form.outputs();
    }

    @Override
    public ParameterVector parameters() {
        return parameters;
    }

    @Override
    public DenseLoops over(ParameterVector elsewhere) {
        return new DenseLoops(form, elsewhere);
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        readLive();
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
                if (form.activated(l)) {
                    form.activation().apply(x, x.length);
                }
            }
            for (int o = 0; o < x.length; o++) {
                outputs[row * x.length + o] = (float) x[o];
            }
        }
    }

    @Override
    public Pass forward(double[] features) {
        int rows = Matrices.rows(features, inputSize());
        readLive();
        if (workspace == null) {
            workspace = new Workspace();
        }
        double[][][] values = workspace.values(rows);
        int inputs = inputSize();
        for (int row = 0; row < rows; row++) {
            System.arraycopy(features, row * inputs, values[0][row], 0, inputs);
            for (int l = 0; l < layers.size(); l++) {
                double[] z = values[l + 1][row];
                layers.get(l).apply(values[l][row], z);
                if (form.activated(l)) {
                    form.activation().apply(z, z.length);
                }
            }
        }
        latest = new LoopPass(rows);
        return latest;
    }

    /** What passes work with, one after the other. */
    private final class Workspace {
        private final List<Affine> gradients = zeros();
        /** Wᵀ of each layer, a row for each output. */
        private final double[][][] transposed = layers.stream()
                .map(layer -> new double[layer.outputs()][layer.inputs()])
                .toArray(double[][][]::new);
        /** δ of each layer's input, and of the output, for one part of a batch. */
        private final double[][][] deltas = rows(PART);

        /** h₀ … h_L of the latest pass: [layer][row][unit], with at least as many rows as it has. */
        private double[][][] values = rows(0);

        private double[][][] values(int rows) {
            if (values[0].length < rows) {
                values = rows(rows);
            }
            return values;
        }

        private double[][][] rows(int rows) {
            return Arrays.stream(form.sizes())
                    .mapToObj(units -> new double[rows][units])
                    .toArray(double[][][]::new);
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

    private final class LoopPass implements Pass {
        private final int rows;
        private final double[][][] values = workspace.values;
        private final double[] output;

        LoopPass(int rows) {
            this.rows = rows;
            int outputs = form.outputs();
            output = new double[rows * outputs];
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < outputs; i++) {
                    output[row * outputs + i] = parameters.round(values[layers.size()][row][i]);
                }
            }
        }

        @Override
        public double[] output() {
            return output;
        }

        @Override
        public double[] backward(double[] outputGradient, double[] featureGradient) {
            checkLatest();
            Matrices.checkGradient(outputGradient, rows, form.outputs());
            workspace.clear();
            for (int first = 0; first < rows; first += PART) {
                addPart(first, Math.min(PART, rows - first), outputGradient, featureGradient);
            }
            double[] gradient = new double[parameters.size()];
            int at = 0;
            for (Affine layer : workspace.gradients) {
                at = layer.write(form.biased(), gradient, at);
            }
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = parameters.round(gradient[i]);
            }
            return gradient;
        }

        private void addPart(int first, int count, double[] above, double[] below) {
            int last = layers.size();
            int outputs = form.outputs();
            for (int b = 0; b < count; b++) {
                for (int i = 0; i < outputs; i++) {
                    workspace.deltas[last][b][i] = parameters.round(above[(first + b) * outputs + i]);
                }
                if (form.trunk()) {
                    form.activation().timesDerivative(workspace.deltas[last][b], values[last][first + b], outputs);
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
                for (int i = 0; i < width; i++) {
                    below[(first + b) * width + i] = parameters.round(workspace.deltas[0][b][i]);
                }
            }
        }

        @Override
        public double[] tangent(double[] direction, double[] featureTangent) {
            checkLatest();
            int[] sizes = form.sizes();
            List<Affine> along = new ArrayList<>();
            int at = 0;
            for (int l = 0; l < layers.size(); l++) {
                Affine layer = Affine.zero(sizes[l], sizes[l + 1]);
                at = layer.read(form.biased(), direction, at);
                along.add(layer);
            }
            int outputs = form.outputs();
            double[] tangent = new double[rows * outputs];
            for (int row = 0; row < rows; row++) {
                double[] below = new double[sizes[0]];
                if (featureTangent != null) {
                    System.arraycopy(featureTangent, row * sizes[0], below, 0, sizes[0]);
                }
                for (int l = 0; l < layers.size(); l++) {
                    double[] above = new double[sizes[l + 1]];
                    along.get(l).apply(values[l][row], above);
                    RowKernel.addSum(below, layers.get(l).weights(), sizes[l], above, sizes[l + 1]);
                    if (form.activated(l)) {
                        form.activation().timesDerivative(above, values[l + 1][row], sizes[l + 1]);
                    }
                    below = above;
                }
                for (int i = 0; i < outputs; i++) {
                    tangent[row * outputs + i] = parameters.round(below[i]);
                }
            }
            return tangent;
        }

        private void checkLatest() {
            if (latest != this) {
                throw new IllegalStateException("Expected the network's latest pass, found an earlier one");
            }
        }

        /** ∂W_l += h_lᵀ δ_{l+1}, ∂b_l += Σ_b δ_{l+1}. */
        private void addParameterGradient(int l, int first, int count) {
            Affine gradient = workspace.gradients.get(l);
            double[] column = new double[count];
            for (int i = 0; i < gradient.inputs(); i++) {
                for (int b = 0; b < count; b++) {
                    column[b] = values[l][first + b][i];
                }
                RowKernel.addSum(column, workspace.deltas[l + 1], count, gradient.weights()[i], gradient.outputs());
            }
            if (form.biased()) {
                Arrays.fill(column, 1);
                RowKernel.addSum(column, workspace.deltas[l + 1], count, gradient.bias(), gradient.outputs());
            }
        }

        /** δ_l = (δ_{l+1} W_lᵀ) ⊙ φ′. */
        private void propagate(int l, int first, int count) {
            int units = form.sizes()[l];
            for (int b = 0; b < count; b++) {
                double[] delta = workspace.deltas[l][b];
                Arrays.fill(delta, 0);
                RowKernel.addSum(
                        workspace.deltas[l + 1][b],
                        workspace.transposed[l],
                        workspace.transposed[l].length,
                        delta,
                        units);
                if (l > 0) {
                    form.activation().timesDerivative(delta, values[l][first + b], units);
                }
            }
        }
    }
}
