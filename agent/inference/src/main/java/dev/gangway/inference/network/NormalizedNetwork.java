package dev.gangway.inference.network;

import java.util.function.Supplier;

/**
 * A network that sees its features standardised; the moments are no parameters and have no gradient.
 *
 * @param network what sees them
 * @param current the standardisation in force, such as that of an {@link InputNormalizer}, which several networks of the same
 *     features may share
 */
public record NormalizedNetwork(Network network, Supplier<Standardization> current) implements Network {

    /** Returns the standardisation in force. */
    public Standardization standardization() {
        return current.get();
    }

    @Override
    public int inputSize() {
        return network.inputSize();
    }

    @Override
    public int outputSize() {
        return network.outputSize();
    }

    @Override
    public ParameterVector parameters() {
        return network.parameters();
    }

    @Override
    public Forward forward(double[] features) {
        Standardization standardization = standardization();
        double[] standardised = new double[features.length];
        for (int i = 0; i < features.length; i++) {
            standardised[i] = parameters().round(standardization.apply(features[i], i % inputSize()));
        }
        return network.forward(standardised);
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        Standardization standardization = standardization();
        float[] standardised = new float[rows * inputSize()];
        for (int i = 0; i < standardised.length; i++) {
            standardised[i] = (float) standardization.apply(features[i], i % inputSize());
        }
        network.forward(standardised, rows, outputs);
    }

    @Override
    public NormalizedNetwork snapshot() {
        Standardization frozen = standardization();
        return new NormalizedNetwork(network.snapshot(), () -> frozen);
    }
}
