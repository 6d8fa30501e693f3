package dev.gangway.network;

import org.nd4j.linalg.api.ndarray.INDArray;

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
    public Forward forward(INDArray features) {
        double[] numbers = Matrices.toRowMajor(features);
        Standardization standardization = normalizer.current();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = standardization.apply(numbers[i], i % inputSize());
        }
        INDArray standardised =
                Matrices.matrix(parameters().dataType(), numbers, (int) features.size(0), (int) features.size(1));
        return new NormalizedForward(network.forward(standardised), standardised);
    }

    @Override
    public NetworkSnapshot snapshot() {
        return new NormalizedSnapshot(network.snapshot(), normalizer.current());
    }

    private record NormalizedForward(Forward inner, INDArray features) implements Forward {
        @Override
        public INDArray output() {
            return inner.output();
        }

        @Override
        public INDArray backward(INDArray outputGradient) {
            return inner.backward(outputGradient);
        }

        @Override
        public void close() {
            inner.close();
            features.close();
        }
    }
}
