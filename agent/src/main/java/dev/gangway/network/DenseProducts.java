package dev.gangway.network;

import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Dense layers in training by {@link DenseMatrices}, for all but the smallest batches. */
final class DenseProducts {
    private final DenseForm form;
    private final DenseMatrices layers;
    private final FloatBuffer[] weights;
    private final NativeMatrix[] deltas;
    private final Deque<NativeMatrix[]> spare = new ArrayDeque<>();

    DenseProducts(DenseForm form) {
        this.form = form;
        layers = DenseMatrices.of(form);
        weights = layers.split(Matrices.floats(form.parameters().vector()));
        deltas = layers.part();
    }

    /** As {@link Layer#forward}, with features of shape [rows, D]. */
    Layer.Pass forward(float[] features, int rows) {
        int outputs = form.outputs();
        float[] output = new float[rows * outputs];
        List<NativeMatrix[]> parts = new ArrayList<>();
        for (int first = 0; first < rows; first += DenseMatrices.PART_ROWS) {
            int count = DenseMatrices.partRows(first, rows);
            NativeMatrix[] values = spare.isEmpty() ? layers.part() : spare.pop();
            values[0].read(features, first, count);
            layers.forward(weights, values, count);
            values[form.layers()].write(output, first, count);
            parts.add(values);
        }
        return new ProductPass(parts, Matrices.matrix(output, rows, outputs));
    }

    private final class ProductPass implements Layer.Pass {
        /** h₀ … h_L of each part; empty once closed. */
        private final List<NativeMatrix[]> parts;

        private final INDArray output;
        private boolean open = true;

        ProductPass(List<NativeMatrix[]> parts, INDArray output) {
            this.parts = parts;
            this.output = output;
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
            if (!open) {
                throw new IllegalStateException("Expected an open forward pass, found a closed one");
            }
            int rows = (int) output.size(0);
            form.check(outputGradient, rows);
            float[] above = Matrices.toFloats(outputGradient);
            float[] below = featureGradient == null ? null : new float[rows * form.sizes()[0]];
            INDArray gradient = Nd4j.zeros(DataType.FLOAT, form.parameters().size());
            FloatBuffer[] sums = layers.split(Matrices.floats(gradient));
            for (int i = 0; i < parts.size(); i++) {
                int first = i * DenseMatrices.PART_ROWS;
                int count = DenseMatrices.partRows(first, rows);
                deltas[form.layers()].read(above, first, count);
                layers.backward(weights, parts.get(i), deltas, count, sums, below != null);
                if (below != null) {
                    deltas[0].write(below, first, count);
                }
            }
            if (below != null) {
                Matrices.write(below, featureGradient);
            }
            return gradient;
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                output.close();
                spare.addAll(parts);
                parts.clear();
            }
        }
    }
}
