package dev.gangway.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Fully connected layers: h₀ = x, h_{l+1} = φ(h_l W_l + b_l), and no φ after the last, unless it is a trunk for others.
 *
 * <p>Parameters, in this order: {@code layer0.weights} [in, out], {@code layer0.bias} [out], {@code layer1.weights} …
 *
 * <p>Backward (Rumelhart, Hinton and Williams 1986): δ_L is the gradient with respect to the output; then for each layer
 * from the last on ∂W_l = h_lᵀ δ_{l+1}, ∂b_l = Σ_b δ_{l+1}, δ_l = (δ_{l+1} W_lᵀ) ⊙ φ′. Inside, every matrix is held as
 * its transpose in column-major order (the same bytes), because that is what the matrix product writes to.
 */
public final class DenseNetwork implements Layer {
    private final int[] sizes;
    private final boolean biased;
    private final Activation activation;
    private final boolean trunk;
    private final ParameterVector parameters;
    private final INDArray gradient;
    private final List<Weighted> layers = new ArrayList<>();
    private final Buffers buffers;

    /** Column-major views: weights and their gradient [out, in]; bias and its gradient [out, 1], null without one. */
    private record Weighted(INDArray weights, INDArray bias, INDArray weightsGradient, INDArray biasGradient) {}

    private DenseNetwork(
            int[] sizes, boolean biased, Activation activation, boolean trunk, ParameterVector parameters) {
        this.sizes = sizes;
        this.biased = biased;
        this.activation = activation;
        this.trunk = trunk;
        this.parameters = parameters;
        buffers = new Buffers(parameters.dataType());
        gradient = Nd4j.create(parameters.dataType(), parameters.size());
        for (int l = 0; l + 1 < sizes.length; l++) {
            layers.add(new Weighted(
                    parameters.view(weightsName(l)).transpose(),
                    biased ? column(parameters.view(biasName(l))) : null,
                    parameters.viewOf(gradient, weightsName(l)).transpose(),
                    biased ? column(parameters.viewOf(gradient, biasName(l))) : null));
        }
    }

    private static ParameterVector layout(int[] sizes, boolean biased, DataType dataType) {
        for (int size : sizes) {
            if (size < 1) {
                throw new IllegalArgumentException("Expected layer sizes ≥ 1, found " + List.of(boxed(sizes)));
            }
        }
        ParameterVector.Builder builder = ParameterVector.builder(dataType);
        for (int l = 0; l + 1 < sizes.length; l++) {
            builder.add(weightsName(l), (long) sizes[l], (long) sizes[l + 1]);
            if (biased) {
                builder.add(biasName(l), (long) sizes[l + 1]);
            }
        }
        return builder.build();
    }

    /**
     * Returns x W, or x W + b, with every parameter 0.
     *
     * @param dataType FLOAT for training, DOUBLE for checking gradients
     */
    public static DenseNetwork linear(int inputs, int outputs, boolean biased, DataType dataType) {
        int[] sizes = {inputs, outputs};
        return new DenseNetwork(sizes, biased, Activation.TANH, false, layout(sizes, biased, dataType));
    }

    /**
     * Returns x W: for one-hot x, a row of W for each of the values. Every number of W is drawn from N(0, 1), so that
     * values start far apart.
     */
    public static DenseNetwork embedding(int values, int size, RandomGenerator random, DataType dataType) {
        DenseNetwork network = linear(values, size, false, dataType);
        network.parameters.assign(DoubleStream.generate(random::nextGaussian)
                .limit((long) values * size)
                .toArray());
        return network;
    }

    /**
     * Returns a multilayer perceptron with biases 0 and orthogonal weights (Saxe, McClelland and Ganguli 2014), of gain √2
     * in the hidden layers.
     */
    public static DenseNetwork mlp(
            int inputs,
            int[] hidden,
            int outputs,
            Activation activation,
            double outputGain,
            RandomGenerator random,
            DataType dataType) {
        List<Integer> sizes = new ArrayList<>();
        sizes.add(inputs);
        Arrays.stream(hidden).forEach(sizes::add);
        sizes.add(outputs);
        Gains gains = new Gains(Math.sqrt(2), outputGain);
        return of(new NetworkPlan.Dense(sizes, activation, false, gains), random, dataType);
    }

