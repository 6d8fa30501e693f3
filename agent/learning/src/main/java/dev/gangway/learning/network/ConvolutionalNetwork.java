package dev.gangway.learning.network;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Convolutions without padding over images in [height, width, channels] order, φ after each; the output is the last
 * one's, flattened in the same order. Parameters: {@code convolution0.weights} [k, k, channels, filters],
 * {@code convolution0.bias} [filters], {@code convolution1.weights} …
 */
public final class ConvolutionalNetwork implements Layer {
    private final NetworkPlan.Convolutions plan;
    private final ParameterVector parameters;
    /** For parameters in double precision; null for others. */
    private final ConvolutionLoops loops;
    /** For parameters in single precision; null for others. */
    private final ConvolutionProducts products;

    private ConvolutionalNetwork(NetworkPlan.Convolutions plan, ParameterVector parameters) {
        this.plan = plan;
        this.parameters = parameters;
        boolean single = parameters.precision() == Precision.FLOAT;
        loops = single ? null : new ConvolutionLoops(plan, parameters);
        products = single ? new ConvolutionProducts(plan, parameters) : null;
    }

    /**
     * Returns one with biases 0 and orthogonal weights.
     *
     * @param random drawn from layer by layer
     * @throws IllegalArgumentException when a layer's kernel does not fit its input
     */
    public static ConvolutionalNetwork of(NetworkPlan.Convolutions plan, RandomGenerator random, Precision precision) {
        List<Convolution> convolutions = plan.chain();
        ParameterVector.Builder builder = ParameterVector.builder(precision);
        for (int l = 0; l < convolutions.size(); l++) {
            Convolution c = convolutions.get(l);
            long kernel = c.kernel();
            builder.add(weightsName(l), kernel, kernel, (long) c.channels(), (long) c.filters())
                    .add(biasName(l), (long) c.filters());
        }
        ParameterVector parameters = builder.build();
        for (int l = 0; l < convolutions.size(); l++) {
            Convolution c = convolutions.get(l);
            parameters.assign(weightsName(l), Orthogonal.matrix(c.patchSize(), c.filters(), plan.gain(), random));
        }
        return new ConvolutionalNetwork(plan, parameters);
    }

    @Override
    public ConvolutionalNetwork over(ParameterVector elsewhere) {
        return new ConvolutionalNetwork(plan, elsewhere);
    }

    @Override
    public int inputSize() {
        return plan.inputs();
    }

    @Override
    public int outputSize() {
        return plan.outputs();
    }

    @Override
    public ParameterVector parameters() {
        return parameters;
    }

    @Override
    public NetworkSnapshot snapshot() {
        return ConvolutionalSnapshot.of(plan, parameters.toDoubles());
    }

    @Override
    public Pass forward(double[] features) {
        int images = Matrices.rows(features, inputSize());
        return products == null ? loops.forward(features, images) : products.forward(features, images);
    }

    private static String weightsName(int layer) {
        return "convolution" + layer + ".weights";
    }

    private static String biasName(int layer) {
        return "convolution" + layer + ".bias";
    }
}
