package dev.gangway.learning.network;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Dense layers in training by {@link DenseMatrices}, for all but the smallest batches. */
final class DenseProducts {
    private final DenseForm form;
    private final DenseMatrices layers;
    private final FloatBuffer[] weights;
    /** The gradient of the backward pass, or the direction of a tangent. */
    private final FloatBuffer gradient;

    private final FloatBuffer[] gradients;
    /** δ₀ … δ_L of one part in the backward pass, or ḣ₀ … ḣ_L in a tangent. */
    private final NativeMatrix[] deltas;
    /** h₀ … h_L of each part of the latest pass, and of more where an earlier one had more. */
    private final List<NativeMatrix[]> parts = new ArrayList<>();

    private ProductPass latest;

    DenseProducts(DenseForm form) {
        this.form = form;
        layers = DenseMatrices.of(form);
        weights = layers.split(form.parameters().floats());
        gradient = NativeMatrix.allocate(form.parameters().size());
        gradients = layers.split(gradient);
        deltas = layers.part();
    }

    /** As {@link Layer#forward}, for so many rows. */
    Layer.Pass forward(float[] features, int rows) {
        float[] output = new float[rows * form.outputs()];
        for (int first = 0; first < rows; first += DenseMatrices.PART_ROWS) {
            int count = DenseMatrices.partRows(first, rows);
            NativeMatrix[] values = part(first);
            values[0].read(features, first, count);
            layers.forward(weights, values, count);
            values[form.layers()].write(output, first, count);
        }
        latest = new ProductPass(rows, Matrices.toDoubles(output));
        return latest;
    }

    private NativeMatrix[] part(int first) {
        int index = first / DenseMatrices.PART_ROWS;
        if (index == parts.size()) {
            parts.add(layers.part());
        }
        return parts.get(index);
    }

    private final class ProductPass implements Layer.Pass {
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
            float[] above = Matrices.toFloats(outputGradient);
            float[] below = featureGradient == null ? null : new float[featureGradient.length];
            float[] sums = new float[gradient.capacity()];
            gradient.put(0, sums);
            for (int first = 0; first < rows; first += DenseMatrices.PART_ROWS) {
                int count = DenseMatrices.partRows(first, rows);
                deltas[form.layers()].read(above, first, count);
                layers.backward(weights, part(first), deltas, count, gradients, below != null);
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
            gradient.put(0, Matrices.toFloats(direction));
            float[] below = featureTangent == null ? null : Matrices.toFloats(featureTangent);
            float[] tangent = new float[output.length];
            for (int first = 0; first < rows; first += DenseMatrices.PART_ROWS) {
                int count = DenseMatrices.partRows(first, rows);
                if (below != null) {
                    deltas[0].read(below, first, count);
                }
                layers.tangent(weights, gradients, part(first), deltas, count, below != null);
                deltas[form.layers()].write(tangent, first, count);
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
