package dev.gangway.inference.network;

/**
 * Some neighbouring outputs of a network, over all of its parameters: one of several heads on a shared trunk. The others
 * have no part in its gradient, which is 0 in their own parameters.
 *
 * @param network with all the heads
 * @param first of its outputs that this head has
 * @param outputSize how many
 */
public record Head(Network network, int first, int outputSize) implements Network {
    /** Refuses outputs that the network does not have. */
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
    public Forward forward(double[] features) {
        return new HeadForward(network.forward(features));
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        float[] all = new float[rows * network.outputSize()];
        network.forward(features, rows, all);
        for (int row = 0; row < rows; row++) {
            System.arraycopy(all, row * network.outputSize() + first, outputs, row * outputSize, outputSize);
        }
    }

    @Override
    public Head snapshot() {
        return new Head(network.snapshot(), first, outputSize);
    }

    private final class HeadForward implements Forward {
        private final Forward inner;
        private final double[] output;

        HeadForward(Forward inner) {
            this.inner = inner;
            output = own(inner.output());
        }

        private double[] own(double[] all) {
            double[] own = new double[all.length / network.outputSize() * outputSize];
            Matrices.copyColumns(all, network.outputSize(), first, own, outputSize, 0, outputSize);
            return own;
        }

        @Override
        public double[] output() {
            return output;
        }

        @Override
        public double[] backward(double[] outputGradient) {
            double[] all = new double[outputGradient.length / outputSize * network.outputSize()];
            Matrices.copyColumns(outputGradient, outputSize, 0, all, network.outputSize(), first, outputSize);
            return inner.backward(all);
        }

        @Override
        public double[] tangent(double[] direction) {
            return own(inner.tangent(direction));
        }
    }
}
