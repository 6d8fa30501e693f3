package dev.gangway.network;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Dense layers by ND4J's matrix products, which win where layers are wide. Every matrix is held as its transpose in
 * column-major order (the same bytes), because that is what the product writes to.
 */
final class DenseProducts implements DenseArithmetic {
    private final Form form;
    private final INDArray gradient;
    private final List<Weighted> layers = new ArrayList<>();
    private final Buffers buffers;

    /** Column-major views: weights and their gradient [out, in]; bias and its gradient [out, 1], null without one. */
    private record Weighted(INDArray weights, INDArray bias, INDArray weightsGradient, INDArray biasGradient) {}

    DenseProducts(Form form) {
        this.form = form;
        ParameterVector parameters = form.parameters();
        buffers = new Buffers(parameters.dataType());
        gradient = Nd4j.create(parameters.dataType(), parameters.size());
        for (int l = 0; l < form.layers(); l++) {
            String weights = DenseNetwork.weightsName(l);
            String bias = DenseNetwork.biasName(l);
            layers.add(new Weighted(
                    parameters.view(weights).transpose(),
                    form.biased() ? column(parameters.view(bias)) : null,
                    parameters.viewOf(gradient, weights).transpose(),
                    form.biased() ? column(parameters.viewOf(gradient, bias)) : null));
        }
    }

    @Override
    public Layer.Pass forward(INDArray features) {
        List<INDArray> activations = new ArrayList<>();
        activations.add(Matrices.rowMajor(features).transpose());
        for (int l = 0; l < layers.size(); l++) {
            INDArray z = affine(layers.get(l), activations.get(l));
            if (form.activated(l)) {
                MatrixActivation.apply(form.activation(), z);
            }
            activations.add(z);
        }
        return new ProductPass(activations);
    }

    /** Returns W x + b 1ᵀ, shape [out, B]. */
    private INDArray affine(Weighted layer, INDArray x) {
        INDArray z = buffers.take(layer.weights().size(0), x.size(1));
        if (layer.bias() != null) {
            Nd4j.gemm(layer.bias(), buffers.ones(x.size(1)), z, false, true, 1, 0);
        }
        return Nd4j.gemm(layer.weights(), x, z, false, false, 1, layer.bias() == null ? 0 : 1);
    }

    private final class ProductPass implements Layer.Pass {
        /** h₀ … h_L, each [units, B] in column-major order; empty once closed. */
        private final List<INDArray> activations;

        ProductPass(List<INDArray> activations) {
            this.activations = activations;
        }

        @Override
        public INDArray output() {
            return last().transpose();
        }

        @Override
        public INDArray backward(INDArray outputGradient) {
            return backward(outputGradient, null);
        }

        @Override
        public INDArray backward(INDArray outputGradient, INDArray featureGradient) {
            long rows = last().size(1);
            form.check(outputGradient, rows);
            INDArray delta = Matrices.rowMajor(outputGradient).transpose();
            if (form.trunk()) {
                delta = buffers.take(form.outputs(), rows).assign(delta);
                MatrixActivation.timesDerivative(form.activation(), delta, last(), buffers);
            }
            for (int l = layers.size() - 1; l >= 0; l--) {
                Weighted layer = layers.get(l);
                Nd4j.gemm(delta, activations.get(l), layer.weightsGradient(), false, true, 1, 0);
                if (layer.bias() != null) {
                    Nd4j.gemm(delta, buffers.ones(rows), layer.biasGradient(), false, false, 1, 0);
                }
                INDArray above = delta;
                if (l > 0) {
                    delta = buffers.take(layer.weights().size(1), rows);
                    Nd4j.gemm(layer.weights(), above, delta, true, false, 1, 0);
                    MatrixActivation.timesDerivative(form.activation(), delta, activations.get(l), buffers);
                } else if (featureGradient != null) {
                    Nd4j.gemm(layer.weights(), above, featureGradient.transpose(), true, false, 1, 0);
                }
                if (form.activated(l)) {
                    buffers.give(above);
                }
            }
            return gradient.dup();
        }

        @Override
        public void close() {
            if (!activations.isEmpty()) {
                activations.subList(1, activations.size()).forEach(buffers::give);
                activations.clear();
            }
        }

        private INDArray last() {
            if (activations.isEmpty()) {
                throw new IllegalStateException("Expected an open forward pass, found a closed one");
            }
            return activations.get(activations.size() - 1);
        }
    }

    private static INDArray column(INDArray vector) {
        return vector.reshape('f', vector.length(), 1);
    }
}
