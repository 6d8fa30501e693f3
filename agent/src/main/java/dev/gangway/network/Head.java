package dev.gangway.network;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Some neighbouring outputs of a network, over all of its parameters: one of several heads on a shared trunk. The others
 * have no part in its gradient, which is 0 in their own parameters.
 *
 * @param network with all the heads
 * @param first of its outputs that this head has
 * @param outputSize how many
 */
public record Head(Network network, int first, int outputSize) implements Network {
    /** Checks. */
    public Head {
        if (first < 0 || outputSize < 1 || first + outputSize > network.outputSize()) {
            throw new IllegalArgumentException("Expected outputs within the network's " + network.outputSize()
                    + ", found " + outputSize + " from " + first + " on");
        }
    }

    @Override
    public int inputSize() {
        return network.inputSize();
    }

    @Override
    public ParameterVector parameters() {
        return network.parameters();
    }

    @Override
    public Forward forward(INDArray features) {
        return new HeadForward(network.forward(features));
    }

    @Override
    public NetworkSnapshot snapshot() {
        return new HeadSnapshot(network.snapshot(), first, outputSize);
    }

    private final class HeadForward implements Forward {
        private final Forward inner;
        private final INDArray output;

        HeadForward(Forward inner) {
            this.inner = inner;
            double[] all = Matrices.toRowMajor(inner.output());
            int rows = (int) inner.output().size(0);
            double[] own = new double[rows * outputSize];
            for (int row = 0; row < rows; row++) {
                System.arraycopy(all, row * network.outputSize() + first, own, row * outputSize, outputSize);
            }
            output = Matrices.matrix(parameters().dataType(), own, rows, outputSize);
        }

        @Override
        public INDArray output() {
            return output;
        }

        @Override
        public INDArray backward(INDArray outputGradient) {
            double[] own = Matrices.toRowMajor(outputGradient);
            int rows = (int) outputGradient.size(0);
            double[] all = new double[rows * network.outputSize()];
            for (int row = 0; row < rows; row++) {
                System.arraycopy(own, row * outputSize, all, row * network.outputSize() + first, outputSize);
            }
            try (INDArray padded = Matrices.matrix(parameters().dataType(), all, rows, network.outputSize())) {
                return inner.backward(padded);
            }
        }

        @Override
        public void close() {
            inner.close();
            output.close();
        }
    }
}
