package dev.gangway.learning.network;

/**
 * A network that sees its features standardised; the moments are no parameters and have no gradient.
 *
 * @param network what sees them
 * @param normalizer may be shared by several networks of the same features
 */
public record NormalizedNetwork(Network network, InputNormalizer normalizer) implements Network {

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
        Standardization standardization = normalizer.current();
        double[] standardised = new double[features.length];
        for (int i = 0; i < features.length; i++) {
            standardised[i] = parameters().round(standardization.apply(features[i], i % inputSize()));
        }
        return network.forward(standardised);
    }

    @Override
    public NetworkSnapshot snapshot() {
        return new NormalizedSnapshot(network.snapshot(), normalizer.current());
    }
}
