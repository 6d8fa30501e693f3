package dev.gangway.learning.network;

import dev.gangway.inference.network.DenseLayers;
import dev.gangway.inference.network.Kernel;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.Matrices;
import dev.gangway.inference.network.ParameterVector;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Fully connected layers by {@link DenseMatrices} for all but the smallest batches, and by loops for those and for features that
 * are mostly zeros.
 *
 * <p>A row's last digits may depend on how many rows there are.
 */
final class DenseProducts implements Layer {
    private final DenseLayers form;
    private final DenseMatrices matrices;
    private final ParameterVector parameters;
    private final Layer loops;
    /** Memory for acting, which networks of the same layers share; each call takes one for itself. */
    private final Queue<Scratch> spare;

    /** Null until the network is first evaluated for learning. */
    private Workspace workspace;

    private ProductPass latest;

    DenseProducts(DenseLayers form, ParameterVector parameters) {
        this(form, parameters, new ConcurrentLinkedQueue<>());
    }

    private DenseProducts(DenseLayers form, ParameterVector parameters, Queue<Scratch> spare) {
        this.form = form;
        this.matrices = DenseMatrices.of(form);
        this.parameters = parameters;
        this.spare = spare;
        loops = Kernel.PLAIN_LOOPS.dense(form, parameters);
    }

    @Override
    public DenseProducts over(ParameterVector elsewhere) {
        return new DenseProducts(form, elsewhere, spare);
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
    public Pass forward(double[] features) {
        int rows = Matrices.rows(features, inputSize());
        float[] numbers = Matrices.toFloats(features);
        return DenseMatrices.suit(numbers, rows, inputSize()) ? products(numbers, rows) : loops.forward(features);
    }

    /** Evaluates for learning by products, however few rows there are. */
    Pass products(float[] features, int rows) {
        if (workspace == null) {
            workspace = new Workspace();
        }
        float[] output = new float[rows * form.outputs()];
        for (int first = 0; first < rows; first += DenseMatrices.PART_ROWS) {
            int count = DenseMatrices.partRows(first, rows);
            NativeMatrix[] values = workspace.part(first);
            values[0].read(features, first, count);
            matrices.forward(workspace.weights, values, count);
            values[form.count()].write(output, first, count);
        }
        latest = new ProductPass(rows, Matrices.toDoubles(output));
        return latest;
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        if (!DenseMatrices.suit(features, rows, inputSize())) {
            loops.forward(features, rows, outputs);
            return;
        }
        Scratch used = spare.poll();
        Scratch scratch = used == null ? new Scratch(matrices, parameters.size()) : used;
        scratch.hold(parameters);
        for (int first = 0; first < rows; first += DenseMatrices.PART_ROWS) {
            int count = DenseMatrices.partRows(first, rows);
            scratch.values[0].read(features, first, count);
            matrices.forward(scratch.weights, scratch.values, count);
            scratch.values[matrices.layers()].write(outputs, first, count);
        }
        spare.add(scratch);
    }

    /** What a call works with that acts. */
    private static final class Scratch {
        private final FloatBuffer memory;
        private final FloatBuffer[] weights;
        private final NativeMatrix[] values;
        /** The frozen parameters that the memory was last filled from. */
        private ParameterVector holds;

        Scratch(DenseMatrices layers, int parameterCount) {
            memory = NativeMatrix.allocate(parameterCount);
            weights = layers.split(memory);
            values = layers.part();
        }

        void hold(ParameterVector wanted) {
            if (holds != wanted || !wanted.isFrozen()) {
                memory.put(0, wanted.floats(), 0, memory.capacity());
                holds = wanted;
            }
        }
    }

    /** What learning works with, one pass after the other. */
    private final class Workspace {
        private final FloatBuffer[] weights = matrices.split(NativeMatrix.direct(parameters.floats()));
        /** The gradient of the backward pass, or the direction of a tangent. */
        private final FloatBuffer gradient = NativeMatrix.allocate(parameters.size());

        private final FloatBuffer[] gradients = matrices.split(gradient);
        /** δ₀ … δ_L of one part in the backward pass, or ḣ₀ … ḣ_L in a tangent. */
        private final NativeMatrix[] deltas = matrices.part();
        /** h₀ … h_L of each part of the latest pass, and of more where an earlier one had more. */
        private final List<NativeMatrix[]> parts = new ArrayList<>();

        NativeMatrix[] part(int first) {
            int index = first / DenseMatrices.PART_ROWS;
            if (index == parts.size()) {
                parts.add(matrices.part());
            }
            return parts.get(index);
        }
    }

    private final class ProductPass implements Pass {
        private final int rows;
        private final double[] output;

        ProductPass(int rows, double[] output) {
            this.rows = rows;
            this.output = output;
        }

        @Override
        public double[] output() {
            return output;
        }

        @Override
        public double[] backward(double[] outputGradient, double[] featureGradient) {
            checkLatest();
            Matrices.checkGradient(outputGradient, rows, form.outputs());
            FloatBuffer gradient = workspace.gradient;
            NativeMatrix[] deltas = workspace.deltas;
            float[] above = Matrices.toFloats(outputGradient);
            float[] below = featureGradient == null ? null : new float[featureGradient.length];
            float[] sums = new float[gradient.capacity()];
            gradient.put(0, sums);
            for (int first = 0; first < rows; first += DenseMatrices.PART_ROWS) {
                int count = DenseMatrices.partRows(first, rows);
                deltas[form.count()].read(above, first, count);
                matrices.backward(
                        workspace.weights, workspace.part(first), deltas, count, workspace.gradients, below != null);
                if (below != null) {
                    deltas[0].write(below, first, count);
                }
            }
            for (int i = 0; below != null && i < below.length; i++) {
                featureGradient[i] = below[i];
            }
            gradient.get(0, sums);
            return Matrices.toDoubles(sums);
        }

        @Override
        public double[] tangent(double[] direction, double[] featureTangent) {
            checkLatest();
            workspace.gradient.put(0, Matrices.toFloats(direction));
            NativeMatrix[] deltas = workspace.deltas;
            float[] below = featureTangent == null ? null : Matrices.toFloats(featureTangent);
            float[] tangent = new float[output.length];
            for (int first = 0; first < rows; first += DenseMatrices.PART_ROWS) {
                int count = DenseMatrices.partRows(first, rows);
                if (below != null) {
                    deltas[0].read(below, first, count);
                }
                matrices.tangent(
                        workspace.weights, workspace.gradients, workspace.part(first), deltas, count, below != null);
                deltas[form.count()].write(tangent, first, count);
            }
            return Matrices.toDoubles(tangent);
        }

        private void checkLatest() {
            if (latest != this) {
                throw new IllegalStateException("Expected the network's latest pass, found an earlier one");
            }
        }
    }
}