    /**
     * Returns a network with biases 0 and orthogonal weights (Saxe, McClelland and Ganguli 2014).
     *
     * @param random the only source of randomness; drawn from layer by layer
     * @param dataType FLOAT for training, DOUBLE for checking gradients
     */
    public static DenseNetwork of(NetworkPlan.Dense plan, RandomGenerator random, DataType dataType) {
        int[] sizes = plan.units();
        DenseNetwork network =
                new DenseNetwork(sizes, true, plan.activation(), plan.trunk(), layout(sizes, true, dataType));
        for (int l = 0; l + 1 < sizes.length; l++) {
            double gain =
                    l + 2 == sizes.length ? plan.gains().output() : plan.gains().hidden();
            network.parameters.assign(weightsName(l), Orthogonal.matrix(sizes[l], sizes[l + 1], gain, random));
        }
        return network;
    }

    @Override
    public DenseNetwork over(ParameterVector elsewhere) {
        return new DenseNetwork(sizes, biased, activation, trunk, elsewhere);
    }

    @Override
    public int inputSize() {
        return sizes[0];
    }

    @Override
    public int outputSize() {
        return sizes[sizes.length - 1];
    }

    /** Returns the nonlinearity between layers. */
    public Activation activation() {
        return activation;
    }

    @Override
    public ParameterVector parameters() {
        return parameters;
    }

    @Override
    public Pass forward(INDArray features) {
        if (features.rank() != 2 || features.size(1) != inputSize() || features.dataType() != parameters.dataType()) {
            throw new IllegalArgumentException("Expected features of shape [B, " + inputSize() + "], "
                    + parameters.dataType() + ", found " + features.shapeInfoToString());
        }
        List<INDArray> activations = new ArrayList<>();
        activations.add(Matrices.rowMajor(features).transpose());
        for (int l = 0; l < layers.size(); l++) {
            INDArray z = affine(layers.get(l), activations.get(l));
            if (trunk || l + 1 < layers.size()) {
                MatrixActivation.apply(activation, z);
            }
            activations.add(z);
        }
        return new DenseForward(activations);
    }

    @Override
    public NetworkSnapshot snapshot() {
        return DenseSnapshot.of(sizes, biased, activation, trunk, parameters.toDoubles());
    }

    /** Returns W x + b 1ᵀ, shape [out, B]. */
    private INDArray affine(Weighted layer, INDArray x) {
        INDArray z = buffers.take(layer.weights().size(0), x.size(1));
        if (layer.bias() != null) {
            Nd4j.gemm(layer.bias(), buffers.ones(x.size(1)), z, false, true, 1, 0);
        }
        return Nd4j.gemm(layer.weights(), x, z, false, false, 1, layer.bias() == null ? 0 : 1);
    }

    private final class DenseForward implements Pass {
        /** h₀ … h_L, each [units, B] in column-major order; empty once closed. */
        private final List<INDArray> activations;

        DenseForward(List<INDArray> activations) {
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
            if (outputGradient.rank() != 2
                    || outputGradient.size(0) != rows
                    || outputGradient.size(1) != outputSize()
                    || outputGradient.dataType() != parameters.dataType()) {
                throw new IllegalArgumentException("Expected an output gradient of shape [" + rows + ", " + outputSize()
                        + "], " + parameters.dataType() + ", found " + outputGradient.shapeInfoToString());
            }
            INDArray delta = Matrices.rowMajor(outputGradient).transpose();
            if (trunk) {
                delta = buffers.take(outputSize(), rows).assign(delta);
                MatrixActivation.timesDerivative(activation, delta, last(), buffers);
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
                    MatrixActivation.timesDerivative(activation, delta, activations.get(l), buffers);
                } else if (featureGradient != null) {
                    Nd4j.gemm(layer.weights(), above, featureGradient.transpose(), true, false, 1, 0);
                }
                if (trunk || l + 1 < layers.size()) {
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

    private static String weightsName(int layer) {
        return "layer" + layer + ".weights";
    }

    private static String biasName(int layer) {
        return "layer" + layer + ".bias";
    }

    private static Integer[] boxed(int[] values) {
        return Arrays.stream(values).boxed().toArray(Integer[]::new);
    }
}
